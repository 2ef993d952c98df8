import { afterEach, expect, it, vi } from "vitest";
import { INTERRUPTED, report } from "../../scripts/sweep-here.mjs";

afterEach(() => void vi.restoreAllMocks());

it.each([
  [{ full: true, failed: 2, left: 4 }, 1, [/^✗ The disk is full: free some space, then resume\./]],
  [{ failed: 2 }, 1, [/^✗ 2 jobs failed: status says why, retry --failed/]],
  [{ stopped: true, left: 1 }, INTERRUPTED, [/^Stopped; 1 job left\./]],
  [{ spent: true, left: 3 }, 0, [/^The budget's hours are spent; 3 jobs left\./]],
  [{}, 0, []],
])("an end of %o is told in as many words as it needs, and by the exit code", (end, code, words) => {
  const told: string[] = [];
  for (const name of ["log", "error"] as const)
    vi.spyOn(console, name).mockImplementation((line) => void told.push(line));
  expect(report({ failed: 0, left: 0, full: false, spent: false, stopped: false, ...end })).toBe(code);
  expect(told).toEqual(words.map((one) => expect.stringMatching(one)));
});
