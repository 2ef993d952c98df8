import type { LayersModel, Variable } from "@tensorflow/tfjs-node";
import { present } from "../../common/present";
import { isBatchNorm, isStatistic } from "../model/isBatchNorm";
import { refuseWhileTrained } from "../model/lockForTraining";
import { copy, namedWeights, setVariable } from "../model/namedWeights";
import { type Stamp, stampOf } from "../tensorflow/stampOf";
import { loadedTensorflow } from "../tensorflow/tensorflow";

/** The method that wrote a weight last. */
const holders = new WeakMap<Variable, Hold>();
let made = 0;

type Parts = {
  readonly name: string;
  readonly carriers: readonly Variable[];
  /** Those carriers that are parameters themselves: what was learnt is stored nowhere else. */
  readonly own: readonly Variable[];
  /** Sets the other carriers to w(θ). */
  make(): void;
  /** Restores which layers were frozen before the method was made. */
  unmark?(): void;
};

/**
 * What one method found in a model, what it left there, and whether the model still holds it. So it can be taken off
 * again bit for bit, and methods on one model can be switched, each with the statistics that it moved.
 */
export class Hold {
  /** Carriers and statistics as they were before. */
  readonly #found = new Map<Variable, Float32Array>();
  /** The stamp of each weight when this method left it; a weight that was written to since has another one. */
  readonly #left = new Map<Variable, Stamp>();
  /** Statistics that its trainings moved, as they left them. */
  readonly #moved = new Map<Variable, Float32Array>();
  /** Carriers that are parameters, as its trainings left them. */
  readonly #learnt = new Map<Variable, Float32Array>();
  /** What it was built on: methods that the model held when it was made. */
  readonly #below = new Map<Variable, { hold: Hold; stamp: Stamp }>();
  readonly #order = ++made;
  #released = false;
  #start?: ReadonlyMap<Variable, Stamp>;

  private constructor(
    readonly parts: Parts,
    readonly statistics: readonly Variable[],
  ) {
    for (const variable of this.#all()) this.#found.set(variable, copy(variable));
    for (const carrier of parts.carriers) {
      const hold = holders.get(carrier);
      if (hold?.holds(carrier)) this.#below.set(carrier, { hold, stamp: stampOf(carrier) });
    }
  }

  /** Remembers a model as it is, before a method changes it. */
  static of(model: LayersModel, parts: Parts): Hold {
    const statistics = namedWeights(model).filter(({ one, name }) => isBatchNorm(one) && isStatistic(name));
    return new Hold(
      parts,
      statistics.map(({ variable }) => variable),
    );
  }

  /** Writes w(θ) for the first time. */
  first(): void {
    this.parts.make();
    this.#claim();
  }

  /** Makes the model hold this method: takes off others that write to the same weights. */
  write(): void {
    const { carriers, own, make } = this.parts;
    if (this.#released && carriers.length > own.length)
      throw new Error(`The method ${this.parts.name} was disposed of: make it anew.`);
    if (this.#start) {
      make();
      return;
    }
    refuseWhileTrained(this.#all(), `${this.parts.name} cannot be written`);
    this.displace();
    make();
    for (const carrier of own) {
      const values = this.#learnt.get(carrier);
      if (values && holders.get(carrier) !== this) this.#set(carrier, values);
    }
    for (const [statistic, values] of this.#moved) this.#set(statistic, values);
    if (carriers.length > own.length || this.#learnt.size > 0) this.#claim();
  }

  /** @throws Error where another method or `restoreWeights` has changed the weights since. */
  unload(): void {
    const { name, carriers } = this.parts;
    refuseWhileTrained(this.#all(), `${name} cannot be unloaded`);
    for (const variable of [...carriers, ...this.#moved.keys()]) {
      if (!this.#left.has(variable) || this.holds(variable) || this.#asFound(variable)) continue;
      throw new Error(
        `${name} is not what the model holds: ${variable.name} was changed after it. Unload what changed it first, or put ` +
          `earlier weights back by restoreWeights, or ${name}'s own by its write().`,
      );
    }
    this.#takeOff();
  }

  /** Takes off other methods that write to the same weights; returns a function that puts them back. */
  displace(): () => void {
    const rivals = this.#rivals();
    for (const rival of rivals) rival.#takeOff();
    return () => {
      for (const rival of rivals) rival.write();
    };
  }

  /** A training by this method begins: until `settle`, each `write` is one of its steps. */
  begin(): void {
    this.#start = new Map(this.#all().map((variable) => [variable, stampOf(variable)]));
    for (const statistic of this.statistics) {
      if (this.holds(statistic)) continue;
      this.#found.set(statistic, copy(statistic));
      this.#moved.delete(statistic);
    }
  }

  /** What the training changed since `begin` is this method's. */
  settle(): void {
    const changed = this.#all().filter((variable) => this.#start?.get(variable) !== stampOf(variable));
    this.#start = undefined;
    for (const statistic of this.statistics)
      if (changed.includes(statistic)) this.#moved.set(statistic, copy(statistic));
    if (changed.length > 0) {
      for (const carrier of this.parts.own) this.#learnt.set(carrier, copy(carrier));
      this.#claim();
    }
  }

  /** The model keeps what it holds, as its own. */
  release(): void {
    refuseWhileTrained(this.parts.carriers, `${this.parts.name} cannot be disposed of`);
    this.#released = true;
    for (const carrier of this.parts.carriers) if (holders.get(carrier) === this) holders.delete(carrier);
  }

  /**
   * One hold for several methods that train together, in place of theirs. Where `makeAll` is given, it sets all carriers,
   * those too that were parameters themselves.
   */
  static joined(name: string, holds: readonly Hold[], makeAll?: () => void): Hold {
    const carriers = holds.flatMap(({ parts }) => parts.carriers);
    const statistics = [...new Set(holds.flatMap((hold) => hold.statistics))];
    const latest = [...holds].sort((a, b) => b.#order - a.#order);
    const own = makeAll ? [] : holds.flatMap(({ parts }) => parts.own);
    const make =
      makeAll ??
      (() => {
        for (const { parts } of holds) parts.make();
      });
    const unmark = () => {
      for (const { parts } of latest) parts.unmark?.();
    };
    const all = new Hold({ name, carriers, own, make, unmark }, statistics);
    // The method that was made first found the statistics as they were before all of them.
    for (const hold of latest) {
      for (const [variable, values] of hold.#found) all.#found.set(variable, values);
      for (const [variable, values] of hold.#learnt) all.#learnt.set(variable, values);
    }
    for (const hold of holds) {
      for (const carrier of hold.parts.carriers) {
        all.#below.delete(carrier);
        if (holders.get(carrier) !== hold || !hold.holds(carrier)) continue;
        all.#left.set(carrier, stampOf(carrier));
        holders.set(carrier, all);
      }
    }
    return all;
  }

  /** Refuses to build on weights that another method makes from parameters of its own. */
  static refuseHeld(what: string, carriers: readonly Variable[]): void {
    refuseWhileTrained(carriers, `${what} cannot be made`);
    const hold = Hold.#on(carriers, (held, carrier) => !held.#asFound(carrier));
    if (hold) {
      throw new Error(
        `${what} would be built on what ${hold.parts.name} learnt, which the model holds: take that off by its unload(), or ` +
          "make it the model's own by its dispose().",
      );
    }
  }

  /** Refuses to train all unfrozen weights of a model that holds a method which was not given to `fit`. */
  static refuseForgotten(model: LayersModel): void {
    const hold = Hold.#on(
      namedWeights(model).map(({ variable }) => variable),
      () => true,
    );
    if (hold) {
      throw new Error(
        `The model holds ${hold.parts.name}: give fit that method, or take it off by its unload(), or make what it learnt the ` +
          "model's own by its dispose().",
      );
    }
  }

  /** No method holds these weights any more: they were put into the model from outside. */
  static forget(variables: Iterable<Variable>): void {
    for (const variable of variables) holders.delete(variable);
  }

  static #on(
    variables: readonly Variable[],
    wanted: (hold: Hold, variable: Variable) => boolean,
  ): Hold | undefined {
    const found = variables.find((variable) => {
      const hold = holders.get(variable);
      if (hold === undefined || hold.parts.own.includes(variable)) return false;
      return hold.holds(variable) && wanted(hold, variable);
    });
    return found && holders.get(found);
  }

  #all(): readonly Variable[] {
    return [...this.parts.carriers, ...this.statistics];
  }

  /** Whether a weight stands as this method left it. */
  holds(variable: Variable): boolean {
    return this.#left.get(variable) === stampOf(variable);
  }

  #asFound(variable: Variable): boolean {
    const [now, then] = [copy(variable), present(this.#found.get(variable), variable.name)];
    return now.every((value, i) => value === then[i]);
  }

  #set(variable: Variable, values: Float32Array): void {
    setVariable(loadedTensorflow(), variable, values);
  }

  #claim(): void {
    for (const variable of this.#all()) this.#left.set(variable, stampOf(variable));
    for (const carrier of this.parts.carriers) holders.set(carrier, this);
  }

  /** Methods that write to the same weights, except those that this one was built on. */
  #rivals(): ReadonlySet<Hold> {
    const rivals = new Set<Hold>();
    for (const carrier of this.parts.carriers) {
      const hold = holders.get(carrier);
      const below = this.#below.get(carrier);
      if (hold === undefined || hold === this || !hold.holds(carrier)) continue;
      if (below?.hold !== hold || hold.#left.get(carrier) !== below.stamp) rivals.add(hold);
    }
    return rivals;
  }

  #takeOff(): void {
    for (const [variable, values] of this.#found) {
      const changes = this.parts.carriers.includes(variable) || this.#moved.has(variable);
      if (!changes || !this.holds(variable)) continue;
      this.#set(variable, values);
      if (holders.get(variable) !== this) continue;
      holders.delete(variable);
      const below = this.#below.get(variable);
      if (below === undefined || below.hold.#left.get(variable) !== below.stamp) continue;
      below.hold.#left.set(variable, stampOf(variable));
      holders.set(variable, below.hold);
      below.stamp = stampOf(variable);
    }
    this.#left.clear();
    this.parts.unmark?.();
  }
}
