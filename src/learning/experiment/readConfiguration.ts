import { flag, type JsonCheck, list, number, oneOf, record, refuse, whole } from "../../common/jsonCheck";
import { MOST_CLASSES } from "../dataset/checkImages";
import { type Configuration, FORMAT } from "./configuration";
import { dataSets } from "./dataSets";
import { checkMethodConfiguration } from "./methodConfiguration";
import { type ModelDefinition, models } from "./models";
import { checkOwnModule } from "./ownModule";
import { checkSchedule } from "./schedule";

/** The configuration in a JSON value; anything unknown, missing or out of range is refused by its path. */
export function readConfiguration(json: unknown): Configuration {
  configuration(json, "configuration");
  const read = json as Configuration;
  read.phases.forEach((phase, i) => {
    const own = phase.data === undefined ? read.data.name === "module" : typeof phase.data === "object";
    // The package's data sets have ten classes.
    const most = own ? MOST_CLASSES - 1 : 9;
    if (phase.labels) list(number(0, most, true))(phase.labels, `configuration.phases[${i}].labels`);
  });
  return read;
}

const decay: JsonCheck = (value, path) => {
  if (!(typeof value === "number" && value >= 0 && value < 1))
    refuse(path, "a number of at least 0 and below 1", value);
};

const MODULE = "module";
const names = Object.keys(dataSets);
const phaseData: JsonCheck = (value, path) =>
  typeof value === "object" ? checkOwnModule(value, path) : oneOf(...names)(value, path);

const data: JsonCheck = (value, path) => {
  const own = (value as { name?: unknown } | null)?.name === MODULE;
  const sizes = { train: whole(1), test: whole(1), validation: number(0, 0.9) };
  const module = own ? { module: checkOwnModule } : undefined;
  record({ name: oneOf(...names, MODULE), ...module }, sizes)(value, path);
};

const phase = record(
  { method: checkMethodConfiguration, epochs: whole(1) },
  {
    data: phaseData,
    labels: list(number(0, MOST_CLASSES - 1, true)),
    batch: whole(1),
    dropLast: flag,
    learningRate: checkSchedule,
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
    evaluateEvery: whole(0),
    keepBest: flag,
    patience: whole(1),
  },
);

const model: JsonCheck = (value, path) => {
  const kernels = oneOf("random", "fixed-filters");
  // What a completed configuration says of a model that has no such option.
  const absent = { width: oneOf(1), dropout: oneOf(1) };
  const name = (value as { name?: unknown } | null)?.name;
  const own = new Map<unknown, ModelDefinition>(Object.entries(models)).get(name)?.options;
  const module = name === MODULE ? { module: checkOwnModule } : undefined;
  const known = oneOf(...Object.keys(models), MODULE);
  record({ name: known, ...module }, { ...absent, ...own, ...(!module && { kernels }) })(value, path);
};

const configuration = record({
  format: oneOf(FORMAT),
  data,
  model,
  phases: list(phase),
  seed: number(0, 1e6, true),
});
