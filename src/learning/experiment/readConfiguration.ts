import { shown } from "../../common/shown";
import { type Configuration, FORMAT } from "./configuration";

type Check = (value: unknown, path: string) => void;

/** The configuration in a JSON value; anything unknown, missing or out of range is refused by its path. */
export function readConfiguration(json: unknown): Configuration {
  configuration(json, "configuration");
  return json as Configuration;
}

const refuse = (path: string, expected: string, value: unknown): never => {
  throw new RangeError(`${path} must be ${expected}; got ${shown(value)}.`);
};
const number =
  (least: number, most: number, whole = false): Check =>
  (value, path) => {
    const ok =
      typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!ok) refuse(path, `a ${whole ? "whole " : ""}number from ${least} to ${most}`, value);
  };
const whole = (least: number) => number(least, 2 ** 32 - 1, true);
const oneOf =
  (...values: unknown[]): Check =>
  (value, path) => {
    if (!values.includes(value))
      refuse(path, `one of ${values.map((v) => JSON.stringify(v)).join(", ")}`, value);
  };
const list =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length === 0) refuse(path, "a list with something in it", value);
    (value as unknown[]).forEach((entry, i) => {
      check(entry, `${path}[${i}]`);
    });
  };
const record =
  (required: Record<string, Check>, optional: Record<string, Check> = {}): Check =>
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

const flag = oneOf(true, false);
const decay: Check = (value, path) => {
  if (!(typeof value === "number" && value >= 0 && value < 1))
    refuse(path, "a number of at least 0 and below 1", value);
};
const selection: Check = (value, path) => {
  if (value === "all") return;
  list((entry, at) => {
    if (typeof entry !== "string" && typeof entry !== "number")
      refuse(at, "a block's number or a name", entry);
  })(value, path);
};

const methods: Record<string, Check> = {
  weights: record({ name: oneOf("weights"), train: selection }),
  head: record({ name: oneOf("head") }),
  batchNorm: record({ name: oneOf("batchNorm") }, { layers: selection }),
  biases: record({ name: oneOf("biases") }, { layers: selection, batchNorm: flag }),
  lora: record({ name: oneOf("lora"), rank: whole(1) }, { layers: selection, alpha: number(0, 1e6) }),
  vera: record({ name: oneOf("vera"), rank: whole(1) }, { layers: selection }),
  subset: record({ name: oneOf("subset"), count: whole(1) }, { layers: selection }),
  subspace: record({ name: oneOf("subspace"), dimension: whole(1) }, { layers: selection }),
  networks: record({ name: oneOf("networks"), count: whole(1) }, { layers: selection }),
};
const method: Check = (value, path) => {
  const name = (value as { name?: unknown } | null)?.name;
  oneOf(...Object.keys(methods))(name, `${path}.name`);
  methods[name as string](value, path);
};

const dataName = oneOf("mnist", "fashion-mnist", "kmnist");
const phase = record(
  { method, epochs: whole(1) },
  {
    data: dataName,
    // All of the data sets have ten classes.
    labels: list(number(0, 9, true)),
    batch: whole(1),
    learningRate: record({ start: number(0, 1e6), factor: number(0, 1) }),
    optimizer: record(
      {},
      {
        kind: oneOf("radam", "adam"),
        beta1: decay,
        beta2: decay,
        epsilon: number(0, 1),
        correctedEpsilon: flag,
        weightDecay: number(0, 1),
        decoupled: flag,
      },
    ),
    frozen: record({}, { statistics: oneOf("still", "moving"), dropout: oneOf("off", "on") }),
  },
);

const model: Check = (value, path) => {
  const kernels = oneOf("random", "fixed-filters");
  // Only the paper's network has these; 1 is what a completed configuration says of the others.
  const own =
    (value as { name?: unknown } | null)?.name === "paper-cnn"
      ? { width: number(0.01, 16), dropout: number(0, 1.9) }
      : { width: oneOf(1), dropout: oneOf(1) };
  record({ name: oneOf("paper-cnn", "lenet", "mlp") }, { ...own, kernels })(value, path);
};

const configuration = record({
  format: oneOf(FORMAT),
  data: record({ name: dataName }, { train: whole(1), test: whole(1), validation: number(0, 0.9) }),
  model,
  phases: list(phase),
  seed: number(0, 1e6, true),
});
