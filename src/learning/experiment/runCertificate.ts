import type { LayersModel } from "@tensorflow/tfjs-node";
import { sha256 } from "../../common/platform";
import { setAt, valueAt } from "../../common/setAt";
import { certifyGeneralisation } from "../bound/certifyGeneralisation";
import { certifyHeldOut } from "../bound/certifyHeldOut";
import type { TrainedDecoder } from "../code/decodeTrained";
import { encodeTrained } from "../code/encodeTrained";
import type { Ledger } from "../code/ledger";
import { type Choice, type MenuValue, placeIn, writeMenu } from "../code/menu";
import type { RoundedMethod } from "../code/withRounding";
import type { ImageSet } from "../dataset/imageSet";
import { tensorflow } from "../tensorflow/tensorflow";
import { countErrors } from "../train/countErrors";
import { restoreWeights } from "../train/trainingState";
import { type Configuration, type PhaseConfiguration, withoutPaths } from "./configuration";
import type { MethodConfiguration } from "./methodConfiguration";
import { methodOf } from "./methodOf";
import { modelOf } from "./modelOf";
import { quantiserOf, type RoundingConfiguration, SENT } from "./roundingConfiguration";

/** What a run proves about images that nobody has seen, and all that it follows from. */
export type RunCertificate = {
  /** The bytes of `encodeTrained`, in base64: the trained network, from the menu and the backbone. */
  readonly code: string;
  readonly ledger: Ledger;
  /** Errors k on the N images that the last phase was trained on. */
  readonly errors: number;
  readonly count: number;
  readonly delta: number;
  /** `certifyGeneralisation` of these: what the error on unseen images stays below, except by a chance of `delta`. */
  readonly bound: number;
  /** The same from the test images, which had no part in the training. */
  readonly heldOut: { readonly errors: number; readonly count: number; readonly bound: number };
  /** `weightsSum` of the backbone that the decoder needs; absent where seeds are all, and in earlier results. */
  readonly backbone?: string;
};

/** Under which name a menu has what is not chosen. */
const REST = "the rest";

/**
 * How the network of a run with a certificate is built from a choice on its menu alone. The menu's paths are those of
 * the configuration; the rest of what a decoder needs stands on it, too, as a list of one, so that its checksum covers
 * it. How the numbers that are sent were trained is no part of it. `base` are the weights of the backbone.
 */
export function runDecoder(
  configuration: Configuration,
  { base, modules }: { base?: Readonly<Record<string, Float32Array>>; modules?: string },
): { readonly decoder: TrainedDecoder; readonly choice: Choice } {
  const { menu: lists = {} } = configuration.certificate ?? {};
  const needed = neededBy(configuration);
  const paths = Object.keys(lists);
  const chosen = paths.map((at) => {
    const value = valueAt(needed, at);
    if (value !== undefined) return [at, value] as const;
    throw new RangeError(
      `certificate.menu names ${at}; got a configuration where a decoder needs no such value: leave it out.`,
    );
  });
  const rest = paths.reduce<unknown>((left, at) => setAt(left, at, null), needed) as MenuValue;
  const menu = writeMenu({ ...lists, [REST]: [rest] });
  const choice: Choice = { ...Object.fromEntries(chosen), [REST]: rest } as Choice;
  placeIn(menu, choice);
  const build: TrainedDecoder["build"] = async (wanted) => {
    const made = paths.reduce<unknown>((whole, at) => setAt(whole, at, wanted[at]), configuration);
    const { phases, seed, ...own } = made as Configuration;
    const [trained, rounded] = phases.slice(-SENT).map(({ method }) => method);
    const model = await modelOf({ ...own, phases, seed }, modules);
    if (base) restoreWeights(await tensorflow(), model, base);
    const method = methodOf(model, trained as MethodConfiguration, seed);
    return { model, method, quantiser: quantiserOf(rounded as RoundingConfiguration) };
  };
  return { decoder: { menu, build }, choice };
}

/** The part of a configuration that a decoder needs: of the phases whose numbers are sent only what they train. */
function neededBy({ data, model, phases, seed }: Configuration): unknown {
  const backbone = phases.slice(0, -SENT);
  const sent = phases.slice(-SENT).map(({ method }) => ({ method }) as PhaseConfiguration);
  return JSON.parse(JSON.stringify(withoutPaths({ data, model, phases: [...backbone, ...sent], seed })));
}

/** Encodes what the last phase of a run has trained, decodes it, and bounds the error on unseen images. */
export async function certifyRun({
  configuration,
  model,
  method,
  train,
  test,
  seen,
  ...places
}: {
  configuration: Configuration;
  model: LayersModel;
  method: RoundedMethod;
  train: ImageSet;
  test: ImageSet;
  seen: readonly ImageSet[];
  base?: Readonly<Record<string, Float32Array>>;
  modules?: string;
}): Promise<RunCertificate> {
  const { decoder, choice } = runDecoder(configuration, places);
  const { bytes, ledger } = await encodeTrained({ ...decoder, choice, model, method, images: train, seen });
  const { delta = 0.05 } = configuration.certificate ?? {};
  const [errors, count] = [await countErrors(model, train), train.labels.length];
  const held = { errors: await countErrors(model, test), count: test.labels.length };
  return {
    code: toBase64(bytes),
    ledger,
    ...{ errors, count, delta },
    bound: certifyGeneralisation({ errors, count, bits: ledger.bits, delta }),
    heldOut: { ...held, bound: certifyHeldOut({ ...held, delta }) },
    ...(places.base && { backbone: weightsSum(places.base) }),
  };
}

/** SHA-256 of weights in their order, whatever they are called: TensorFlow.js numbers layers without a name anew. */
export function weightsSum(weights: Readonly<Record<string, Float32Array>>): string {
  const hash = sha256();
  for (const { length, buffer, byteOffset, byteLength } of Object.values(weights))
    hash.update(`${length}:`).update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}

const toBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** The bytes of a certificate's code. */
export const codeBytes = ({ code }: Pick<RunCertificate, "code">): Uint8Array =>
  Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0));
