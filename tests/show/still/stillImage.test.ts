import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { stillImage } from "../../../src/show";
import { pathLength, pathPoints, pointAtLength } from "../../../src/show/still/pathLength";

type Picture = {
  width: number;
  height: number;
  /** Colours of a box, in CSS pixels of the picture at scale 1. */
  colours(left: number, top: number, width: number, height: number): Map<string, number>;
};

async function draw(figure: Parameters<typeof stillImage>[0], options = {}): Promise<Picture> {
  const image = await loadImage(await stillImage(figure, { scale: 1, ...options }));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return {
    width: image.width,
    height: image.height,
    colours(left, top, width, height) {
      const { data } = context.getImageData(left, top, width, height);
      const found = new Map<string, number>();
      for (let i = 0; i < data.length; i += 4) {
        const colour = `${data[i]},${data[i + 1]},${data[i + 2]}`;
        found.set(colour, (found.get(colour) ?? 0) + 1);
      }
      return found;
    },
  };
}

const line = { data: [{ x: [0, 1, 2], y: [1, 3, 2], name: "f" }], layout: { title: { text: "Title" } } };

describe("a still image", () => {
  test("has the layout's size or 700 × 450, times the scale", async () => {
    expect(await draw(line)).toMatchObject({ width: 700, height: 450 });
    expect(await draw({ ...line, layout: { width: 320, height: 200 } }, { scale: 2 })).toMatchObject({
      width: 640,
      height: 400,
    });
    expect(await draw(line, { width: 300, height: 210 })).toMatchObject({ width: 300, height: 210 });
  });

  test("has the same bytes each time it is drawn", async () => {
    const first = await stillImage(line);
    expect((await stillImage(line)).equals(first)).toBe(true);
    const other = { ...line, data: [{ x: [0, 1, 2], y: [1, 3, 2.5], name: "f" }] };
    expect((await stillImage(other)).equals(first)).toBe(false);
  });

  test("shows text: a title darkens its place", async () => {
    const dark = (picture: Picture) =>
      [...picture.colours(250, 20, 200, 50)].filter(([colour]) => Number(colour.split(",")[0]) < 120).length;
    expect(dark(await draw(line))).toBeGreaterThan(0);
    expect(dark(await draw({ ...line, layout: {} }))).toBe(0);
  });

  test("shows the line in its colour", async () => {
    const red = { data: [{ x: [0, 1], y: [0, 1], line: { color: "rgb(255, 0, 0)", width: 4 } }], layout: {} };
    expect((await draw(red)).colours(0, 0, 700, 450).get("255,0,0")).toBeGreaterThan(500);
  });

  test("makes room for a legend as wide as its text in the true font", async () => {
    const plotRight = async (name: string) => {
      const picture = await draw({
        data: [
          { x: [0, 1], y: [0, 0], name },
          { x: [0, 1], y: [1, 1], name },
        ],
        layout: { plot_bgcolor: "rgb(0, 255, 0)" },
      });
      const row = [...Array(700).keys()].filter((x) => picture.colours(x, 120, 1, 1).has("0,255,0"));
      return Math.max(...row);
    };
    const [narrow, wide] = [await plotRight("i".repeat(14)), await plotRight("W".repeat(14))];
    // 14 letters of 12 px: an i of the font is 0.278 em wide, a W 0.989.
    expect(narrow - wide).toBeGreaterThan(0.9 * 14 * 12 * (0.989 - 0.278));
    expect(narrow - wide).toBeLessThan(1.1 * 14 * 12 * (0.989 - 0.278));
  });

  test("shows heat maps with sharp cells and a colour bar", async () => {
    const picture = await draw({
      data: [
        {
          type: "heatmap",
          z: [[0, 1]],
          colorscale: [
            [0, "rgb(255,0,0)"],
            [1, "rgb(0,0,255)"],
          ],
        },
      ],
      layout: {},
    });
    const colours = picture.colours(90, 110, 400, 250);
    const pure = (colours.get("255,0,0") ?? 0) + (colours.get("0,0,255") ?? 0);
    expect(pure).toBeGreaterThan(0.95 * 400 * 250);
    const bar = picture.colours(560, 110, 100, 260);
    expect(bar.size).toBeGreaterThan(100);
  });

  test("of a gl trace is that of its plain namesake", async () => {
    const trace = { mode: "markers", x: [1, 2], y: [3, 4] };
    const plain = await stillImage({ data: [{ ...trace, type: "scatter" }], layout: {} });
    expect((await stillImage({ data: [{ ...trace, type: "scattergl" }], layout: {} })).equals(plain)).toBe(
      true,
    );
  });

  test("of a trace that needs a browser is refused at once", async () => {
    for (const type of ["surface", "scatter3d", "mesh3d"]) {
      await expect(stillImage({ data: [{ type }], layout: {} })).rejects.toThrow(
        `A "${type}" trace can only be drawn in a browser`,
      );
    }
  });

  test("is given up after the time limit, and the next one is drawn", async () => {
    await expect(stillImage(line, { timeLimit: 1 })).rejects.toThrow(/longer than 0.001 s/);
    expect((await stillImage(line)).length).toBeGreaterThan(1000);
  });

  test("refuses sizes that are no sizes", async () => {
    for (const bad of [
      { width: 0 },
      { height: Number.NaN },
      { scale: -1 },
      { timeLimit: Number.POSITIVE_INFINITY },
    ]) {
      await expect(stillImage(line, bad)).rejects.toThrow(RangeError);
    }
  });

  test("keeps no program running that has drawn one", async () => {
    const program = `require("intrinsic-params").stillImage(${JSON.stringify(line)}).then((png) => console.log(png.length))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { timeout: 25_000 });
    expect(Number(stdout)).toBeGreaterThan(1000);
  });
});

describe("paths", () => {
  test("of straight pieces have their length, absolute or relative", () => {
    expect(pathLength(pathPoints("M0,0L3,4H10V4Z"))).toBeCloseTo(5 + 7 + 0 + Math.hypot(10, 4), 12);
    expect(pathLength(pathPoints("m1 1 l3 4 h7 v-4"))).toBeCloseTo(5 + 7 + 4, 12);
  });

  test("know the point at a length", () => {
    expect(pointAtLength(pathPoints("M0,0H10V10"), 15)).toEqual({ x: 10, y: 5 });
    expect(pointAtLength(pathPoints("M0,0H10"), 99)).toEqual({ x: 10, y: 0 });
    expect(pointAtLength(pathPoints("M0,0H10"), -1)).toEqual({ x: 0, y: 0 });
  });

  test("of a cubic quarter circle are a quarter circle long", () => {
    const k = 0.5522847498;
    expect(pathLength(pathPoints(`M1,0C1,${k},${k},1,0,1`))).toBeCloseTo(Math.PI / 2, 2);
  });
});
