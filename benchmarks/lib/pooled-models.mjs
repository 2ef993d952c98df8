// Networks for the benchmark of chains that are native in part only.

/** Conv, ReLU, BatchNorm, twice with pooling, then `end` from 8×8×64 to 64 numbers, then dense layers. */
function convolutional(tf, end) {
  const L = tf.layers;
  const seeded = (seed) => ({ kernelInitializer: tf.initializers.heUniform({ seed }) });
  const conv = (filters, seed, more = {}) => [
    L.conv2d({ filters, kernelSize: 3, ...seeded(seed), ...more }),
    L.reLU(),
    L.batchNormalization(),
  ];
  return tf.sequential({
    layers: [
      ...conv(32, 1, { inputShape: [28, 28, 1] }),
      ...conv(32, 2),
      L.maxPooling2d({ poolSize: 2 }),
      L.dropout({ rate: 0.25 }),
      ...conv(64, 3),
      ...conv(64, 4),
      L.dropout({ rate: 0.25 }),
      ...end(L),
      L.dense({ units: 512, activation: "relu", ...seeded(5) }),
      L.dropout({ rate: 0.5 }),
      L.batchNormalization(),
      L.dense({ units: 10, activation: "softmax", ...seeded(6) }),
    ],
  });
}

/** Two residual blocks of 32 channels between a stem and pooled classes. */
function residual(tf) {
  const L = tf.layers;
  const seeded = (seed) => ({ kernelInitializer: tf.initializers.heUniform({ seed }) });
  const through = (x, ...layers) => layers.reduce((y, layer) => layer.apply(y), x);
  const conv = (seed) => [
    L.conv2d({ filters: 32, kernelSize: 3, padding: "same", ...seeded(seed) }),
    L.batchNormalization(),
  ];
  const block = (x, seed) => {
    const branch = through(x, ...conv(seed), L.reLU(), ...conv(seed + 1));
    return through(L.add().apply([x, branch]), L.reLU());
  };
  const inputs = tf.input({ shape: [28, 28, 1] });
  const stem = through(inputs, ...conv(1), L.reLU(), L.maxPooling2d({ poolSize: 2 }));
  const pooled = through(block(block(stem, 2), 4), L.globalAveragePooling2d({}));
  const outputs = L.dense({ units: 10, activation: "softmax", ...seeded(6) }).apply(pooled);
  return tf.model({ inputs, outputs });
}

export const pooledModels = {
  /** Largest values of each channel: all native. */
  native: (tf) => convolutional(tf, (L) => [L.maxPooling2d({ poolSize: 8 }), L.flatten()]),
  /** Means of each channel: one link without a native form. */
  mixed: (tf) => convolutional(tf, (L) => [L.globalAveragePooling2d({})]),
  residual,
};
