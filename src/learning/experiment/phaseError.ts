/** What went wrong in a phase of a run, by its number as people count and its place in the configuration. */
export class PhaseError extends Error {
  override readonly name = "PhaseError";

  constructor(
    readonly phase: number,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`phase ${phase + 1}, configuration.phases[${phase}]: ${reason}`, { cause });
  }
}
