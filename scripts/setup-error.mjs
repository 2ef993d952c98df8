/** A failure that a person can fix: what went wrong, and what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} what what went wrong, one sentence
   * @param {string} todo what to do, one or more lines
   * @param {string} [detail] the last lines of the program that failed
   */
  constructor(what, todo, detail = "") {
    super(what);
    this.name = "SetupError";
    this.todo = todo;
    this.detail = detail;
  }

  toString() {
    const detail = this.detail ? `\n${indent(this.detail, "  | ")}` : "";
    return `✗ ${this.message}${detail}\n\nWhat to do:\n${indent(this.todo, "  ")}\n`;
  }
}

const indent = (text, prefix) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => prefix + line)
    .join("\n");

const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network (is )?unreachable|name resolution|getaddrinfo|NewConnectionError|Failed to establish a new connection|ERR_SOCKET_TIMEOUT|Could not connect|ProxyError/i;
const DISK = /ENOSPC|No space left on device|disk quota exceeded|EDQUOT/i;
const PERMISSION = /EACCES|EROFS|Permission denied|Read-only file system|EPERM/i;

/** Turns the output of a failed program, or an error from Node, into a SetupError that says what to do. */
export function explainFailure(doing, output) {
  const tail = output.trimEnd().split("\n").slice(-12).join("\n");
  if (DISK.test(output)) {
    return new SetupError(
      `The disk is full: ${doing} could not be finished.`,
      "Free some space (the whole set-up takes about 2.5 GB), then run the same command again.\nNothing half written is left in use; it goes on where it stopped.",
      tail,
    );
  }
  if (NETWORK.test(output)) {
    return new SetupError(
      `No network: ${doing} needs files from a package registry and could not reach it.`,
      "Connect to the internet (behind a proxy: set HTTPS_PROXY for npm and pip), then run the same command again.\nWhat was fetched before is kept. After one complete set-up no network is needed.",
      tail,
    );
  }
  if (PERMISSION.test(output)) {
    return new SetupError(
      `Something may not be written: ${doing} was refused.`,
      "Give yourself the right to write in the project's folder, or clone it into a folder of your own.\nAnother place for caches: set INTRINSIC_PARAMS_CACHE to a folder that you may write.",
      tail,
    );
  }
  return new SetupError(
    `${doing[0].toUpperCase()}${doing.slice(1)} failed.`,
    "Read the lines above; run the same command again when the cause is gone.\n`npm start -- --check` reports what works and what does not.",
    tail,
  );
}

/**
 * What a person is told of an error: what the set-up or the library refuses says what to do, and so does a full disk;
 * anything else is a fault of ours, and its place helps.
 */
export function told(doing, error) {
  if (error.name === "SetupError") return error.toString();
  if (DISK.test(error.code) || PERMISSION.test(error.code))
    return explainFailure(doing, error.message).toString();
  // The system's own words, such as ENOTDIR with the path.
  if (error.syscall !== undefined) return `✗ ${error.message}`;
  const refused = error instanceof RangeError || (error.constructor === Error && error.code === undefined);
  return refused ? `✗ ${error.message}` : error.stack;
}
