import { expect, test } from "vitest";
import { approximateLp, gallery } from "../../src/theory";

test("the whole network of J = 65,536 cubes is there in less than a second", () => {
  const f = gallery.hills();
  const times = [1, 2, 3].map(() => {
    const phi = approximateLp(f, { n: 8 });
    expect(phi.intrinsic.s).toBeDefined(); // sampling f is not part of building
    const start = performance.now();
    expect(phi.network.layers.length).toBeGreaterThan(phi.grid.J);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(1000);
});
