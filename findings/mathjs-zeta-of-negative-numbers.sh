#!/usr/bin/env bash
# mathjs 15.2.0: the documentation of zeta says that it is accurate up to about 6 digits. Between -9.5 and -4 it is not:
# its sum of 20 terms is used there, too, where it leaves out what matters; only below -9.5 does it turn to the reflection.
# The exact values are ζ(-3) = 1/120, ζ(-5) = -1/252, ζ(-7) = 1/240, ζ(-9) = -1/132, ζ(-13) = -1/12.
# Seen, as multiples of them: 0.99927 at -5, 1.8408 at -7, -339.73 at -9, and 1.0000 at -3 and -13.
# As BigNumbers, with the 64 digits that are usual: 1.0102 at -3, -5.5987 at -5: more digits are shown, fewer are right.
# So a regularised sum or an energy that is made of these values has a wrong size and sign, without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts mathjs@15.2.0
cat > see.cjs <<'JS'
const { bignumber, version, zeta } = require("mathjs");
const exact = { "-3": [1, 120], "-5": [-1, 252], "-7": [1, 240], "-9": [-1, 132], "-13": [-1, 12] };
const share = (value, [above, below]) => ((Number(value) * below) / above).toPrecision(5);
const numbers = Object.entries(exact).map(([at, fraction]) => `ζ(${at}) × ${share(zeta(Number(at)), fraction)}`);
const big = ["-3", "-5"].map((at) => `ζ(${at}) × ${share(zeta(bignumber(at)), exact[at])}`);
console.log(`${version}: numbers ${numbers.join(", ")}; BigNumbers ${big.join(", ")}`);
JS
seen=$(node see.cjs)
echo "$seen"
[ "$seen" = "15.2.0: numbers ζ(-3) × 1.0000, ζ(-5) × 0.99927, ζ(-7) × 1.8408, ζ(-9) × -339.73, ζ(-13) × 1.0000; BigNumbers ζ(-3) × 1.0102, ζ(-5) × -5.5987" ] || { echo "The behaviour has changed."; exit 1; }
