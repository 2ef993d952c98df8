import { expect, it } from "vitest";
import { batchNormOnly, type headOnly, tensorflow } from "../../../src/learning";
import { activityOf } from "../../../src/learning/model/activity";
import type { FrozenBehaviour } from "../../../src/learning/model/frozenBehaviour";
import { modelLayers } from "../../../src/learning/model/innerLayers";
import { disposedAfterEach } from "../../helpers/disposables";

const tf = await tensorflow();
const { own } = disposedAfterEach();
const L = tf.layers;

/** A frozen base, whose layers say nothing of it themselves, and a head that is not frozen. */
function nested() {
  const base = tf.sequential({
    layers: [
      L.dense({ name: "dense", units: 3, inputShape: [2] }),
      L.batchNormalization({ name: "norm" }),
      L.dropout({ name: "drop", rate: 0.5 }),
    ],
  });
  const model = own(tf.sequential({ layers: [base, L.dense({ name: "head", units: 2 })] }));
  base.trainable = false;
  return model;
}

/** The names of the layers that do each. */
function doing(model: ReturnType<typeof nested>, ...rest: [FrozenBehaviour?, ReturnType<typeof headOnly>?]) {
  const [frozen, method] = rest;
  const activity = activityOf(model, frozen, method?.unfrozen);
  const names = (does: (typeof activity)[keyof typeof activity]) =>
    modelLayers(model).flatMap(({ one }) => (does(one) ? [one.name] : []));
  const { learns, movesStatistics, dropsOut } = activity;
  return { learns: names(learns), moves: names(movesStatistics), drops: names(dropsOut) };
}

it("a layer that is frozen from outside learns nothing, keeps its statistics and drops nothing", () => {
  expect(doing(nested())).toEqual({ learns: ["head"], moves: [], drops: ["head"] });
});

it("what frozen layers still do is BatchNorm's alone, or drop-out's alone, and they learn nothing for it", () => {
  const model = nested();
  expect(doing(model, { statistics: "moving" })).toEqual({
    learns: ["head"],
    moves: ["norm"],
    drops: ["head"],
  });
  expect(doing(model, { dropout: "on" })).toEqual({
    learns: ["head"],
    moves: [],
    drops: ["dense", "norm", "drop", "head"],
  });
});

it("a method's layers go before the marks of the model, which may have changed since", () => {
  const model = nested();
  const method = own(batchNormOnly(model));
  for (const layer of model.layers) layer.trainable = true;
  expect(doing(model, {}, method)).toEqual({ learns: ["norm"], moves: ["norm"], drops: ["norm"] });
  for (const layer of model.layers) layer.trainable = false;
  expect(doing(model, {}, method).moves).toEqual(["norm"]);
  expect(doing(model).moves).toEqual([]);
});
