import { checkCount } from "../../common/checkCount";
import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import type { Dataset } from "../../learning/dataset/dataset";
import type { ImageSet } from "../../learning/dataset/imageSet";
import type { Figure } from "./figure";
import { baseLayout, FRAME, type FrameOptions } from "./theme";

/** How many images `imagesChart` shows, and what stands above them. */
export type ImagesOptions = FrameOptions & {
  /** Images in a row; default 12. */
  readonly columns?: number;
  /** Rows; default 2. */
  readonly rows?: number;
  /** Written above each image, in order; default the names of the classes. */
  readonly captions?: readonly string[];
};

const GAP = 3;

/**
 * The first images of a set side by side, dark ink on white, each with its caption.
 * @throws RangeError for images with more than one channel or a set without images.
 */
export function imagesChart(
  set: ImageSet,
  { shape, classes }: Pick<Dataset, "shape" | "classes">,
  options: ImagesOptions = {},
): Figure {
  checkKeys("imagesChart", options, { ...FRAME, columns: true, rows: true, captions: true } satisfies Record<
    keyof ImagesOptions,
    true
  >);
  const [height, width, channels] = shape;
  if (channels !== 1)
    throw new RangeError(
      `imagesChart draws images of one channel; got ${shown(channels)}; pick a channel first.`,
    );
  const perRow = checkCount("imagesChart: columns", options.columns ?? 12, 1, Infinity);
  const lines = checkCount("imagesChart: rows", options.rows ?? 2, 1, Infinity);
  const count = Math.min(set.labels.length, lines * perRow);
  if (count === 0) throw new RangeError("imagesChart needs at least one image; got none.");
  const columns = Math.min(perRow, count);
  const rows = Math.ceil(count / columns);
  const top = options.captions === undefined && classes.length === 0 ? GAP : 9;
  const across = columns * (width + GAP) - GAP;
  const z = Array.from({ length: rows * (height + top) }, () => new Array<number | null>(across).fill(null));
  const annotations = [];
  for (let i = 0; i < count; i++) {
    const x0 = (i % columns) * (width + GAP);
    const y0 = Math.floor(i / columns) * (height + top) + top;
    for (let p = 0; p < height * width; p++) {
      const value = set.images[i * height * width + p];
      z[y0 + Math.floor(p / width)][x0 + (p % width)] = Number(value.toPrecision(3));
    }
    annotations.push({
      text: options.captions?.[i] ?? classes[set.labels[i]],
      x: x0 + (width - 1) / 2,
      y: y0 - top / 2,
      showarrow: false,
      font: { size: 11 },
    });
  }
  const captions = annotations.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const hidden = { visible: false, fixedrange: true };
  return {
    data: [
      {
        type: "heatmap",
        z,
        colorscale: [
          [0, "#FFFFFF"],
          [1, "#000000"],
        ],
        showscale: false,
        hoverinfo: "skip",
      },
    ],
    layout: baseLayout(options.title ?? "Images and their classes", {
      height: options.height ?? 90 + Math.round((rows * (height + top) * 660) / across),
      margin: { t: 50, r: 20, b: 10, l: 20 },
      xaxis: hidden,
      yaxis: { ...hidden, autorange: "reversed", scaleanchor: "x" },
      annotations,
      meta: {
        alt: `${count === 1 ? "One image" : `${count} images in ${rows === 1 ? "one row" : `${rows} rows`}`}${captions.length > 0 ? `, row by row: ${captions.join(", ")}` : ""}`,
      },
    }),
  };
}
