#!/usr/bin/env bash
# danfojs-node 1.2.0: groupby of two columns or more joins the values of a row by "-" and takes that text for the group,
# merge joins them by "_". Different rows give the same text, so that their groups become one, and rows are matched that
# have no key in common; the names in the answer are those of whichever came first. pandas keeps all of them apart.
# Seen for the means of ("cnn", "wide-2") = 0.9 and ("cnn-wide", "2") = 0.5: one group, cnn wide-2, of mean 0.7.
# An inner merge of ("site", "1_a") and ("site_1", "a") has one row instead of none.
# So a table by model and variant, or by site and plot, can mix them. One column, or one that joins them by a text that
# no value has, is safe. Here: the notebooks group by one column.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "overrides": { "@tensorflow/tfjs-node": "npm:@tensorflow/tfjs@4.22.0", "xlsx": "npm:@e965/xlsx@0.20.3" } }
JSON
npm install --silent --no-audit --no-fund --ignore-scripts danfojs-node@1.2.0
cat > see.cjs <<'JS'
const { DataFrame, merge } = require("danfojs-node");
const runs = new DataFrame({ model: ["cnn", "cnn-wide"], variant: ["wide-2", "2"], accuracy: [0.9, 0.5] });
const means = runs.groupby(["model", "variant"]).col(["accuracy"]).mean().values;
const left = new DataFrame({ site: ["site"], plot: ["1_a"], height: [7] });
const right = new DataFrame({ site: ["site_1"], plot: ["a"], rain: [8] });
const matched = merge({ left, right, on: ["site", "plot"], how: "inner" }).values;
console.log(`${require("danfojs-node/package.json").version}: groups ${JSON.stringify(means)}, matched ${JSON.stringify(matched)}`);
JS
seen=$(node see.cjs 2>/dev/null | grep groups)
echo "$seen"
[ "$seen" = '1.2.0: groups [["cnn","wide-2",0.7]], matched [["site","1_a",7,8]]' ] || { echo "The behaviour has changed."; exit 1; }
