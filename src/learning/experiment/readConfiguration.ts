import {
  any,
  dictionary,
  finite,
  flag,
  type JsonCheck,
  list,
  number,
  oneOf,
  record,
  refuse,
  whole,
} from "../../common/jsonCheck";
import { MOST_CLASSES } from "../dataset/checkImages";
import { type Configuration, FORMAT } from "./configuration";
import { dataSets } from "./dataSets";
import { checkMethodConfiguration } from "./methodConfiguration";
import { type ModelDefinition, models } from "./models";
import { checkOwnModule } from "./ownModule";
import { ROUNDING } from "./roundingConfiguration";
import { checkSchedule } from "./schedule";

/** The configuration in a JSON value; anything unknown, missing or out of range is refused by its path. */
export function readConfiguration(json: unknown): Configuration {
  configuration(json, "configuration");
  const read = json as Configuration;
  read.phases.forEach((phase, i) => {
    const own = phase.data === undefined ? read.data.name === "module" : typeof phase.data === "object";
    // The package's data sets have ten classes.
    const most = own ? MOST_CLASSES - 1 : 9;
    if (phase.method.name === ROUNDING && [undefined, ROUNDING].includes(read.phases[i - 1]?.method.name)) {
      const at = `configuration.phases[${i}].method`;
      refuse(at, "behind a phase that trains the numbers which it is to round", phase.method);
    }
    if (phase.labels) list(number(0, most, true))(phase.labels, `configuration.phases[${i}].labels`);
  });
  if (read.certificate) checkCertified(read);
  return read;
}

/** @throws RangeError for a certificate that would depend on the images in more ways than it pays for. */
function checkCertified({ data, phases }: Configuration): void {
  const last = phases[phases.length - 1];
  if (last.method.name !== ROUNDING)
    refuse("configuration.phases.last.method", "a rounding where there is a certificate", last.method);
  if (!data.standardised) {
    const expected = "{ mean, std }, fixed beforehand, where there is a certificate";
    refuse("configuration.data.standardised", expected, data.standardised);
  }
}

const decay: JsonCheck = (value, path) => {
  if (!(typeof value === "number" && value >= 0 && value < 1))
    refuse(path, "a number of at least 0 and below 1", value);
};

const MODULE = "module";
const names = Object.keys(dataSets);
const phaseData: JsonCheck = (value, path) =>
  typeof value === "object" ? checkOwnModule(value, path) : oneOf(...names)(value, path);

const positive: JsonCheck = (value, path) => {
  if (!(typeof value === "number" && value > 0 && value < Infinity)) refuse(path, "a number above 0", value);
};
const standardised = record({ mean: finite, std: positive });

const data: JsonCheck = (value, path) => {
  const own = (value as { name?: unknown } | null)?.name === MODULE;
  const sizes = { train: whole(1), test: whole(1), validation: number(0, 0.9), standardised };
  const module = own ? { module: checkOwnModule } : undefined;
  record({ name: oneOf(...names, MODULE), ...module }, sizes)(value, path);
};

const phase = record(
  { method: checkMethodConfiguration, epochs: whole(1) },
  {
    data: phaseData,
    labels: list(number(0, MOST_CLASSES - 1, true)),
    batch: whole(1),
    half: oneOf("A", "B"),
    pretext: whole(1),
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
    roundedNext: oneOf(true),
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

const chance: JsonCheck = (value, path) => {
  if (!(typeof value === "number" && value > 0 && value < 1)) refuse(path, "a number between 0 and 1", value);
};

const configuration = record(
  {
    format: oneOf(FORMAT),
    data,
    model,
    phases: list(phase),
    seed: number(0, 1e6, true),
  },
  { certificate: record({ menu: dictionary(list(any)), delta: chance }) },
);
