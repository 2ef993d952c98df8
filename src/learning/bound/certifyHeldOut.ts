import { checkKeys } from "../../common/checkKeys";
import { certifyGeneralisation, type GeneralisationOptions } from "./certifyGeneralisation";

/** Errors on images that had no part in training or choosing, how many such images there are, and δ. */
export type HeldOutOptions = Omit<GeneralisationOptions, "bits">;

const OPTIONS: Record<keyof HeldOutOptions, true> = { errors: true, count: true, delta: true };

/**
 * What a test set buys: an upper end of the error on unseen images from T held-out ones, with probability ≥ 1 − δ, for
 * one classifier that was fixed before these images were looked at: `certifyGeneralisation` with L = 0.
 * @throws what certifyGeneralisation throws.
 */
export function certifyHeldOut(options: HeldOutOptions): number {
  checkKeys("certifyHeldOut", options, OPTIONS);
  return certifyGeneralisation({ ...options, bits: 0 });
}
