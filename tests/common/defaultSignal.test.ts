import { expect, test } from "vitest";
import { defaultSignal, stopBy } from "../../src/common/defaultSignal";

test("the default signal aborts with the reason of whichever cell is stopped, and stays so; later work has another", () => {
  expect(defaultSignal().aborted).toBe(false);
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
  stopBy(first.signal);
  const ofFirst = defaultSignal();
  stopBy(second.signal);
  const ofSecond = defaultSignal();
  second.abort(new Error("stopped"));
  for (const signal of [ofFirst, ofSecond, defaultSignal()]) {
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toEqual(new Error("stopped"));
  }
  stopBy(third.signal);
  first.abort();
  expect(ofFirst.aborted).toBe(true);
  expect(defaultSignal().aborted).toBe(false);
});
