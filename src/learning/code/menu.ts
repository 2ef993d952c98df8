import { sha256 } from "../../common/platform";
import { sameDeeply } from "../../common/sameDeeply";
import { shown } from "../../common/shown";

/** What may stand on a menu: values as JSON has them. */
export type MenuValue =
  | string
  | number
  | boolean
  | null
  | readonly MenuValue[]
  | { readonly [key: string]: MenuValue };

/** A choice from a menu: one value of each of its lists. */
export type Choice = Readonly<Record<string, MenuValue>>;

/** All that may be chosen without sending it in full, written down before the images are looked at. */
export type Menu = {
  /** Under each name the values that may be chosen. */
  readonly lists: Readonly<Record<string, readonly MenuValue[]>>;
  /** How many choices there are: the product of the lists' lengths. */
  readonly size: number;
  /** ⌈log₂ size⌉, what a place in the menu costs. */
  readonly bits: number;
  /** The SHA-256 of the lists as JSON.stringify writes them: publish it before the first training. */
  readonly checksum: string;
};

/** A place is written in one word of 32 bits. */
const MOST = 2 ** 31;

/**
 * A menu: under each name (method, size, seed of the projection, seed of the backbone, quantiser …) the values that may
 * be chosen. A decoder knows the menu, and is told the place in it.
 * @throws TypeError or RangeError for lists that are empty, have equal values or values that JSON does not keep, and for
 *   more than 2^31 choices.
 */
export function writeMenu(lists: Readonly<Record<string, readonly MenuValue[]>>): Menu {
  if (typeof lists !== "object" || lists === null || Array.isArray(lists))
    throw new TypeError(`A menu is made of lists by name: writeMenu({ seed: [0, 1] }); got ${shown(lists)}.`);
  const names = Object.keys(lists);
  if (names.length === 0) throw new RangeError(`A menu needs at least one list; got ${shown(lists)}.`);
  let size = 1;
  for (const name of names) {
    const list = lists[name];
    if (!Array.isArray(list) || list.length === 0)
      throw new TypeError(`The menu's ${name} must be a list of values; got ${shown(list)}.`);
    for (const [i, value] of list.entries()) {
      const text = JSON.stringify(value);
      if (text === undefined || !sameDeeply(JSON.parse(text), value))
        throw new TypeError(`The menu's ${name}[${i}] must be a value that JSON keeps; got ${shown(value)}.`);
      if (list.slice(0, i).some((other) => sameDeeply(other, value)))
        throw new RangeError(`The menu's ${name} must have each value once; got ${shown(value)} twice.`);
    }
    size *= list.length;
  }
  if (size > MOST)
    throw new RangeError(`A menu has at most 2^31 choices; got ${shown(size)}: shorten its lists.`);
  const text = JSON.stringify(lists);
  const bits = Math.ceil(Math.log2(size));
  return Object.freeze({
    lists: JSON.parse(text) as Menu["lists"],
    size,
    bits,
    checksum: sha256().update(text).digest("hex"),
  });
}

/**
 * Refuses a menu that was changed after it was written, or put together by hand.
 * @throws TypeError or RangeError as `writeMenu` does, RangeError where the lists are not those of the checksum.
 */
export function checkMenu(menu: Menu): void {
  const { checksum, size, bits } = writeMenu(menu?.lists);
  if (menu.checksum === checksum && menu.size === size && menu.bits === bits) return;
  throw new RangeError(
    `The menu is not as it was written (${checksum} now); got ${shown(menu.checksum)}: write it anew.`,
  );
}

/**
 * Where a choice stands in a menu, from 0.
 * @throws RangeError for what is not on the menu: it would have to be paid for.
 */
export function placeIn({ lists }: Menu, choice: Choice): number {
  const names = Object.keys(lists);
  const extra = Object.keys(choice).find((name) => !names.includes(name));
  if (extra !== undefined)
    throw new RangeError(`The menu has no list ${shown(extra)}; got ${shown(choice)}.`);
  let place = 0;
  for (const name of names) {
    const at = lists[name].findIndex((value) => sameDeeply(value, choice[name]));
    if (at < 0) {
      throw new RangeError(
        `${name} must be one of the ${lists[name].length} values on the menu; got ${shown(choice[name])}: what was not ` +
          "written down beforehand is chosen by the images, and not paid for.",
      );
    }
    place = place * lists[name].length + at;
  }
  return place;
}

/** The choice at a place. @throws RangeError for a place beyond the menu's end. */
export function choiceAt({ lists, size }: Menu, place: number): Choice {
  if (place >= size)
    throw new RangeError(`The code names place ${place} of a menu of ${size}: it is of another menu.`);
  const choice: Record<string, MenuValue> = {};
  let rest = place;
  for (const name of Object.keys(lists).reverse()) {
    const list = lists[name];
    choice[name] = list[rest % list.length];
    rest = Math.floor(rest / list.length);
  }
  return Object.fromEntries(Object.keys(lists).map((name) => [name, choice[name]]));
}
