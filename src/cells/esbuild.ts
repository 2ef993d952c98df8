import { createRequire } from "node:module";
import { lazy } from "../common/lazy";

/** The compiler of TypeScript to JavaScript, loaded when it is first needed. */
export const esbuild = lazy(() => createRequire(__filename)("esbuild") as typeof import("esbuild"));
