#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0, cpu back end: the gradients of image.resizeBilinear and image.resizeNearestNeighbor leave
# halfPixelCenters out, so that they point at other pixels than those that were read; and bilinear's gradient of a picture
# that is not square has its sides exchanged, which the gradient's own check of shapes refuses.
# Seen for one output, the second: nearest, 2×1 made 3×1: gradient 1 0, differences of the function 0 1. Bilinear, 2×2 made
# 4×4: gradient 0.5 0.5 0 0, differences 0.75 0.25 0 0. Bilinear, 2×3 made 4×4, without the option: an error.
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
  const show = (name, resize, [height, width], size, half) => {
    const second = tf.oneHot(tf.scalar(1, "int32"), size[0] * size[1]).toFloat().reshape([1, ...size, 1]);
    const f = (x) => tf.sum(tf.mul(resize(x, size, false, half), second));
    const unit = (i) => tf.oneHot(tf.scalar(i, "int32"), height * width).toFloat().reshape([1, height, width, 1]);
    const slopes = [...Array(height * width).keys()].map((i) => f(unit(i)).dataSync()[0]);
    let gradient;
    try {
      gradient = tf.grad(f)(tf.zeros([1, height, width, 1])).dataSync().join(" ");
    } catch (error) {
      gradient = /has shape .*$/.exec(error.message)[0].replaceAll(String.fromCharCode(39), "");
    }
    console.log(`${tf.version.tfjs} ${name}: gradient ${gradient}; differences ${slopes.join(" ")}`);
  };
  show("nearest", tf.image.resizeNearestNeighbor, [2, 1], [3, 1], true);
  show("bilinear", tf.image.resizeBilinear, [2, 2], [4, 4], true);
  show("not square", tf.image.resizeBilinear, [2, 3], [4, 4], false);
})();
JS
seen=$(node see.cjs 2>/dev/null | grep "^4.22.0")
echo "$seen"
[ "$seen" = "4.22.0 nearest: gradient 1 0; differences 0 1
4.22.0 bilinear: gradient 0.5 0.5 0 0; differences 0.75 0.25 0 0
4.22.0 not square: gradient has shape 1,3,2,1, which does not match the shape of the input 1,2,3,1; differences 0.25 0.75 0 0 0 0" ] || { echo "The behaviour has changed."; exit 1; }
