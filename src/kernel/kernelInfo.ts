import process from "node:process";
import { tslabVersion, typescript } from "../cells/tslab";

/** The content of a kernel_info_reply. */
export function kernelInfo(): object {
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "tslab",
    implementation_version: tslabVersion,
    language_info: {
      name: "typescript",
      version: typescript.version,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      // A plain string: strict clients refuse an object without a version.
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${typescript.version} on Node.js ${process.version}`,
    help_links: [],
  };
}
