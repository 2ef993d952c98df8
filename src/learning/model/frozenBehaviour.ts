/** What frozen layers still do. The default is nothing: statistics stand still and nothing is dropped. */
export type FrozenBehaviour = {
  /** BatchNorm in frozen layers normalises by the batch and moves its statistics. */
  readonly statistics?: "still" | "moving";
  /** Drop-out in frozen layers. */
  readonly dropout?: "off" | "on";
};
