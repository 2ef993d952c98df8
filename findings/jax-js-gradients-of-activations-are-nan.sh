#!/usr/bin/env bash
# @jax-js/jax 0.1.25: beyond about ±88, where exp leaves float32, the gradient of common activations is NaN, although
# their value is right: elu, selu, celu and mish above, sigmoid and silu below. The branch that is not taken, or the inner
# exp, has slope ∞, and 0 × ∞ is NaN. JAX, whose interface it keeps to, gives 1, 1.0507, 1, 1 and 0, 0.
# Seen: six times NaN, in arrays of two; one number alone is folded in JavaScript, and right for some of them.
# The sum of elu(w x) for x = 1, 2, 100 and w = 1 is 103; its derivative by w is NaN, where it should be 103, too.
# So one large value in front of an activation makes all weights NaN at the next step, while the loss was finite.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @jax-js/jax@0.1.25
cat > see.mjs <<'JS'
import { readFileSync } from "node:fs";
import { defaultDevice, grad, init, nn, numpy as np } from "@jax-js/jax";
await init("wasm");
defaultDevice("wasm");
const { version } = JSON.parse(readFileSync("node_modules/@jax-js/jax/package.json", "utf8"));
const numbers = (array) => array.js().map((value) => +value.toFixed(4));
const seen = ["elu", "selu", "celu", "mish", "sigmoid", "silu"].map((name, i) => {
  const at = i < 4 ? [1, 100] : [1, -100];
  const value = numbers(nn[name](np.array(at)))[1];
  const slope = numbers(grad((x) => np.sum(nn[name](x)))(np.array(at)))[1];
  return `${name}(${at[1]}) = ${Math.abs(value)} slope ${slope}`;
});
const loss = (w) => np.sum(nn.elu(np.array([1, 2, 100]).mul(w)));
console.log(`${version}: ${seen.join(", ")}; loss ${loss(np.array(1)).js()} slope ${grad(loss)(np.array(1)).js()}`);
process.exit(0);
JS
seen=$(node see.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = "0.1.25: elu(100) = 100 slope NaN, selu(100) = 105.0701 slope NaN, celu(100) = 100 slope NaN, mish(100) = 100 slope NaN, sigmoid(-100) = 0 slope NaN, silu(-100) = 0 slope NaN; loss 103 slope NaN" ] || { echo "The behaviour has changed."; exit 1; }
