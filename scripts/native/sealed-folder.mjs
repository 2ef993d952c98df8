import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeWholeSync } from "../../src/common/writeWhole.cjs";

const STAMP = "stamp.json";

/**
 * Makes a folder appear complete or not at all: `fill` works in a sibling, which is hashed, sealed by a stamp
 * and renamed into place. The next run removes the sibling of a killed run; of two runs at once, one wins.
 */
export async function makeSealedFolder(folder, fill) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  removeLeftovers(folder);
  const part = `${folder}.${os.hostname()}-${process.pid}-${randomBytes(4).toString("hex")}.part`;
  try {
    fs.mkdirSync(part);
    const facts = await fill(part);
    const files = Object.fromEntries(
      listFiles(part).map((name) => [name, fingerprint(path.join(part, name))]),
    );
    writeWholeSync(path.join(part, STAMP), JSON.stringify({ ...facts, files }, null, 1));
    moveInto(part, folder);
  } finally {
    fs.rmSync(part, { recursive: true, force: true });
  }
}

/**
 * The stamp of an intact sealed folder, or undefined. Size and time of change are compared; the content is
 * hashed if those differ (a copied cache) or if `deep` asks for it.
 */
export function readSealedFolder(folder, { deep = false } = {}) {
  const stamp = readJson(path.join(folder, STAMP));
  if (!stamp?.files) return undefined;
  let moved = false;
  for (const [name, want] of Object.entries(stamp.files)) {
    const file = path.join(folder, name);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (!stat || stat.size !== want.size) return undefined;
    if (deep || stat.mtimeMs !== want.mtimeMs) {
      if (sha256(file) !== want.sha256) return undefined;
      moved ||= stat.mtimeMs !== want.mtimeMs;
      want.mtimeMs = stat.mtimeMs;
    }
  }
  if (moved) {
    try {
      writeWholeSync(path.join(folder, STAMP), JSON.stringify(stamp, null, 1));
    } catch (error) {
      // A cache that others own and that we can only read is intact all the same.
      if (!["EACCES", "EROFS", "EPERM"].includes(error.code)) throw error;
    }
  }
  return stamp;
}

export function fingerprint(file) {
  const { size, mtimeMs } = fs.statSync(file);
  return { size, mtimeMs, sha256: sha256(file) };
}

export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || ["ENOENT", "ENOTDIR"].includes(error.code)) return undefined;
    throw error;
  }
}

function moveInto(part, folder) {
  const old = `${part.slice(0, -".part".length)}-old.part`;
  for (let attempt = 0; ; attempt++) {
    try {
      fs.renameSync(part, folder);
      return;
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(error.code) || attempt > 3) throw error;
      // Renamed before it is removed, so that nobody finds a half-empty folder.
      try {
        fs.renameSync(folder, old);
        fs.rmSync(old, { recursive: true, force: true });
      } catch (inner) {
        if (inner.code !== "ENOENT") throw inner;
      }
    }
  }
}

function removeLeftovers(folder) {
  const { dir, base } = path.parse(folder);
  for (const name of fs.readdirSync(dir)) {
    if (!name.startsWith(`${base}.`) || !name.endsWith(".part")) continue;
    const file = path.join(dir, name);
    const owner = name.slice(base.length + 1).match(/^(.*)-(\d+)-[0-9a-f]{8}(-old)?\.part$/);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    const dayOld = stat && Date.now() - stat.mtimeMs > 86_400_000;
    const dead = owner && owner[1] === os.hostname() && !isAlive(Number(owner[2]));
    if (dead || dayOld) fs.rmSync(file, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function listFiles(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function sha256(file) {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(1 << 22);
  const handle = fs.openSync(file, "r");
  try {
    for (let n = 1; n > 0; ) {
      n = fs.readSync(handle, buffer, 0, buffer.length, null);
      hash.update(buffer.subarray(0, n));
    }
  } finally {
    fs.closeSync(handle);
  }
  return hash.digest("hex");
}
