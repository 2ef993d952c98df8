#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, every back end: the gradient of tf.mirrorPad forgets the mirrored copies. It takes the middle
# of the output's gradient, as for padding with zeros.
# Seen for the sum of [x0 x1 x2] with one value mirrored on each side, x1 x0 x1 x2 x1: gradient 1 1 1, where x1 counts
# three times; differences of the function itself give 1 3 1.
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
  const f = (x) => tf.sum(tf.mirrorPad(x, [[1, 1]], "reflect"));
  const slopes = [0, 1, 2].map((i) => f(tf.oneHot(tf.scalar(i, "int32"), 3).toFloat()).dataSync()[0]);
  console.log(`${tf.version.tfjs}: gradient ${tf.grad(f)(tf.zeros([3])).dataSync().join(" ")}; differences ${slopes.join(" ")}`);
})();
JS
seen=$(node see.cjs 2>/dev/null | grep "^4.22.0")
echo "$seen"
[ "$seen" = "4.22.0: gradient 1 1 1; differences 1 3 1" ] || { echo "The behaviour has changed."; exit 1; }
