import fc from "fast-check";
import { expect, it } from "vitest";
import { reluNetworkModel, tensorflow } from "../../../src/learning";
import { dyadic, evaluateNetwork, layer, reluNetwork, toNumber } from "../../../src/theory";

const entry = fc.integer({ min: -8, max: 8 });
const matrix = (rows: number, columns: number) =>
  fc.array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });

/** Small whole numbers stay exact in float32, so that nothing is left to tolerance. */
it("computes what the network computes, where float32 loses nothing", async () => {
  const tf = await tensorflow();
  const parts = fc.tuple(
    matrix(3, 2),
    matrix(1, 3),
    fc.array(entry, { minLength: 3, maxLength: 3 }),
    fc.tuple(entry, entry),
  );
  await fc.assert(
    fc.asyncProperty(parts, async ([first, second, biases, point]) => {
      const tuples = (rows: number[][]) =>
        rows
          .flatMap((row, r) => row.map((value, c) => [r, c, value] as const))
          .filter(([, , value]) => value !== 0);
      const network = reluNetwork([
        layer({
          inputs: 2,
          width: 3,
          activation: "relu",
          weights: tuples(first),
          biases: biases.map((value, r) => [r, value] as const).filter(([, value]) => value !== 0),
        }),
        layer({ inputs: 3, width: 1, activation: "identity", weights: tuples(second), biases: [] }),
      ]);
      const model = await reluNetworkModel(network);
      const got = tf.tidy(
        () => (model.predict(tf.tensor2d([[...point]])) as ReturnType<typeof tf.tensor>).dataSync()[0],
      );
      model.dispose();
      expect(got).toBe(toNumber(evaluateNetwork(network, point)[0]) + 0);
    }),
    { numRuns: 30 },
  );
});

it("a weight that float32 cannot hold is refused by its place", async () => {
  const huge = layer({
    inputs: 1,
    width: 1,
    activation: "identity",
    weights: [[0, 0, dyadic(1n, 200)]],
    biases: [],
  });
  await expect(reluNetworkModel(reluNetwork([huge]))).rejects.toThrow(
    "layer 1, weight [0, 0] is beyond float32",
  );
});
