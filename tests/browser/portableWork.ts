type Doors = {
  readonly theory: typeof import("../../src/theory");
  readonly learning: typeof import("../../src/learning");
  readonly show: typeof import("../../src/show");
};

/** The same work for Node and for a page: a φ, its values and certificate, a figure, a training; all as plain data. */
export async function portableWork({ theory, learning, show }: Doors) {
  const kink = theory.target(([x]) => Math.abs(x - 1 / 3), { dimension: 1, lipschitz: 1 });
  const phi = theory.approximateUniform(kink, { n: 3 });
  const points = Float64Array.from({ length: 2001 }, (_, i) => i / 2000);
  const values = Array.from(phi.evaluate(points, { threads: 4 }));
  const { lower, upper, cells } = theory.certifyError(phi, {
    norm: Number.POSITIVE_INFINITY,
    region: "all",
    tolerance: 1e-3,
  });
  const { checksum } = theory.networkToJSON(phi.network) as { checksum?: string };
  const figure = show.curvesChart([{ name: "φ", x: Array.from(points), y: values }]);
  const table = String(show.table([{ n: 3, upper }]));

  const data = learning.spirals({ train: 120, test: 60, seed: 1 });
  const model = await learning.multilayerPerceptron({ input: [1, 2, 1], hidden: [8], classes: 2, seed: 1 });
  const method = learning.lora(model, { rank: 1, seed: 1 });
  const { epochs, steps } = await learning.fit(
    model,
    { ...data, standardised: { mean: 0, std: 1 } },
    {
      method,
      epochs: 3,
      batch: 20,
      seed: 1,
      cache: false,
    },
  );
  const losses = epochs.map(({ loss }) => loss);
  const { fingerprint } = learning.trainedNumbers({ model, method });
  const refused = await learning.imageFolder("pictures").then(
    () => "nothing",
    (error: Error) => error.message,
  );
  const { backend, tfjs } = await learning.backendInfo();
  return {
    theory: { values, lower, upper, cells, checksum, figure: JSON.stringify(figure), table },
    training: { losses, steps, fingerprint, backend, tfjs },
    refused,
  };
}
