import { type JsonCheck, oneOf, record } from "../../common/jsonCheck";
import { type AnyMethod, type MethodDefinition, SEED } from "../method/methodDefinition";
import METHODS from "../method/methods";
import { checkRounding, ROUNDING, type RoundingConfiguration } from "./roundingConfiguration";

/** What is trained in a phase: a method's name, and the options of its function as plain data. */
export type MethodConfiguration = { [I in keyof Methods]: ConfigurationOf<Methods[I]> }[number];

/** What a phase does: train a method's numbers, or go on with those of the phase before, rounded. */
export type PhaseMethod = MethodConfiguration | RoundingConfiguration;

type Methods = typeof METHODS;

type ConfigurationOf<D> =
  D extends MethodDefinition<infer Name, infer O, infer T>
    ? { readonly name: Name } & { readonly [K in RequiredKeys<T> & keyof O]: Plain<O[K]> } & {
        readonly [K in OptionalKeys<T> & keyof O]?: Plain<O[K]>;
      }
    : never;

type RequiredKeys<T> = { [K in keyof T]: T[K] extends { readonly required: true } ? K : never }[keyof T];
type OptionalKeys<T> = { [K in keyof T]: T[K] extends { readonly required: false } ? K : never }[keyof T];
/** JSON has no patterns of names. */
type Plain<T> = Exclude<T, RegExp | undefined>;

const definitions = new Map(METHODS.map((definition: AnyMethod) => [definition.name, definition]));
const trained = oneOf(...definitions.keys());
const known = oneOf(...definitions.keys(), ROUNDING);

/** The definition of the method that a configuration names. @throws RangeError where there is none of that name. */
export function definitionOf({ name }: Pick<MethodConfiguration, "name">): AnyMethod {
  trained(name, "method.name");
  return definitions.get(name) as AnyMethod;
}

/** The options of a method that a configuration can have, each with its key. */
function optionsOf({ options }: AnyMethod) {
  return Object.entries(options).flatMap(([key, option]) => (option === SEED ? [] : [{ key, ...option }]));
}

/** The values that say the same as their absence in this configuration of a method. */
export function absentOptions(method: PhaseMethod): Readonly<Record<string, unknown>> {
  if (method.name === ROUNDING) return { perLayer: false };
  const own = optionsOf(definitionOf(method));
  return Object.fromEntries(own.map(({ key, absent }) => [key, absent?.(method)]));
}

/** Refuses anything but a configuration of a method, and names the path of the fault. */
export const checkMethodConfiguration: JsonCheck = (value, path) => {
  const name = (value as { name?: unknown } | null)?.name;
  known(name, `${path}.name`);
  if (name === ROUNDING) return checkRounding(value, path);
  const options = optionsOf(definitions.get(name as string) as AnyMethod);
  const checks = (wanted: boolean) =>
    Object.fromEntries(
      options.filter(({ required }) => required === wanted).map(({ key, check }) => [key, check]),
    );
  record({ name: oneOf(name), ...checks(true) }, checks(false))(value, path);
};
