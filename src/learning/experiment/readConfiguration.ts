import { flag, type JsonCheck, list, number, oneOf, record, refuse, whole } from "../../common/jsonCheck";
import { type Configuration, FORMAT } from "./configuration";
import { dataSets } from "./dataSets";
import { checkMethodConfiguration } from "./methodConfiguration";
import { type ModelDefinition, models } from "./models";

/** The configuration in a JSON value; anything unknown, missing or out of range is refused by its path. */
export function readConfiguration(json: unknown): Configuration {
  configuration(json, "configuration");
  return json as Configuration;
}

const decay: JsonCheck = (value, path) => {
  if (!(typeof value === "number" && value >= 0 && value < 1))
    refuse(path, "a number of at least 0 and below 1", value);
};

const dataName = oneOf(...Object.keys(dataSets));
const phase = record(
  { method: checkMethodConfiguration, epochs: whole(1) },
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

const model: JsonCheck = (value, path) => {
  const kernels = oneOf("random", "fixed-filters");
  // What a completed configuration says of a model that has no such option.
  const absent = { width: oneOf(1), dropout: oneOf(1) };
  const name = (value as { name?: unknown } | null)?.name;
  const own = new Map<unknown, ModelDefinition>(Object.entries(models)).get(name)?.options;
  record({ name: oneOf(...Object.keys(models)) }, { ...absent, ...own, kernels })(value, path);
};

const configuration = record({
  format: oneOf(FORMAT),
  data: record({ name: dataName }, { train: whole(1), test: whole(1), validation: number(0, 0.9) }),
  model,
  phases: list(phase),
  seed: number(0, 1e6, true),
});
