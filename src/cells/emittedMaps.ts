/** The source maps, as JSON, of tslab's two compile steps. */
export type EmittedMaps = {
  /** ES module → TypeScript. */
  toTypeScript: string;
  /** CommonJS → ES module. */
  toModule: string;
};

/** Compiled text → its maps; filled while tslab compiles, emptied when a cell has taken its maps. */
export const mapsOfOutput = new Map<string, EmittedMaps>();
