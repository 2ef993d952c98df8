export type NativeTensorflow =
  | { backend: "tensorflow"; route: "present" | "upstream" | "wheel"; tensorflow: string; tfjsNode: string }
  | { backend: "javascript"; kind: string; reason: string };

export declare function ensureTensorflow(options?: {
  root?: string;
  cacheDir?: string;
  python?: string;
  log?: (line: string) => void;
  force?: boolean;
  check?: boolean;
  download?: (request: {
    wheel: { name: string; version: string; sha256: string };
    folder: string;
    python: string;
    log: (line: string) => void;
  }) => Promise<string>;
  reachable?: (root: string) => Promise<boolean>;
}): Promise<NativeTensorflow>;
