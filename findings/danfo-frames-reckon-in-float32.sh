#!/usr/bin/env bash
# danfojs-node 1.2.0: arithmetic, differences and comparisons of a DataFrame go through a float32 tensor, those of a Series
# do not. The answer is said to be of type int32 or float32 either way, and no word tells that digits are lost.
# Seen for two times in milliseconds, one after the other: frame × 1 moves both by 39 s, to the same number; frame.diff(1)
# is 0 instead of 1. frame > 16777216 is false for 16777217. The column of the same frame × 1 and > 16777216 are right.
# So durations, identifiers and counts above 2^24 = 16777216 come out wrong where a whole frame is reckoned with.
# TensorFlow.js stands in for its native half, which has float32 tensors, too. Here: the notebooks only group and show frames.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "overrides": { "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@4.22.0", "xlsx": "npm:@e965/xlsx@0.20.3" } }
JSON
npm install --silent --no-audit --no-fund --ignore-scripts danfojs-node@1.2.0
cat > see.cjs <<'JS'
const { DataFrame } = require("danfojs-node");
const frame = new DataFrame({ time: [1700000000001, 1700000000002] });
const count = new DataFrame({ count: [16777217] });
const times = `frame × 1 = ${frame.mul(1).values.join(" ")}, column × 1 = ${frame.time.mul(1).values.join(" ")}`;
const more = `frame > 16777216 ${count.gt(16777216).values}, column > 16777216 ${count["count"].gt(16777216).values}`;
console.log(`${require("danfojs-node/package.json").version}: ${times}; diff ${frame.diff(1).values.join(" ")}; ${more}`);
JS
seen=$(node see.cjs 2>/dev/null | grep frame)
echo "$seen"
[ "$seen" = "1.2.0: frame × 1 = 1700000038912 1700000038912, column × 1 = 1700000000001 1700000000002; diff NaN 0; frame > 16777216 false, column > 16777216 true" ] || { echo "The behaviour has changed."; exit 1; }
