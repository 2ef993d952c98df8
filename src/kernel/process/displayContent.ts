import { inspect } from "node:util";
import { bundleMetadata, type MimeBundle } from "../../show/notebook/jupyterDisplay";

/** The content of an output message for a bundle. @throws TypeError for what a notebook's file cannot hold. */
export function displayContent(bundle: MimeBundle): { data: object; metadata: object } {
  const data = Object.entries(bundle).map(([type, content]) => [type, plainContent(content, type)]);
  const metadata = plainJSON(bundle[bundleMetadata] ?? {}, "metadata");
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    throw new TypeError(`The metadata of an output must be an object; got ${inspect(metadata)}.`);
  return { data: Object.fromEntries(data) as object, metadata };
}

/** Content as a notebook's file may hold it: any JSON for JSON types, text for all others, bytes as base64. */
function plainContent(content: unknown, type: string): unknown {
  if (content === undefined || typeof content === "string") return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString("base64");
  if (!/^application\/(.*\+)?json$/.test(type)) {
    if (Array.isArray(content) && content.every((line) => typeof line === "string")) return content;
    throw new TypeError(`An output of type ${type} must be a text; got ${inspect(content)}.`);
  }
  const plain = plainJSON(content, type);
  if (plain === undefined)
    throw new TypeError(`An output of type ${type} cannot be written as JSON: it is ${inspect(content)}.`);
  return plain;
}

/** A plain copy, made early, so that a value that cannot be sent (a BigInt, a circle) is reported to its own cell. */
function plainJSON(content: unknown, type: string): unknown {
  try {
    const text = JSON.stringify(content) as string | undefined;
    return text === undefined ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`An output of type ${type} cannot be written as JSON.`, { cause });
  }
}
