#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, cpu back end (and wasm): the gradient of average pooling with padding "same" is too small at the
# border, and so is avgPool3d's. The average divides by the values that a window really has, its gradient by the window's
# whole size. TensorFlow's native library divides by the same number both times.
# Seen for the sum of a 2×2 pooling with stride 2 of 3×3 values, one of which is alone in its window and has slope 1:
# 0.25 everywhere; differences of the function itself give 0.25 0.25 0.5 0.25 0.25 0.5 0.5 0.5 1.
# So a network with such a layer trains otherwise in a page than natively, without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0
cat > see.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
(async () => {
  await tf.setBackend("cpu");
  const f = (x) => tf.sum(tf.avgPool(x, 2, 2, "same"));
  const x = tf.zeros([1, 3, 3, 1]);
  const slopes = [...Array(9).keys()].map((i) => {
    const step = tf.oneHot(tf.tensor1d([i], "int32"), 9).toFloat().reshape([1, 3, 3, 1]);
    return f(step).dataSync()[0];
  });
  console.log(`${tf.version.tfjs}: gradient ${tf.grad(f)(x).dataSync().join(" ")}; differences ${slopes.join(" ")}`);
})();
JS
seen=$(node see.cjs 2>/dev/null | grep "^4.22.0")
echo "$seen"
[ "$seen" = "4.22.0: gradient 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25; differences 0.25 0.25 0.5 0.25 0.25 0.5 0.5 0.5 1" ] || { echo "The behaviour has changed."; exit 1; }
