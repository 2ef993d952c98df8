import type { ChildProcess } from "node:child_process";
import { checkKeys } from "../../common/checkKeys";
import { compiledFile, fork, needsNode, needsPackages } from "../../common/platform";
import { shown } from "../../common/shown";
import type { Figure } from "../chart/figure";
import { checkTraceTypes } from "../chart/traceTypes";

/** Size and time limit of `stillImage`. */
export type StillImageOptions = {
  /** Width in CSS pixels; default: the layout's, else 700. */
  width?: number;
  /** Height in CSS pixels; default: the layout's, else 450. */
  height?: number;
  /** Image pixels per CSS pixel; default 1.5. */
  scale?: number;
  /** Milliseconds after which drawing is given up; default 20,000. */
  timeLimit?: number;
};

/** A request to the drawing process. */
export type DrawRequest = {
  id: number;
  figure: Figure;
  width: number;
  height: number;
  scale: number;
};

/** The drawing process's answer. */
export type DrawReply = { id: number } & ({ png: Uint8Array } | { error: string });

// Drawn with WebGL, which needs a browser; without one, plotly.js waits forever.
const needsBrowser = new Set(
  "scatter3d surface mesh3d isosurface volume cone streamtube splom parcoords scattermap densitymap choroplethmap".split(
    " ",
  ),
);

/**
 * Draws a Plotly figure as a PNG, in a process of its own and with the same font on every machine: equal figures give
 * equal bytes. Rejects for traces that need WebGL or whose type plotly.js does not know, for figures that plotly.js
 * refuses, and when the time limit is over.
 */
export async function stillImage(figure: Figure, options: StillImageOptions = {}): Promise<Buffer> {
  checkKeys("stillImage", options, {
    width: true,
    height: true,
    scale: true,
    timeLimit: true,
  } satisfies Record<keyof StillImageOptions, true>);
  needsNode("stillImage", "draw the figure by plotly.js, and call Plotly.toImage");
  checkTraceTypes(figure);
  for (const trace of figure.data as { type?: string }[]) {
    if (needsBrowser.has(trace.type ?? ""))
      throw new Error(`A ${shown(trace.type)} trace can only be drawn in a browser.`);
  }
  const size = stillSize(figure);
  const width = positive("width", options.width ?? size.width);
  const height = positive("height", options.height ?? size.height);
  const scale = positive("scale", options.scale ?? 1.5);
  const reply = await ask(
    { figure, width, height, scale },
    positive("timeLimit", options.timeLimit ?? 20_000),
  );
  if ("error" in reply) throw new Error(reply.error);
  return Buffer.from(reply.png.buffer, reply.png.byteOffset, reply.png.byteLength);
}

/** The size of a figure's picture in CSS pixels: the layout's, else 700 × 450. */
export function stillSize(figure: Figure): { width: number; height: number } {
  const { width = 700, height = 450 } = figure.layout as { width?: number; height?: number };
  return { width, height };
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0 && value <= 1e6) return value;
  throw new RangeError(`stillImage expects a positive ${name} of at most 1e6; got ${shown(value)}.`);
}

/** A drawing process and the requests that it has still to answer. */
type Drawer = {
  child: ChildProcess;
  waiting: Map<number, { resolve: (reply: DrawReply) => void; reject: (error: Error) => void }>;
};

/** What the drawing process loads. */
const PACKAGES = ["plotly.js-dist", "jsdom", "@resvg/resvg-js", "@napi-rs/canvas", "dejavu-fonts-ttf"];

let drawer: Drawer | undefined;
let lastId = 0;

async function ask(request: Omit<DrawRequest, "id">, timeLimit: number): Promise<DrawReply> {
  const id = ++lastId;
  drawer ??= start();
  const { child, waiting } = drawer;
  // The drawing process keeps this one alive only while an answer is awaited.
  child.ref();
  child.channel?.ref();
  const timer = setTimeout(() => {
    waiting.get(id)?.reject(new Error(`Drawing took longer than ${timeLimit / 1000} s.`));
    waiting.delete(id);
    // A process that is about to end must not get the next picture.
    forget(child);
    child.kill("SIGKILL");
  }, timeLimit);
  try {
    return await new Promise<DrawReply>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ id, ...request } satisfies DrawRequest, (error) => error && reject(error));
    });
  } finally {
    clearTimeout(timer);
    waiting.delete(id);
    if (waiting.size === 0) release(child);
  }
}

/** Starts the drawing process early, so that the first picture need not wait 2 s for it. */
export function prepareStillImages(): void {
  drawer ??= start();
  if (drawer.waiting.size === 0) release(drawer.child);
}

function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function forget(child: ChildProcess): void {
  if (drawer?.child === child) drawer = undefined;
}

function start(): Drawer {
  needsPackages(PACKAGES, "stillImage");
  const script = compiledFile("show/still/stillImageProcess.js");
  const child = fork(script, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: [],
    // Stop in a notebook sends SIGINT to the kernel's whole process group; it must not end the drawing process.
    detached: true,
  });
  const waiting: Drawer["waiting"] = new Map();
  child.on("message", (reply: DrawReply) => {
    waiting.get(reply.id)?.resolve(reply);
  });
  const gone = (why: string) => {
    forget(child);
    for (const { reject } of waiting.values()) reject(new Error(`The drawing process ended (${why}).`));
    waiting.clear();
  };
  child.on("error", (error) => gone(error.message));
  child.on("exit", (code, signal) => gone(signal ?? `code ${code}`));
  return { child, waiting };
}
