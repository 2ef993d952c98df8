/** Why one way to native TensorFlow is closed: `kind` for programs, the message, whole sentences, for people. */
export class Unavailable extends Error {
  constructor(kind, message) {
    super(message);
    this.name = "Unavailable";
    this.kind = kind;
  }
}

/** Turns an error of the file system into a reason; throws anything else on, as a defect. */
export function fromFileSystem(error, folder) {
  if (error instanceof Unavailable) return error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT") return diskFull(folder);
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOENT"].includes(error.code)) {
    return new Unavailable(
      "not-writable",
      `${error.path ?? folder} cannot be written (${error.code}): set INTRINSIC_PARAMS_CACHE to a folder that can.`,
    );
  }
  throw error;
}

export function diskFull(folder) {
  return new Unavailable(
    "disk-full",
    `The disk that holds ${folder} is full; about 1 GB is needed for a moment, 0.4 GB stay: free some space, ` +
      "or set INTRINSIC_PARAMS_CACHE to a folder on another disk.",
  );
}
