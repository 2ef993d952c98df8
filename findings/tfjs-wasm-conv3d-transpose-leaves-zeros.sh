#!/usr/bin/env bash
# @tensorflow/tfjs-backend-wasm 4.22.0: conv3dTranspose leaves most of its output zero for many shapes (others are
# right: 2×2×2 with stride 1); the gradient of conv3d with respect to its input takes the same way.
# A 1×1×1 filter of one is the identity: cpu gives back 27 ones, wasm gives 9 ones and 18 zeros.
# Doubling 2×2×2 ones with a 2×2×2 filter of ones and stride 2: 64 ones on cpu, 4 on wasm.
# The gradient of the sum of a conv3d with a 1×1×1 filter of one: 27 ones on cpu, 9 on wasm.
# So a volume network trains on wasm with wrong gradients below its last convolution, and no error is raised.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat > see.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
require("@tensorflow/tfjs-backend-wasm").setWasmPaths(`${__dirname}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
const ones = (tensor) => [...tensor.dataSync()].filter((value) => value === 1).length;
(async () => {
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const one = tf.ones([1, 1, 1, 1, 1]);
    const same = tf.conv3dTranspose(tf.ones([1, 3, 3, 3, 1]), one, [1, 3, 3, 3, 1], 1, "valid");
    const doubled = tf.conv3dTranspose(tf.ones([1, 2, 2, 2, 1]), tf.ones([2, 2, 2, 1, 1]), [1, 4, 4, 4, 1], 2, "valid");
    const slope = tf.grad((x) => tf.sum(tf.conv3d(x, one, 1, "valid")))(tf.ones([1, 3, 3, 3, 1]));
    console.log(`${tf.version.tfjs} ${backend}: identity ${ones(same)} of 27 ones, doubled ${ones(doubled)} of 64, gradient ${ones(slope)} of 27`);
  }
})();
JS
seen=$(node see.cjs 2>/dev/null | grep identity)
echo "$seen"
[ "$seen" = "4.22.0 cpu: identity 27 of 27 ones, doubled 64 of 64, gradient 27 of 27
4.22.0 wasm: identity 9 of 27 ones, doubled 4 of 64, gradient 9 of 27" ] || { echo "The behaviour has changed."; exit 1; }
