import { withoutBoxes } from "./boxes";
import { scriptNames } from "./scriptNames";
import { hasSource, positionOf, type SourcePosition } from "./source";
import { orElse } from "./textOf";

/** One line of a stack trace in the reader's words. */
type Frame = {
  text: string;
  position?: SourcePosition;
};

/** The most frames that an error keeps. */
export const longestStack = 50;

const framesOf = new WeakMap<object, Frame[]>();

/**
 * Makes every stack trace of this process name the reader's cells, lines and columns:
 * frames of the kernel and of Node's internals are left out, those of libraries get short names.
 */
export function installStackTraces(): void {
  Error.stackTraceLimit = longestStack;
  Error.prepareStackTrace = (error, sites) => {
    const frames = readerFrames(sites.map(callOf));
    framesOf.set(error, frames);
    return [heading(error), ...frames.map(({ text }) => `    at ${text}`)].join("\n");
  };
}

/** The position in the reader's code that an error came from: the innermost such frame, if any. */
export function positionOfError(error: Error): SourcePosition | undefined {
  const stack = stackOf(error);
  return stack === undefined ? undefined : framesIn(error, stack)?.find(({ position }) => position)?.position;
}

/** The frames of an error as text, at most `limit` of them. */
export function stackLines(error: Error, limit = 12): string[] {
  const stack = stackOf(error);
  const frames = framesIn(error, stack)?.map(({ text }) => text) ?? foreignFrames(stack);
  const shown =
    frames.length > limit ? [...frames.slice(0, limit - 1), `… ${frames.length - limit + 1} more`] : frames;
  return shown.map((text) => (text.startsWith("…") ? `    ${text}` : `    at ${text}`));
}

/** The stack, which V8 prepares when it is read; the reader may have replaced it by a getter, which is then called. */
function stackOf(error: Error): unknown {
  return orElse(() => error.stack, undefined);
}

/** "Cell [3], line 2:5". */
export function positionText({ title, line, column }: SourcePosition): string {
  return `${title}, line ${line}:${column}`;
}

/** The frames of an error; undefined for one that another thread or process has made. */
function framesIn(error: Error, stack: unknown): Frame[] | undefined {
  const known = framesOf.get(error);
  if (known || typeof stack !== "string") return known;
  const calls = callsIn(stack);
  // Safari does not name what was made by eval: then nothing is the reader's, and the rest would only confuse.
  return calls.some(({ file }) => hasSource(file)) ? readerFrames(calls) : undefined;
}

/** A call on the stack. */
type Call = { file: string; line: number; column: number; name: string; text: string };

function callOf(site: NodeJS.CallSite): Call {
  const file = site.getScriptNameOrSourceURL?.() ?? site.getFileName() ?? "";
  const [line, column] = [site.getLineNumber() ?? 0, site.getColumnNumber() ?? 0];
  return { file, line, column, name: functionName(site, `${file}:${line}:${column}`), text: site.toString() };
}

/** The calls of a stack as Firefox and Safari write it, where nothing prepares it: `outer/inner@script:line:column`. */
function callsIn(stack: string): Call[] {
  return [...stack.matchAll(/^(?!\s*at )(.*?)@(.+):(\d+):(\d+)$/gm)].map(([, called, file, line, column]) => {
    const name = called
      .replace(/^async\*/, "")
      .replace(/^.*\//, "")
      .replace(/<$|^(?:eval|global|module) code$/g, "");
    const where = `${file}:${line}:${column}`;
    return {
      file,
      line: Number(line),
      column: Number(column),
      name,
      text: name ? `${name} (${where})` : where,
    };
  });
}

function readerFrames(calls: readonly Call[]): Frame[] {
  const frames: Frame[] = [];
  let lastOfReader = -1;
  for (const { file, line, column, name, text } of calls) {
    if (hasSource(file)) {
      const position = positionOf(file, line, column);
      if (!position) continue;
      lastOfReader =
        frames.push({
          text: name ? `${name} (${positionText(position)})` : positionText(position),
          position,
        }) - 1;
    } else if (!scriptNames.isMachinery(file)) {
      frames.push({ text: text.replace(file, file ? scriptNames.short(file) : "") });
    }
  }
  // Below the reader's outermost frame there is only the code that runs cells.
  return lastOfReader >= 0 ? frames.slice(0, lastOfReader + 1) : frames;
}

function functionName(site: NodeJS.CallSite, location: string): string {
  const text = site.toString();
  if (text === location) return "";
  // tslab calls a function of an earlier cell as a member of its table of variables.
  return text
    .replace(` (${location})`, "")
    .replace(location, "")
    .replace(/^async( |$)/, "")
    .replace(/^(?:Proxy|Object)\./, "")
    .replace(/^(?:<anonymous>|eval)$/, "")
    .trim();
}

/** Errors of another thread or process bring their stack as text. */
function foreignFrames(stack: unknown): string[] {
  if (typeof stack !== "string") return [];
  return [...stack.matchAll(/^\s*at (.*)$/gm)].map(([, text]) => text);
}

function heading(error: Error): string {
  // Node prepares the stack of a thrown error before the kernel sees it: no getter is called here, as it may never end.
  const read = ["name", "message"].some((key) => Object.getOwnPropertyDescriptor(error, key)?.get);
  return read ? "Error" : orElse(() => withoutBoxes(Error.prototype.toString.call(error)), "Error");
}
