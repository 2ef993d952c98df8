import { checkKeys } from "../../common/checkKeys";
import { shown } from "../../common/shown";
import { checkDataset } from "./checkDataset";
import { MOST_CLASSES } from "./checkImages";
import { type Dataset, dataset, imagesLike } from "./dataset";
import { randomGenerator } from "./randomGenerator";

/** The stream of random numbers that pictures are drawn by, apart from those of other draws. */
const STREAM = 5;

/** The eight symmetries of the square: bit 0 swaps up and down, bit 1 left and right, bit 2 the axes. */
const SYMMETRIES = [
  "upright",
  "upside down",
  "mirrored",
  "half a turn",
  "transposed",
  "a quarter turn",
  "a quarter turn back",
  "transposed the other way",
];

/** Of four pictures one is joined from two. */
const JOINED_EVERY = 4;

/**
 * A task made of a data set's own training images, from which a backbone learns more than their classes say: `images`
 * pictures, each an image in one of the eight symmetries of the square, of class s·C + y, or, one of four, the upper half
 * of an image of class i above the lower half of one of class j, of class 8C + C·i + j. C + 7C + C² classes in all; the
 * first C are the data set's own, and its test and validation images stay. Learning from turned images without other
 * labels is Gidaris's and others' (2018), images joined from two are Yun's and others' (2019); to take the pairs for
 * classes of their own is ours.
 * @throws RangeError for images that are no squares, and for more than 12 classes.
 */
export function pretextTask(data: Dataset, options: { images: number; seed?: number }): Dataset {
  checkKeys("pretextTask", options, { images: true, seed: true });
  checkDataset(data, ["train"]);
  const { images: count, seed = 0 } = options;
  const [side, width, channels] = data.shape;
  if (data.shape.length !== 3 || side !== width)
    throw new RangeError(`Turned images must be square, [n, n, channels]; got ${shown(data.shape)}.`);
  const own = data.classes.length;
  const classes = [
    ...SYMMETRIES.flatMap((symmetry, s) =>
      data.classes.map((name) => (s === 0 ? name : `${name}, ${symmetry}`)),
    ),
    ...data.classes.flatMap((upper) => data.classes.map((lower) => `${upper} above ${lower}`)),
  ];
  if (classes.length > MOST_CLASSES) {
    throw new RangeError(
      `${own} classes would make ${classes.length}, of at most ${MOST_CLASSES}: take fewer by selectLabels and a data set of their own.`,
    );
  }
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`images must be a positive whole number; got ${shown(count)}.`);
  const { train } = data;
  const random = randomGenerator(seed, STREAM);
  const any = () => Math.floor(random() * train.labels.length);
  const size = side * side * channels;
  const images = imagesLike(train, count * size);
  const labels = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    const to = images.subarray(k * size, (k + 1) * size);
    const one = any();
    const from = train.images.subarray(one * size, (one + 1) * size);
    if (k % JOINED_EVERY === JOINED_EVERY - 1) {
      const other = any();
      const half = Math.floor(side / 2) * side * channels;
      to.set(from.subarray(0, half));
      to.set(train.images.subarray(other * size + half, (other + 1) * size), half);
      labels[k] = SYMMETRIES.length * own + own * train.labels[one] + train.labels[other];
    } else {
      const s = Math.floor(random() * SYMMETRIES.length);
      turn(from, to, side, channels, s);
      labels[k] = s * own + train.labels[one];
    }
  }
  return dataset({ ...data, name: `${data.name}, pretext task`, classes, train: { images, labels } });
}

/** Writes one image in a symmetry of the square. */
function turn(
  from: ArrayLike<number>,
  to: Uint8Array | Float32Array,
  side: number,
  channels: number,
  symmetry: number,
): void {
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const row = symmetry & 1 ? side - 1 - y : y;
      const column = symmetry & 2 ? side - 1 - x : x;
      const at = symmetry & 4 ? column * side + row : row * side + column;
      for (let c = 0; c < channels; c++) to[(y * side + x) * channels + c] = from[at * channels + c];
    }
  }
}
