import { shown } from "../../common/shown";
import { pick } from "./dataset";
import type { ImageSet } from "./imageSet";
import { countByClass, drawByClass, indicesWhere } from "./splitValidation";

type Shares = { readonly test: number; readonly validation?: number };

/**
 * Splits a set: of every class, round(share · count) but at least one go to `test`, likewise to `validation`, drawn by
 * the seed. The rest, at least one of each class, stays for training. All keep their order.
 * @throws Error for a class that is too small, RangeError for shares that leave nothing to train on.
 */
export function holdOut(
  set: ImageSet,
  { of, classes, shares, seed }: { of: string; classes: readonly string[]; shares: Shares; seed: number },
): { train: ImageSet; test: ImageSet; validation?: ImageSet } {
  const { test, validation } = shares;
  for (const [name, share] of Object.entries(shares)) {
    if (share !== undefined && !(share > 0 && share < 1)) {
      throw new RangeError(`${name} must be a share between 0 and 1; got ${shown(share)}.`);
    }
  }
  if (test + (validation ?? 0) >= 1) {
    throw new RangeError(
      `test and validation must leave something for training; got ${shown(test)} and ${shown(validation)}.`,
    );
  }
  const wanted = [test, ...(validation === undefined ? [] : [validation])];
  const counts = countByClass(set, classes.length);
  const held = counts.map((count, c) => {
    const each = wanted.map((share) => Math.max(1, Math.round(share * count)));
    if (each.reduce((a, b) => a + b) >= count) {
      throw new Error(
        `The class ${shown(classes[c])} has ${count} ${of}: too few for ${each.join(" and ")} held out and one ` +
          "to train on. Add some, or leave the class out.",
      );
    }
    return each;
  });
  // Both draws follow the same order, so the second contains the first.
  const draws = wanted.map((_, w) =>
    drawByClass(
      set,
      held.map((each) => each.slice(0, w + 1).reduce((a, b) => a + b)),
      seed,
    ),
  );
  const all = draws[draws.length - 1];
  const where = (test: (i: number) => boolean) =>
    pick(
      set,
      indicesWhere(set, (_, i) => test(i)),
    );
  return {
    train: where((i) => !all.has(i)),
    test: where((i) => draws[0].has(i)),
    ...(draws.length > 1 && { validation: where((i) => draws[1].has(i) && !draws[0].has(i)) }),
  };
}
