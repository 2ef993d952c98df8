#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, cpu back end (and wasm): in three dimensions, padding "same" with a stride that is longer than
# the filter begins beside the first value: the padding comes out negative and is not set to 0, as in two dimensions.
# The 1×1×1 convolution with stride 2 of a residual block's short cut is such a case; avgPool3d and maxPool3d are alike.
# Seen for values 0 to 7 in a row and stride 2: conv2d reads 0 2 4 6, conv3d 1 3 5 7; avgPool 0 2 4 6, avgPool3d 1 3 5 7.
# TensorFlow's native library reads 0 2 4 6 in both, so that a volume model from Python answers otherwise in a page.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
cat > see.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const row = tf.range(0, 8);
const [flat, deep] = [tf.reshape(row, [1, 1, 8, 1]), tf.reshape(row, [1, 1, 1, 8, 1])];
const read = (tensor) => [...tensor.dataSync()].join(" ");
const two = [tf.conv2d(flat, tf.ones([1, 1, 1, 1]), 2, "same"), tf.avgPool(flat, 1, 2, "same")].map(read);
const three = [tf.conv3d(deep, tf.ones([1, 1, 1, 1, 1]), 2, "same"), tf.avgPool3d(deep, 1, 2, "same")].map(read);
console.log(`${tf.version_core}: conv2d ${two[0]}, conv3d ${three[0]}; avgPool ${two[1]}, avgPool3d ${three[1]}`);
JS
seen=$(node see.cjs 2>/dev/null | grep conv2d)
echo "$seen"
[ "$seen" = "4.22.0: conv2d 0 2 4 6, conv3d 1 3 5 7; avgPool 0 2 4 6, avgPool3d 1 3 5 7" ] || { echo "The behaviour has changed."; exit 1; }
