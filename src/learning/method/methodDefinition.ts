import type { LayersModel } from "@tensorflow/tfjs-node";
import { type JsonCheck, list, refuse } from "../../common/jsonCheck";
import type { Method } from "./method";

/** Options of a method as a configuration has them. */
type Given = Readonly<Record<string, unknown>>;

/** An option of a method, as an experiment's configuration has it. */
export type MethodOption = {
  /** Refuses values that the method does not take. */
  readonly check: JsonCheck;
  /** Whether each configuration must give it, so that a new default changes no old run. */
  readonly required: boolean;
  /** The value that means the same as no value, given the other options; it is left out of a run's name. */
  readonly absent?: (others: Given) => unknown;
};

/** An option that a configuration has to give. */
export function required(check: JsonCheck): MethodOption & { readonly required: true } {
  return { check, required: true };
}

/** An option that a configuration may leave out, which means the same as the value of `absent`. */
export function optional(
  check: JsonCheck,
  absent: (others: Given) => unknown,
): MethodOption & { readonly required: false } {
  return { check, required: false, absent };
}

/** Marks the seed of what a method draws at random: a configuration has one seed for the whole run. */
export const SEED = "the run's seed";

/** The layers that a method works on: all, or some by block or name. */
export const selection: JsonCheck = (value, path) => {
  if (value === "all") return;
  list((entry, at) => {
    if (typeof entry !== "string" && typeof entry !== "number")
      refuse(at, "a block's number or a name", entry);
  })(value, path);
};

/** `selection` as an option: all layers where it is absent. */
export const LAYERS = optional(selection, () => "all");

/** Each option of a method's function, described for experiments: one too many or too few does not compile. */
export type OptionsOf<O> = { readonly [K in keyof O]-?: MethodOption | typeof SEED };

/** A method as experiments know it: its name in a configuration, its options, and the function that makes it. */
export type MethodDefinition<
  Name extends string = string,
  O extends object = never,
  T extends OptionsOf<O> = OptionsOf<O>,
> = {
  readonly name: Name;
  readonly options: T;
  readonly make: (model: LayersModel, options: O) => Method;
};

/** The definition of any method. */
export type AnyMethod = {
  readonly name: string;
  readonly options: Readonly<Record<string, MethodOption | typeof SEED>>;
  readonly make: (model: LayersModel, options: never) => Method;
};
