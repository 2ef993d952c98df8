#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, cpu back end: tf.tensorScatterUpdate(tensor, indices, updates) also changes `tensor`,
# and every tensor or typed array that shares its values (a reshape, the array that tf.tensor was given).
# The documentation says that a new tensor is made, and TensorFlow's native library makes one.
# Seen: the input reads 9,2,3 after the call; the caller's own Float32Array does, too.
# Here: the portable random subset uses tf.where(…) instead, and setVariable copies what it is given.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
cat > see.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const mine = Float32Array.of(1, 2, 3);
const input = tf.tensor1d(mine);
const output = tf.tensorScatterUpdate(input, tf.tensor2d([[0]], [1, 1], "int32"), tf.tensor1d([9]));
console.log(`${tf.version_core}: output ${[...output.dataSync()]}, input ${[...input.dataSync()]}, the caller's array ${[...mine]}`);
JS
seen=$(node see.cjs 2>/dev/null | grep output)
echo "$seen"
[ "$seen" = "4.22.0: output 9,2,3, input 9,2,3, the caller's array 9,2,3" ] || { echo "The behaviour has changed."; exit 1; }
