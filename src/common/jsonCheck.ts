import { LARGEST_SEED } from "./checkSeeds";
import { shown } from "./shown";

/** Throws a RangeError that names the path in a JSON file, unless the value is what belongs there. */
export type JsonCheck = (value: unknown, path: string) => void;

/** @throws RangeError saying what is expected at a path, and what came. */
export const refuse = (path: string, expected: string, value: unknown): never => {
  throw new RangeError(`${path} must be ${expected}; got ${shown(value)}.`);
};

export const number =
  (least: number, most: number, whole = false): JsonCheck =>
  (value, path) => {
    const ok =
      typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!ok) refuse(path, `a ${whole ? "whole " : ""}number from ${least} to ${most}`, value);
  };

/** Seeds are the largest whole numbers that are read. */
export const whole = (least: number): JsonCheck => number(least, LARGEST_SEED, true);

export const finite: JsonCheck = (value, path) => {
  if (!Number.isFinite(value)) refuse(path, "a finite number", value);
};

export const text: JsonCheck = (value, path) => {
  if (typeof value !== "string" || value === "") refuse(path, "a text", value);
};

/** Takes whatever comes. */
export const any: JsonCheck = () => {};

export const oneOf =
  (...values: unknown[]): JsonCheck =>
  (value, path) => {
    if (!values.includes(value))
      refuse(path, `one of ${values.map((v) => JSON.stringify(v)).join(", ")}`, value);
  };

export const flag = oneOf(true, false);

export const list =
  (check: JsonCheck): JsonCheck =>
  (value, path) => {
    if (!Array.isArray(value) || value.length === 0) refuse(path, "a list with something in it", value);
    (value as unknown[]).forEach((entry, i) => {
      check(entry, `${path}[${i}]`);
    });
  };

export const record =
  (required: Record<string, JsonCheck>, optional: Record<string, JsonCheck> = {}): JsonCheck =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "an object", value);
    const entries = value as Record<string, unknown>;
    const known = { ...required, ...optional };
    for (const [key, entry] of Object.entries(entries)) {
      const check = Object.hasOwn(known, key) ? known[key] : undefined;
      if (!check) {
        refuse(`${path}.${key}`, `absent (known are ${Object.keys(known).join(", ")})`, entry);
      } else if (entry !== undefined || Object.hasOwn(required, key)) check(entry, `${path}.${key}`);
    }
    for (const key of Object.keys(required))
      if (!Object.hasOwn(entries, key)) refuse(`${path}.${key}`, "given", undefined);
  };

/** An object with keys of one's own, whose values are all of one kind. */
export const dictionary =
  (check: JsonCheck, key: JsonCheck = any): JsonCheck =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "an object", value);
    for (const [name, entry] of Object.entries(value as Record<string, unknown>)) {
      key(name, `a key of ${path}`);
      check(entry, `${path}.${name}`);
    }
  };
