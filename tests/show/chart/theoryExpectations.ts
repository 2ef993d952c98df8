import { expect } from "vitest";
import type { Figure } from "../../../src/show";

type Trace = Record<string, unknown> & { name?: string; y?: number[]; z?: number[][]; x?: unknown[] };
export const traces = (figure: Figure) => figure.data as Trace[];

/** No number of a figure is NaN or infinite, nothing is undefined, and JSON keeps it. */
export function expectPlain(figure: Figure) {
  const walk = (value: unknown, path: string) => {
    if (typeof value === "number" && !Number.isFinite(value)) expect.fail(`${path} is ${value}`);
    if (value === undefined || typeof value === "function" || typeof value === "bigint")
      expect.fail(`${path} is a ${typeof value}`);
    if (ArrayBuffer.isView(value)) expect.fail(`${path} is a typed array: JSON would make an object of it`);
    if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
  };
  walk({ ...figure }, "figure");
  expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
}

/** A title, and a title on every axis that shows numbers. */
export function expectLabelled(figure: Figure) {
  const layout = figure.layout as Record<
    string,
    {
      text?: string;
      title?: { text?: string };
      automargin?: boolean;
      showticklabels?: boolean;
      visible?: boolean;
    }
  >;
  expect(layout.title?.text).toBeTruthy();
  const axes = Object.entries(layout).filter(([key]) => /^[xy]axis\d*$/.test(key));
  expect(axes.length).toBeGreaterThan(1);
  for (const [, one] of axes) {
    if (one.visible === false) continue;
    expect(one.automargin).toBe(true);
    if (one.showticklabels !== false) expect(one.title?.text).toBeTruthy();
  }
}
