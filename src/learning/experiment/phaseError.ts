/** What went wrong in a phase of a run, by its number in the configuration. */
export class PhaseError extends Error {
  override readonly name = "PhaseError";

  constructor(
    readonly phase: number,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`configuration.phases[${phase}]: ${reason}`, { cause });
  }
}
