import { expect, test } from "vitest";
import { tensorflow } from "../../../src/learning";
import { portableRows } from "../../../src/learning/batches/rowsInMemory";

test("rows in several parts can be taken again and again, first of all inside a tidy", async () => {
  const tf = await tensorflow();
  const rows = portableRows(tf);
  rows.append(tf.tensor2d([[1], [2]]));
  rows.append(tf.tensor2d([[3], [4]]));
  const take = () => tf.tidy(() => Array.from(rows.take(Int32Array.of(3, 0)).dataSync()));
  const before = tf.memory().numTensors;
  expect([take(), take()]).toEqual([
    [4, 1],
    [4, 1],
  ]);
  expect(tf.memory().numTensors).toBe(before - 1); // two parts are one now
  rows.dispose();
  expect(tf.memory().numTensors).toBe(before - 2);
});
