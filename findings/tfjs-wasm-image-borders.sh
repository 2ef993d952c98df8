#!/usr/bin/env bash
# @tensorflow/tfjs-backend-wasm 4.22.0: two image operations go wrong outside the picture, where cpu is right.
# image.rotateWithOffset makes a whole number without sign of its fill value: 0.25 becomes 0, -3 becomes 4294967296.
# image.transform with fillMode "reflect" gives the last pixel, not the first, one step to the left of the picture.
# Seen for a row 1 2 3 4 moved right by one pixel: cpu 1 1 2 3, wasm 4 1 2 3.
# So images that are standardised (mean 0) and augmented by turning or moving get wrong borders, without a word.
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
    const corner = (fill) => tf.image.rotateWithOffset(tf.ones([1, 3, 3, 1]), 0.5, fill, 0.5).dataSync()[0];
    const row = tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]);
    const moved = tf.image.transform(row, tf.tensor2d([[1, 0, -1, 0, 1, 0, 0, 0]]), "bilinear", "reflect");
    console.log(`${tf.version_core} ${backend}: fill 0.25 gives ${corner(0.25)}, -3 gives ${corner(-3)}; moved ${[...moved.dataSync()].join(" ")}`);
  }
})();
JS
seen=$(node see.cjs 2>/dev/null | grep fill)
echo "$seen"
[ "$seen" = "4.22.0 cpu: fill 0.25 gives 0.25, -3 gives -3; moved 1 1 2 3
4.22.0 wasm: fill 0.25 gives 0, -3 gives 4294967296; moved 4 1 2 3" ] || { echo "The behaviour has changed."; exit 1; }
