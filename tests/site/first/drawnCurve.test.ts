import fc from "fast-check";
import { expect, test } from "vitest";
import { CORNERS, drawnTo, firstCurve, heightAt, steepest } from "../../../site/first/drawnCurve";

const place = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const curves = fc
  .array(fc.tuple(place, place), { maxLength: 8 })
  .map((strokes) => strokes.reduce((curve, [from, to]) => drawnTo(curve, from, to), firstCurve));
const unit = fc.double({ min: 0, max: 1, noNaN: true });

test("λ of a drawn curve is never contradicted, and some piece of the curve is that steep", () => {
  fc.assert(
    fc.property(curves, unit, unit, (curve, x, y) => {
      const lambda = steepest(curve);
      expect(Math.abs(heightAt(curve, x) - heightAt(curve, y))).toBeLessThanOrEqual(
        lambda * Math.abs(x - y) + 2 ** -50,
      );
      const slopes = curve.slice(1).map((height, i) => Math.abs(height - curve[i]) * CORNERS);
      expect(lambda - Math.max(...slopes)).toBeLessThanOrEqual(2 ** -50 * lambda + Number.MIN_VALUE);
    }),
  );
});

test("a stroke goes through both its ends and leaves the rest of the curve as it was", () => {
  const curve = drawnTo(firstCurve, [0.25, 0.9], [0.5, 0.1]);
  expect(heightAt(curve, 0.25)).toBeCloseTo(0.9, 2);
  expect(heightAt(curve, 0.375)).toBeCloseTo(0.5, 2);
  expect(heightAt(curve, 0.5)).toBeCloseTo(0.1, 2);
  expect(curve.slice(40)).toEqual(firstCurve.slice(40));
  expect(drawnTo(firstCurve, [0.5, 0.1], [0.25, 0.9])).toEqual(curve);
});
