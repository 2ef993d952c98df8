// Plain JavaScript, because the set-up needs it before anything is built.
const { createHash, randomBytes } = require("node:crypto");
const fs = require("node:fs");
const { open, rename, rm } = require("node:fs/promises");
const { hostname } = require("node:os");
const { dirname, join, resolve } = require("node:path");
const { makeFolder } = require("./makeFolder.cjs");

/**
 * Writes a file so that it is there whole or not at all: temporary sibling, fsync, rename, fsync of the folder.
 * Before the first write to a folder, it removes the siblings that killed processes left there. Returns the file's
 * size in bytes. What is too long for one text may come in pieces.
 * @param {string} file
 * @param {...(string | Uint8Array | Iterable<string>)} chunks
 * @returns {Promise<number>}
 */
async function writeWhole(file, ...chunks) {
  const part = partOf(file);
  let size = 0;
  try {
    const handle = await open(part, "w");
    try {
      for (const chunk of chunks)
        for (const piece of piecesOf(chunk)) {
          await handle.writeFile(piece);
          size += Buffer.byteLength(piece);
        }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
    syncFolder(dirname(file));
    return size;
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Like `writeWhole`, for code that cannot wait.
 * @param {string} file
 * @param {...(string | Uint8Array)} chunks
 * @returns {number}
 */
function writeWholeSync(file, ...chunks) {
  const part = partOf(file);
  try {
    const handle = fs.openSync(part, "w");
    try {
      for (const chunk of chunks) fs.writeFileSync(handle, chunk);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(part, file);
    syncFolder(dirname(file));
    return sizeOf(chunks);
  } finally {
    fs.rmSync(part, { force: true });
  }
}

/** Pieces of an iterable are put together, so that a short one is no write of its own. */
const PIECE = 1 << 16;

/**
 * @param {string | Uint8Array | Iterable<string>} chunk
 * @returns {Generator<string | Uint8Array, void>}
 */
function* piecesOf(chunk) {
  if (typeof chunk === "string" || chunk instanceof Uint8Array) {
    yield chunk;
    return;
  }
  let text = "";
  for (const part of chunk) {
    text += part;
    if (text.length < PIECE) continue;
    yield text;
    text = "";
  }
  if (text) yield text;
}

const PART = /\.(\d+)-(?:([0-9a-f]{8})-)?[0-9a-f]{8}\.part$/;
const DAY = 86_400_000;
/** @type {Set<string>} */
const searched = new Set();

/**
 * The temporary sibling of a file; makes its folder, and removes abandoned siblings there.
 * @param {string} file
 */
function partOf(file) {
  makeFolder(resolve(dirname(file)));
  removeAbandoned(resolve(dirname(file)));
  return `${file}.${process.pid}-${machine()}-${randomBytes(4).toString("hex")}.part`;
}

/** @param {readonly (string | Uint8Array)[]} chunks */
function sizeOf(chunks) {
  return chunks.reduce((size, chunk) => size + Buffer.byteLength(chunk), 0);
}

/**
 * Removes the parts whose process on this machine has ended, and those untouched for a day: their process may have
 * run on another machine, or its number may belong to another process by now.
 * @param {string} folder
 */
function removeAbandoned(folder) {
  if (searched.has(folder)) return;
  searched.add(folder);
  for (const name of fs.readdirSync(folder)) {
    const found = PART.exec(name);
    if (!found) continue;
    const part = join(folder, name);
    const ended = found[2] === machine() && !isRunning(Number(found[1]));
    if (ended || ageOf(part) > DAY) fs.rmSync(part, { force: true });
  }
}

/** Names this machine or container: elsewhere the same number means another process. */
function machine() {
  const processes = "/proc/self/ns/pid";
  const name = `${hostname()} ${fs.existsSync(processes) ? fs.readlinkSync(processes) : ""}`;
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user exists, but may not be signalled.
    return /** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH";
  }
}

/**
 * Milliseconds since a file was written to; 0 where it is gone.
 * @param {string} file
 */
function ageOf(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found ? Date.now() - found.mtimeMs : 0;
}

/** @param {string} folder */
function syncFolder(folder) {
  // Windows has no handles of folders.
  if (process.platform === "win32") return;
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

module.exports = { writeWhole, writeWholeSync };
