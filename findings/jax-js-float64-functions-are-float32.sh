#!/usr/bin/env bash
# @jax-js/jax 0.1.25, device wasm: exp, log, sin, cos, and with them sigmoid or power, are float32 for arrays of type
# float64, too, and called float64. Range and digits are those of float32 at best: log is 1.25e-5 off just below each
# power of two, and more than twice too large at 0.99999. The README ticks Float64 without a limit; the device cpu is right.
# Seen for exp(100), exp(-100), log(1e200), log(0.99999): ∞ 0 ∞ -2.247e-5 on wasm, 2.69e43 3.72e-44 460.5 -1.000e-5 on cpu.
# (Arrays of one number are right on wasm, as they are folded in JavaScript, so that a first try shows nothing.)
# So whoever takes float64 for a likelihood or a Fourier sum has float32's errors under float64's name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @jax-js/jax@0.1.25 @petamoriken/float16@3.9.3
cat > see.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Float16Array } from "@petamoriken/float16";
globalThis.Float16Array ??= Float16Array; // The library names it, and older Node lacks it.
const { defaultDevice, init, numpy: np } = await import("@jax-js/jax");
const { version } = JSON.parse(readFileSync("node_modules/@jax-js/jax/package.json", "utf8"));
const calls = { exp: [100, -100], log: [1e200, 0.99999], sin: [100000, 1] };
for (const device of ["wasm", "cpu"]) {
  await init(device);
  defaultDevice(device);
  const seen = Object.entries(calls).flatMap(([name, at]) => {
    const values = np[name](np.array(at, { dtype: "float64" }));
    return [`${name} ${values.dtype}`, ...[...values.dataSync()].map((value) => value.toPrecision(8))];
  });
  console.log(`${version} ${device}: ${seen.join(" ")}`);
}
process.exit(0);
JS
seen=$(node see.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = "0.1.25 wasm: exp float64 Infinity 0.0000000 log float64 Infinity -0.000022470951 sin float64 0.040019553 0.84147096
0.1.25 cpu: exp float64 2.6881171e+43 3.7200760e-44 log float64 460.51702 -0.000010000050 sin float64 0.035748798 0.84147098" ] || { echo "The behaviour has changed."; exit 1; }
