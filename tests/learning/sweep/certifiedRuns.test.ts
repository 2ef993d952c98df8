import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { certifiedRuns, certifyGeneralisation, certifyHeldOut } from "../../../src/learning";
import { codeBytes, runDecoder } from "../../../src/learning/experiment/runCertificate";

const runs = await certifiedRuns();
const parts = [
  "digits-seeds",
  "digits-clothes",
  "digits-half",
  "clothes-seeds",
  "clothes-digits",
  "digits-half-all",
];

describe("what the stored runs of sweeps/few-numbers.json prove", () => {
  it("every kind of start has a run", () => {
    expect([...new Set(runs.map(({ part }) => part))]).toEqual(parts);
  });

  it.each(runs.map((run) => [`${run.part}, ${run.label}`, run] as const))(
    "%s: the bound follows from the bytes, the ledger and the errors",
    (_, { certificate, result, part }) => {
      const { ledger, errors, count, delta, bound, heldOut } = certificate;
      expect(ledger.bits).toBe(ledger.entries.reduce((sum, { bits }) => sum + bits, 0));
      expect(codeBytes(certificate).length).toBe(Math.ceil(ledger.bits / 8));
      expect([count, delta]).toEqual([part.startsWith("digits-half") ? 30_000 : 60_000, 0.05]);
      expect(bound).toBe(certifyGeneralisation({ errors, count, bits: ledger.bits, delta }));
      expect(heldOut.bound).toBe(certifyHeldOut({ errors: heldOut.errors, count: heldOut.count, delta }));
      expect(heldOut.count).toBe(10_000);
      // The menu of the configuration, with all that a decoder needs besides, is that of the ledger.
      const { decoder, choice } = runDecoder(result.configuration, {});
      expect(ledger.menu).toBe(decoder.menu.checksum);
      expect(ledger.choice).toEqual(choice);
      expect(bound).toBeGreaterThan(heldOut.errors / heldOut.count);
    },
  );

  it.each(["digits-seeds", "digits-half"])(
    "%s: a process of its own rebuilds the best network from the result alone, and counts the same errors",
    (part) => {
      const own = runs.filter((run) => run.part === part);
      const best = own.reduce((a, b) => (b.certificate.bound < a.certificate.bound ? b : a));
      const code = `
        const p = require("intrinsic-params");
        (async () => {
          const run = (await p.certifiedRuns()).find(({ result }) => result.hash === process.argv[1]);
          const { model } = await p.decodeRun(run.result);
          const all = p.standardise(await p.mnist(), { mean: 0, std: 255 });
          const data = process.argv[2] === "digits-half" ? p.halfOf(all, "B") : all;
          const errors = [await p.countErrors(model, data.train), await p.countErrors(model, data.test)];
          process.stdout.write(JSON.stringify(errors));
        })();`;
      const said = execFileSync(process.execPath, ["-e", code, best.result.hash, part], { encoding: "utf8" });
      // On another kind of processor the last digits differ, and with them a decision here and there.
      for (const [i, errors] of (JSON.parse(said) as number[]).entries()) {
        const { errors: there } = i === 0 ? best.certificate : best.certificate.heldOut;
        expect(Math.abs(errors - there)).toBeLessThanOrEqual(3);
      }
    },
    60_000,
  );
});
