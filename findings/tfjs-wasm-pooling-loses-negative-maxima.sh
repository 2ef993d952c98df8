#!/usr/bin/env bash
# @tensorflow/tfjs-backend-wasm 4.22.0: the maximum of a window whose values are all negative is 1.1754943508222875e-38,
# the smallest positive normal float32, in maxPool3d, dilation2d and maxPoolWithArgmax (whose index is then 0).
# The cpu back end gives the maximum, and so does wasm's own maxPool in two dimensions.
# Seen: three times -1 on cpu, three times 1.1754943508222875e-38 on wasm; index 3 on cpu, 0 on wasm.
# So a network with volumes or with morphology loses whatever is negative in front of its pooling, without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat > see.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
require("@tensorflow/tfjs-backend-wasm").setWasmPaths(`${__dirname}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
(async () => {
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const plane = tf.tensor4d([-4, -3, -2, -1], [1, 2, 2, 1]);
    const volume = tf.tensor5d([-8, -7, -6, -5, -4, -3, -2, -1], [1, 2, 2, 2, 1]);
    const { result, indexes } = tf.maxPoolWithArgmax(plane, 2, 2, "valid");
    const [flat, dilated, deep, value, index] = [
      tf.maxPool(plane, 2, 2, "valid"),
      tf.dilation2d(plane, tf.zeros([2, 2, 1]), 1, "valid"),
      tf.maxPool3d(volume, 2, 2, "valid"),
      result,
      indexes,
    ].map((tensor) => tensor.dataSync()[0]);
    console.log(`${tf.version_core} ${backend}: maxPool ${flat}, dilation2d ${dilated}, maxPool3d ${deep}, maxPoolWithArgmax ${value} at ${index}`);
  }
})();
JS
seen=$(node see.cjs 2>/dev/null | grep maxPool)
echo "$seen"
[ "$seen" = "4.22.0 cpu: maxPool -1, dilation2d -1, maxPool3d -1, maxPoolWithArgmax -1 at 3
4.22.0 wasm: maxPool -1, dilation2d 1.1754943508222875e-38, maxPool3d 1.1754943508222875e-38, maxPoolWithArgmax 1.1754943508222875e-38 at 0" ] || { echo "The behaviour has changed."; exit 1; }
