import { createRequire } from "node:module";
import process from "node:process";
import { PROTOCOL } from "../wire/message";

const load = createRequire(__filename);

/** The content of a kernel_info_reply. */
export function kernelInfo(): object {
  const { version } = load("typescript-native/package.json") as { version: string };
  const own = load("../../../package.json") as { version: string };
  return {
    status: "ok",
    protocol_version: PROTOCOL,
    implementation: "intrinsic-params",
    implementation_version: own.version,
    language_info: {
      name: "typescript",
      version,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      // A plain string: strict clients refuse an object without a version.
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${version} on Node.js ${process.version}`,
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/api/" },
    ],
    debugger: false,
    supported_features: ["iopub_welcome"],
  };
}
