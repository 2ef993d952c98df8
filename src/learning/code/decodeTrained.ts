import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkKeys } from "../../common/checkKeys";
import { sameDeeply } from "../../common/sameDeeply";
import { shown } from "../../common/shown";
import type { Method } from "../method/method";
import { checkMethod } from "../train/checkFit";
import { createBitStream } from "./bitStream";
import type { Ledger } from "./ledger";
import { type Choice, checkMenu, choiceAt, type Menu } from "./menu";
import { putNumbers } from "./putNumbers";
import { readQuantisedBits } from "./quantisedBits";
import { numbersOf, type QuantisedNumbers } from "./quantiseNumbers";
import { checkQuantiser, type Quantiser } from "./quantiser";
import { type ImageMoments, MOMENT, type TrainedCode, writeCode } from "./writeCode";

/** What a decoder makes of a choice alone, without the images: from seeds, from a backbone of other images. */
export type Blank = { readonly model: LayersModel; readonly method: Method; readonly quantiser: Quantiser };

/** A menu, and how a choice from it becomes a model that waits for its numbers. */
export type TrainedDecoder = {
  readonly menu: Menu;
  readonly build: (choice: Choice) => Blank | Promise<Blank>;
};

/** A rebuilt model, with the choice that it was built by, and what its code costs; `moments` if they were sent. */
export type Decoded = Blank & {
  readonly choice: Choice;
  /** The numbers as they were sent. */
  readonly quantised: QuantisedNumbers;
  readonly ledger: Ledger;
  readonly moments?: ImageMoments;
};

const DECODER: Record<keyof TrainedDecoder, true> = { menu: true, build: true };

/**
 * Rebuilds a trained model from what `encodeTrained` wrote, or from its bytes alone: the place in the menu, whether mean
 * and deviation follow, code books, arithmetic code. The model holds the numbers bit for bit as the encoder had them. The
 * ledger is counted anew: one that is given has to be equal to it.
 * @throws TypeError for what are no bytes, RangeError for a place beyond the menu, for bytes that no encoder writes, for a
 *   menu that was changed after it was written, and for a ledger that says another thing than the bytes.
 */
export async function decodeTrained(
  code: TrainedCode | Uint8Array,
  decoder: TrainedDecoder,
): Promise<Decoded> {
  checkKeys("decodeTrained", decoder, DECODER);
  const bytes = code instanceof Uint8Array ? code : code?.bytes;
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`decodeTrained takes what encodeTrained gave, or its bytes; got ${shown(code)}.`);
  checkMenu(decoder.menu);
  const { menu, build } = decoder;
  const source = createBitStream(bytes);
  const choice = choiceAt(menu, source.take(menu.bits));
  const sent = source.take(1) === 1;
  const number = () => fromBits(source.take(MOMENT));
  const moments = sent ? { mean: number(), deviation: number() } : undefined;
  const { model, method, quantiser } = await build(choice);
  checkMethod(method, model);
  checkQuantiser(quantiser);
  const quantised = readQuantisedBits(
    source,
    quantiser,
    method.parameters.map(({ size }) => size),
  );
  const again = writeCode({ menu, choice, moments, quantised });
  if (!sameDeeply(again.bytes, bytes)) {
    throw new RangeError(
      `The bytes are not what encodeTrained writes: ${again.bytes.length} would do; got ${shown(bytes)}: encode the model anew.`,
    );
  }
  if (!(code instanceof Uint8Array) && !sameDeeply(code.ledger, again.ledger)) {
    throw new RangeError(
      `The ledger does not say what the bytes cost, ${again.ledger.bits} bits by its menu; got ${shown(code.ledger)}: it was changed.`,
    );
  }
  putNumbers(method, numbersOf(quantised));
  return { model, method, quantiser, choice, quantised, ledger: again.ledger, ...(moments && { moments }) };
}

const view = new DataView(new ArrayBuffer(4));

function fromBits(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}
