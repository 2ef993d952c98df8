import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { lastWords, run } from "./run.mjs";
import { makeSealedFolder, readSealedFolder } from "./sealed-folder.mjs";
import { diskFull, Unavailable } from "./unavailable.mjs";

/**
 * TensorFlow from the Python package index: the newest release line whose `round` is right on int32 and whose library
 * needs no Python. The hash pins every byte.
 */
export const WHEEL = {
  name: "tensorflow-cpu",
  version: "2.13.1",
  python: "3.11",
  platform: "manylinux2014_x86_64",
  bytes: 196_000_000,
  sha256: "87be6e61314b2c0fa062f71e26e41d6a17e162ffe4da72c820fe8f1fc94d97fe",
};

const LIBRARIES = {
  "libtensorflow.so": "libtensorflow_cc.so.2",
  "libtensorflow_framework.so": "libtensorflow_framework.so.2",
};

export function libraryFolder(cacheDir) {
  return path.join(cacheDir, "native", `tensorflow-${WHEEL.version}-linux-x64-${WHEEL.sha256.slice(0, 12)}`);
}

/** The sealed folder { lib, include, LICENSE } of TensorFlow's C library, from the cache or by `download`. */
export async function ensureLibrary({ cacheDir, python, log, force, deep, download = pipDownload }) {
  const folder = libraryFolder(cacheDir);
  if (!force && readSealedFolder(folder, { deep })) return folder;
  await makeSealedFolder(folder, async (part) => {
    const wheel = await download({ wheel: WHEEL, folder: path.join(part, "download"), python, log });
    log("unpacking TensorFlow");
    const unpacked = await run(python, ["-c", UNPACK, wheel, part], { timeout: 600_000 });
    if (unpacked.status !== 0)
      throw failure(unpacked, part, "unpack", "The TensorFlow wheel cannot be unpacked");
    fs.rmSync(path.join(part, "download"), { recursive: true, force: true });
    const lib = path.join(part, "lib");
    // This halves the size; without binutils the library works as it is.
    spawnSync("strip", ["--strip-unneeded", ...Object.values(LIBRARIES).map((name) => path.join(lib, name))]);
    for (const [link, file] of Object.entries(LIBRARIES)) fs.symlinkSync(file, path.join(lib, link));
    return { tensorflow: WHEEL.version, wheel: WHEEL.sha256 };
  });
  return folder;
}

async function pipDownload({ wheel, folder, python, log }) {
  fs.mkdirSync(folder, { recursive: true });
  const pip = await run(python, ["-m", "pip", "--version"], { timeout: 60_000 });
  if (pip.missing)
    throw new Unavailable(
      "no-python",
      `There is no Python ${JSON.stringify(python)}: install python3 with pip (Debian: python3-pip).`,
    );
  if (pip.status !== 0)
    throw new Unavailable(
      "no-pip",
      `The Python ${JSON.stringify(python)} has no pip: install it (Debian: python3-pip).`,
    );
  const requirements = path.join(folder, "requirements.txt");
  fs.writeFileSync(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  log(
    `downloading TensorFlow ${wheel.version} (${Math.round(wheel.bytes / 2 ** 20)} MB, once for this machine)`,
  );
  const ticker = setInterval(() => log(`  ${Math.round(sizeOf(folder) / 2 ** 20)} MB so far`), 15_000);
  const args = [
    "-m",
    "pip",
    "download",
    "--disable-pip-version-check",
    "--progress-bar",
    "off",
    "--no-input",
    "--retries",
    "2",
    "--no-cache-dir",
    "--no-deps",
    "--require-hashes",
    "--only-binary=:all:",
    "--implementation",
    "cp",
    "--python-version",
    wheel.python,
    "--platform",
    wheel.platform,
    "--dest",
    folder,
    "--requirement",
    requirements,
  ];
  // pip keeps its half-finished download in TMPDIR, which is often a small memory disk.
  const env = { ...process.env, TMPDIR: folder, PIP_REQUIRE_VIRTUALENV: "0" };
  const result = await run(python, args, { timeout: 3_600_000, env }).finally(() => clearInterval(ticker));
  if (result.status !== 0)
    throw failure(result, folder, "network", `Pip could not download ${wheel.name} ${wheel.version}`);
  const name = fs.readdirSync(folder).find((file) => file.endsWith(".whl"));
  if (!name) throw new Error(`Pip reported success, but left no wheel in ${folder}.`);
  return path.join(folder, name);
}

function failure({ stdout, stderr, timedOut }, folder, kind, what) {
  const text = `${stdout}\n${stderr}`;
  const words = lastWords(stderr || stdout);
  if (/No space left on device|Errno 28|Disk quota exceeded/.test(text))
    return diskFull(path.resolve(folder, "../.."));
  if (/DO NOT MATCH THE HASHES/.test(text)) {
    return new Unavailable(
      "hash-mismatch",
      `The package index served another file than the pinned one: ${words}.`,
    );
  }
  if (/CERTIFICATE_VERIFY_FAILED|SSLError/.test(text)) {
    return new Unavailable(
      "no-network",
      `${what}, as the server's certificate is not trusted here (${words}): set PIP_CERT to one that is.`,
    );
  }
  if (timedOut)
    return new Unavailable(kind === "network" ? "no-network" : kind, `${what} in the time allowed.`);
  if (
    /NewConnectionError|Failed to establish|name resolution|unreachable|timed out|ProxyError|Connection/i.test(
      text,
    )
  ) {
    return new Unavailable(
      "no-network",
      `${what}, as the package index cannot be reached: connect to the network, or name its proxy in HTTPS_PROXY.`,
    );
  }
  if (/No matching distribution|Could not find a version/.test(text)) {
    return new Unavailable("no-wheel", `${what}, as the package index used here does not have this file.`);
  }
  return new Unavailable(kind, `${what}: ${words}.`);
}

function sizeOf(folder) {
  const sizes = fs
    .readdirSync(folder, { recursive: true })
    .map((name) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

// Streamed, so that memory stays small; only the two libraries, the C headers and the licence.
const UNPACK = `
import os, re, shutil, sys, zipfile
wheel, out = sys.argv[1:3]
header = re.compile(r"tensorflow/include/((?:tensorflow/c/(?:eager/)?|tensorflow/core/platform/(?=ctstring)|(?:tensorflow/|xla/)?tsl/(?:c/(?=tsl_status)|platform/(?=ctstring)))[^/]+\\.h)")
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        found = header.fullmatch(name)
        if found: to = "include/" + found.group(1)
        elif name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"): to = "lib/" + os.path.basename(name)
        elif name.endswith(".dist-info/LICENSE"): to = "LICENSE"
        else: continue
        to = os.path.join(out, to)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        with archive.open(name) as source, open(to, "wb") as target: shutil.copyfileobj(source, target, 1 << 20)
`;
