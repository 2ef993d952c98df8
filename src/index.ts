/** Everything a notebook may use, through one door: what its three rooms export by name. */
export * from "./learning";
export * from "./show";
export * from "./theory";
