import { dyadic, ONE } from "../exact/dyadic";
import { type Combination, type Layering, weigh } from "../relu/layering";
import { askReach, type Reach, takeReach } from "./hatNetwork";

/** Something that goes on from layer to layer beside others: it asks for neurons of the next layer, then takes them. */
export type Feed = {
  readonly ask: () => readonly Combination[];
  readonly take: (neurons: readonly Combination[]) => void;
};

/** Lays one layer for all feeds. A feed may read what earlier ones in the list took from the layer before. */
export function layFeeds({ lay }: Layering, feeds: readonly Feed[]): void {
  const asked = feeds.map((feed) => feed.ask());
  const laid = lay(asked.flat());
  let from = 0;
  feeds.forEach((feed, i) => {
    feed.take(laid.slice(from, from + asked[i].length));
    from += asked[i].length;
  });
}

/** A feed that lays the sum of what was added, layer after layer. */
export type SumFeed = Feed & {
  readonly add: (more: Combination) => void;
  readonly sum: () => Combination;
};

const NOTHING: Combination = weigh([]);

export function sumFeed(start: Combination = NOTHING): SumFeed {
  let sum = start;
  return {
    ask: () => (sum === NOTHING ? [] : [sum]),
    take: (neurons) => {
      if (neurons.length > 0) sum = neurons[0];
    },
    add: (more) => {
      sum = weigh([
        [sum, 1],
        [more, 1],
      ]);
    },
    sum: () => sum,
  };
}

/** T of the node that has come through all coordinates; undefined before the first and after the last one. */
export type SpreadFeed = Feed & { readonly spread: () => Combination | undefined };

/**
 * T_v(x) = max(0, z) + max(0, −z), z = Kx − v, of one node after another, from Kx: node m = 0, 1, … meets coordinate i
 * in layer m + i, and its T is laid in layer m + d.
 */
export function spreadFeed(
  scaled: readonly Combination[],
  nodes: readonly (readonly number[])[],
): SpreadFeed {
  const d = scaled.length;
  let x = scaled;
  /** reaches[i] is that of the node which meets coordinate i next; reaches[d] is complete. */
  let reaches: readonly (Reach | undefined)[] = new Array(d + 1).fill(undefined);
  let spread: Combination | undefined;
  let layer = 0;
  let sizes: readonly number[] = [];
  return {
    ask: () => {
      const asked = x.map((each, i) => {
        const node = nodes[layer - i];
        return node === undefined ? [] : askReach(weigh([[each, 1]], -node[i]), reaches[i]);
      });
      const done = reaches[d];
      const T =
        done === undefined
          ? []
          : [
              weigh([
                [done.above, 1],
                [done.below, 1],
              ]),
            ];
      // A coordinate that no node will meet any more is dropped: x[i] is read up to layer N − 1 + i.
      const kept = x.filter((_, i) => layer - i < nodes.length - 1);
      sizes = asked.map(({ length }) => length);
      return [...asked.flat(), ...T, ...kept];
    },
    take: (neurons) => {
      let from = 0;
      const next: (Reach | undefined)[] = [undefined];
      for (const size of sizes) {
        next.push(size === 0 ? undefined : takeReach(neurons.slice(from, from + size)));
        from += size;
      }
      spread = reaches[d] === undefined ? undefined : neurons[from++];
      x = x.map((each, i) => (layer - i < nodes.length - 1 ? neurons[from++] : each));
      reaches = next;
      layer++;
    },
    spread: () => spread,
  };
}

/** The bit that was split off in the last layer, as a combination of its neurons; undefined if none was. */
export type BitFeed = Feed & { readonly bit: () => Combination | undefined };

/** A number 0.u₁u₂… of so many bits. */
export type BitSource = { readonly input: Combination; readonly bits: number };

/**
 * The bits of one number after another: the first bit of all is split off in layer `delay`, the next in the next. y, a
 * multiple of 2^{−r}, holds the r bits that are left of a number; u = σ(z+1) − σ(z) for z = 2^r(y − ½) is the first of
 * them, and y ← 2y − u drops it [bit extraction: Bartlett, Maiorov and Meir 1998].
 */
export function bitFeed(sources: readonly BitSource[], delay: number): BitFeed {
  let y = sources[0].input;
  let r = sources[0].bits;
  let waiting = sources.slice(1);
  let bit: Combination | undefined;
  let layer = 0;
  const rest = () => [...(r > 1 ? [y] : []), ...waiting.map(({ input }) => input)];
  return {
    ask: () => {
      if (layer < delay) return [y, ...waiting.map(({ input }) => input)];
      if (r === 0) return [];
      const z = (more: bigint) => weigh([[y, dyadic(1n, r)]], dyadic(more - (1n << BigInt(r - 1))));
      return [z(1n), z(0n), ...rest()];
    },
    take: (neurons) => {
      bit = undefined;
      const reading = layer++ >= delay;
      if (reading && r === 0) return;
      let next = 0;
      if (reading)
        bit = weigh([
          [neurons[next++], ONE],
          [neurons[next++], -1],
        ]);
      if (!reading) y = neurons[next++];
      else if (r > 1)
        y = weigh([
          [neurons[next++], 2],
          [bit as Combination, -1],
        ]);
      waiting = waiting.map(({ bits }) => ({ input: neurons[next++], bits }));
      if (!reading) return;
      r--;
      if (r > 0 || waiting.length === 0) return;
      [{ input: y, bits: r }] = waiting;
      waiting = waiting.slice(1);
    },
    bit: () => bit,
  };
}
