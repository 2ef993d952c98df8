import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { venv } from "../kernel/kernel";

const ROUNDS = 20;

type Told = { sent: number; answers: string[]; times: string; length: string; alive: boolean };

async function fuzzed(seed: number, rounds: number): Promise<Told> {
  const { stdout } = await promisify(execFile)(
    join(venv, "bin", "python"),
    [join(import.meta.dirname, "fuzz.py"), String(seed), String(rounds)],
    { env: { ...process.env, JUPYTER_PREFER_ENV_PATH: "1" }, maxBuffer: 1e8 },
  );
  return JSON.parse(stdout);
}

test.each([1, 2, 3])(
  "a kernel lives on whatever is sent to it, and obeys nothing unsigned: seed %i",
  async (seed) => {
    const told = await fuzzed(seed, ROUNDS);
    expect(told).toMatchObject({ answers: ["kept undefined"], length: "67108864", alive: true });
    expect(told.sent).toBeGreaterThan(90 * ROUNDS);
  },
);

test("a signed message that is sent again is obeyed once, as by ipykernel", async () => {
  expect((await fuzzed(4, 1)).times).toBe("1");
});
