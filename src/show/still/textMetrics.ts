import { type Canvas, createCanvas, GlobalFonts } from "@napi-rs/canvas";
import type { DOMWindow } from "jsdom";
import { type Point, pathLength, pathPoints, pointAtLength } from "./pathLength";

type Box = {
  left: number;
  top: number;
  right: number;
  bottom: number;
};

const family = "IntrinsicParamsStill";
const ascent = 0.93;
const descent = 0.24;

/** The DOM's number for a text node. */
const TEXT_NODE = 3;

/**
 * Gives jsdom the text measurements that it lacks, with the widths of the font that the picture is drawn with, so that
 * legends, margins and ticks get their true room. Boxes know translations and rotations: plotly.js needs no more.
 */
export function installTextMetrics(window: DOMWindow, fontFiles: readonly string[]): void {
  for (const file of fontFiles.filter((name) => !/Mono/.test(name)))
    GlobalFonts.registerFromPath(file, family);
  const context = createCanvas(1, 1).getContext("2d");

  function textWidth(text: string, element: Element): number {
    const { size, bold, italic } = fontOf(element);
    context.font = `${italic ? "italic " : ""}${bold ? "bold " : ""}${size}px ${family}`;
    return context.measureText(text).width;
  }

  function runWidth(node: Node): number {
    const { nodeType, parentElement } = node;
    if (nodeType === TEXT_NODE && parentElement) return textWidth(node.textContent ?? "", parentElement);
    return [...node.childNodes].reduce((sum, child) => sum + runWidth(child), 0);
  }

  function textBox(element: Element): Box {
    const lines = [...element.querySelectorAll("tspan.line")];
    const { size } = fontOf(element);
    const width = Math.max(0, ...(lines.length > 0 ? lines : [element]).map(runWidth));
    const x = Number.parseFloat(element.getAttribute("x") ?? "0") || 0;
    const y = Number.parseFloat(element.getAttribute("y") ?? "0") || 0;
    const anchor = inherited(element, "text-anchor");
    const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
    const below = Math.max(0, lines.length - 1) * 1.3 * size;
    if (width === 0) return { left: x, top: y, right: x, bottom: y };
    return { left, top: y - ascent * size, right: left + width, bottom: y + below + descent * size };
  }

  function box(element: Element): Box {
    const name = element.tagName.toLowerCase();
    if (name === "text") return textBox(element);
    if (name === "tspan") {
      const { size } = fontOf(element);
      return { left: 0, top: -ascent * size, right: runWidth(element), bottom: descent * size };
    }
    if (name === "rect" || name === "image") {
      const [x, y, width, height] = ["x", "y", "width", "height"].map(
        (key) => Number(element.getAttribute(key)) || 0,
      );
      return { left: x, top: y, right: x + width, bottom: y + height };
    }
    return union([...element.children].map((child) => placed(box(child), child.getAttribute("transform"))));
  }

  function rectangle(this: Element): DOMRect {
    const { left, top, right, bottom } = box(this);
    const [width, height] = [right - left, bottom - top];
    return { x: left, y: top, left, top, right, bottom, width, height, toJSON: () => ({}) } as DOMRect;
  }

  Object.assign(window.SVGElement.prototype, {
    getBBox: rectangle,
    getBoundingClientRect: rectangle,
    getComputedTextLength(this: Element): number {
      return runWidth(this);
    },
    getTotalLength(this: Element): number {
      return pathLength(pathPoints(this.getAttribute("d") ?? ""));
    },
    getPointAtLength(this: Element, length: number): Point {
      return pointAtLength(pathPoints(this.getAttribute("d") ?? ""), length);
    },
  });
}

/** Lets plotly.js draw heat maps and images, which it passes on as pictures of a canvas. */
export function installCanvas(window: DOMWindow): void {
  const canvases = new WeakMap<object, Canvas>();
  const canvasOf = (element: { width: number; height: number }): Canvas => {
    const known = canvases.get(element);
    if (known && known.width === element.width && known.height === element.height) return known;
    const canvas = createCanvas(element.width, element.height);
    canvases.set(element, canvas);
    return canvas;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string): unknown {
      return kind === "2d" ? canvasOf(this).getContext("2d") : null;
    },
    toDataURL(this: HTMLCanvasElement): string {
      return canvasOf(this).toDataURL("image/png");
    },
  });
}

function fontOf(element: Element): { size: number; bold: boolean; italic: boolean } {
  const weight = inherited(element, "font-weight");
  return {
    size: fontSize(element),
    bold: weight === "bold" || Number(weight) >= 600,
    italic: inherited(element, "font-style") === "italic",
  };
}

function fontSize(element: Element): number {
  const own = property(element, "font-size");
  const value = Number.parseFloat(own);
  if (Number.isNaN(value)) return element.parentElement ? fontSize(element.parentElement) : 12;
  if (own.endsWith("%"))
    return (value / 100) * (element.parentElement ? fontSize(element.parentElement) : 12);
  return value;
}

function inherited(element: Element, name: string): string {
  return property(element, name) || (element.parentElement ? inherited(element.parentElement, name) : "");
}

function property(element: Element, name: string): string {
  const { style } = element as SVGElement;
  return style?.getPropertyValue(name) || element.getAttribute(name) || "";
}

/** The smallest upright box around a box that a transform attribute moves and turns. */
function placed(box: Box, transform: string | null): Box {
  const steps = [...(transform ?? "").matchAll(/(translate|rotate)\(([^)]*)\)/g)].reverse();
  return steps.reduce((at, [, kind, list]) => {
    const [a = 0, b = 0, c = 0] = list.split(/[\s,]+/).map(Number);
    return kind === "translate" ? shifted(at, [a, b]) : turned(at, (a * Math.PI) / 180, [b, c]);
  }, box);
}

function turned({ left, top, right, bottom }: Box, angle: number, [x, y]: [number, number]): Box {
  const corners = [left, right].flatMap((cx) => [top, bottom].map((cy) => [cx - x, cy - y]));
  const xs = corners.map(([cx, cy]) => x + cx * Math.cos(angle) - cy * Math.sin(angle));
  const ys = corners.map(([cx, cy]) => y + cx * Math.sin(angle) + cy * Math.cos(angle));
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function shifted({ left, top, right, bottom }: Box, [x, y]: [number, number]): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

function union(boxes: Box[]): Box {
  const solid = boxes.filter(({ left, right, top, bottom }) => right > left || bottom > top);
  if (solid.length === 0) return { left: 0, top: 0, right: 0, bottom: 0 };
  return {
    left: Math.min(...solid.map((b) => b.left)),
    top: Math.min(...solid.map((b) => b.top)),
    right: Math.max(...solid.map((b) => b.right)),
    bottom: Math.max(...solid.map((b) => b.bottom)),
  };
}
