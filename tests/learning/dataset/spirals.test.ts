import { expect, it } from "vitest";
import { spirals } from "../../../src/learning";

it("without noise every point lies on its own arm: radius and angle grow together", () => {
  const { train } = spirals({ train: 200, turns: 1.5 });
  for (let i = 0; i < 200; i++) {
    const [x, y] = [train.images[2 * i] - 0.5, train.images[2 * i + 1] - 0.5];
    const t = (Math.hypot(x, y) - 0.05) / 0.4;
    expect(t).toBeGreaterThan(-1e-6);
    expect(t).toBeLessThan(1 + 1e-6);
    const angle = 2 * Math.PI * 1.5 * t + train.labels[i] * Math.PI;
    expect(Math.cos(Math.atan2(y, x) - angle)).toBeCloseTo(1, 6);
  }
});

it("arms are balanced, sets differ, the seed repeats", () => {
  const data = spirals({ train: 100, test: 100, noise: 0.01, seed: 2 });
  expect(data.train.labels.reduce((sum, label) => sum + label, 0)).toBe(50);
  expect(data.train.images).not.toEqual(data.test.images);
  expect(spirals({ train: 100, test: 100, noise: 0.01, seed: 2 })).toEqual(data);
  expect(() => spirals({ points: 4 } as never)).toThrow(/spirals has no option points/);
  expect(() => spirals({ train: 3 })).toThrow(/train must be an even whole number ≥ 2; got 3/);
});
