#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, cpu back end (and wasm): tf.stridedSlice with a shrinkAxisMask and a stride other than 1 takes
# the wrong elements: x[::2, 1] of Python, a common operation in a converted TensorFlow model, is one.
# The list of output dimensions lacks the dropped axis, so each index is read with the begin and stride of another axis.
# Seen for x = [[0 1 2 3] [4 5 6 7] [8 9 10 11]]: x[::2, 1] is 0 2 instead of 1 9, and x[1, ::2] is 1 2 instead of 4 6.
# With stride 1 (x[:, 1]) the result is right; so it is on TensorFlow's native library.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
cat > see.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const x = tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]);
const slice = (begin, end, strides, dropped) =>
  [...tf.stridedSlice(x, begin, end, strides, 0, 0, 0, 0, dropped).dataSync()].join(" ");
const column = slice([0, 1], [3, 2], [2, 1], 0b10);
const row = slice([1, 0], [2, 4], [1, 2], 0b01);
const whole = slice([0, 1], [3, 2], [1, 1], 0b10);
console.log(`${tf.version_core}: x[::2, 1] = ${column}; x[1, ::2] = ${row}; x[:, 1] = ${whole}`);
JS
seen=$(node see.cjs 2>/dev/null | grep "x\[")
echo "$seen"
[ "$seen" = "4.22.0: x[::2, 1] = 0 2; x[1, ::2] = 1 2; x[:, 1] = 1 5 9" ] || { echo "The behaviour has changed."; exit 1; }
