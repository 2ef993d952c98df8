#!/usr/bin/env bash
# apache-arrow 21.2.0: a decimal of 256 bits below 2^128 says only its last digit as text (String, toString, JSON); larger
# ones lose leading digits. The loop over the digits ends when the four highest words are 0, which are all of 128 bits,
# but half of 256. Number and valueOf(scale) of the same value are right, so two ways of reading it disagree.
# The format keeps both widths as integers in two's complement. Decimals of 256 bits are what other Arrow libraries write
# for more than 38 digits, or when asked to.
# Seen after a round trip through a stream, scale 2, for 123.45, -7.00, 0.10: 12345 -700 10 with 128 bits, 5 -0 0 with 256.
# So a column of exact numbers that is shown, compared or saved as text is wrong, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts apache-arrow@21.2.0
cat > see.mjs <<'JS'
import { readFileSync } from "node:fs";
import { Decimal, makeData, makeVector, Table, tableFromIPC, tableToIPC } from "apache-arrow";
const { version } = JSON.parse(readFileSync("node_modules/apache-arrow/package.json", "utf8"));
const unscaled = [12345n, -700n, 10n];
for (const bits of [128, 256]) {
  const words = unscaled.flatMap((value) =>
    Array.from({ length: bits / 32 }, (_, i) => Number(BigInt.asUintN(32, value >> BigInt(32 * i)))),
  );
  const data = makeData({ type: new Decimal(2, 20, bits), length: unscaled.length, data: Uint32Array.from(words) });
  const column = tableFromIPC(tableToIPC(new Table({ exact: makeVector(data) }))).getChild("exact");
  const [text, numbers, scaled] = [String, Number, (value) => value.valueOf(2)].map((read) => [...column].map(read).join(" "));
  console.log(`${version} ${bits} bits: text ${text}; number ${numbers}; scaled ${scaled}`);
}
JS
seen=$(node see.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = "21.2.0 128 bits: text 12345 -700 10; number 12345 -700 10; scaled 123.45 -7 0.1
21.2.0 256 bits: text 5 -0 0; number 12345 -700 10; scaled 123.45 -7 0.1" ] || { echo "The behaviour has changed."; exit 1; }
