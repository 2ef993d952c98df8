#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, every back end: the gradient of losses.softmaxCrossEntropy with respect to its labels is wrong.
# The loss is −Σ y log p, so the gradient by y is −log p; what comes is y − p, which is no derivative of it.
# Seen for y = (0.5, 0.5) and logits (0, log 3), p = (1/4, 3/4): 0.25 -0.25 instead of log 4 = 1.386 and log(4/3) = 0.288.
# Whoever trains through the labels (a teacher, learnt label smoothing) goes in a wrong direction.
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
  const logits = tf.tensor2d([[0, Math.log(3)]]);
  const f = (y) => tf.losses.softmaxCrossEntropy(y, logits);
  const y = tf.tensor2d([[0.5, 0.5]]);
  const moved = (at) => f(tf.tensor2d([at])).dataSync()[0];
  const slopes = [moved([1, 0.5]) - moved([0, 0.5]), moved([0.5, 1]) - moved([0.5, 0])].map((slope) => slope.toFixed(3));
  const gradient = [...tf.grad(f)(y).dataSync()].map((one) => one.toFixed(3));
  console.log(`${tf.version.tfjs}: gradient ${gradient.join(" ")}; differences ${slopes.join(" ")}`);
})();
JS
seen=$(node see.cjs 2>/dev/null | grep "^4.22.0")
echo "$seen"
[ "$seen" = "4.22.0: gradient 0.250 -0.250; differences 1.386 0.288" ] || { echo "The behaviour has changed."; exit 1; }
