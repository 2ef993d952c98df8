import { createBitSink } from "./bitSink";
import type { Ledger, LedgerEntry } from "./ledger";
import { type Choice, type Menu, placeIn } from "./menu";
import { writeQuantisedBits } from "./quantisedBits";
import type { QuantisedNumbers } from "./quantiseNumbers";

/** Mean and deviation by which images were standardised. */
export type ImageMoments = { readonly mean: number; readonly deviation: number };

/** The bytes of a trained model, and what each part of them costs; the last byte is filled up with zeros. */
export type TrainedCode = { readonly bytes: Uint8Array; readonly ledger: Ledger };

/** Bits of a moment, a float32. */
export const MOMENT = 32;

type Parts = {
  readonly menu: Menu;
  readonly choice: Choice;
  readonly moments: ImageMoments | undefined;
  readonly quantised: QuantisedNumbers;
};

/** The one code of a choice, moments and quantised numbers, and its ledger. */
export function writeCode({ menu, choice, moments, quantised }: Parts): TrainedCode {
  const sink = createBitSink();
  const entries: LedgerEntry[] = [];
  const enter = (what: string, write: () => void) => {
    const before = sink.length;
    write();
    entries.push({ what, bits: sink.length - before });
  };
  enter(`place in a menu of ${menu.size}`, () => sink.put(placeIn(menu, choice), menu.bits));
  enter("whether mean and deviation are sent", () => sink.put(moments ? 1 : 0, 1));
  if (moments)
    enter("mean and deviation of the images", () => {
      for (const value of [moments.mean, moments.deviation]) sink.put(toBits(value), MOMENT);
    });
  const { books, symbols } = writeQuantisedBits(sink, quantised);
  entries.push({ what: `code books, ${books / 16} numbers of 16 bits`, bits: books });
  const count = quantised.symbols.reduce((sum, { length }) => sum + length, 0);
  entries.push({ what: `${count} trained numbers by an adaptive arithmetic code`, bits: symbols });
  return { bytes: sink.bytes(), ledger: { entries, bits: sink.length, menu: menu.checksum, choice } };
}

const view = new DataView(new ArrayBuffer(4));

function toBits(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}
