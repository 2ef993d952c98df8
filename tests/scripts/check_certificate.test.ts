import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  approximateContinuous,
  approximateLp,
  checkCertificate,
  gallery,
  networkToJSON,
  proveError,
  type ReluNetwork,
} from "../../src/theory";
import { ROOT } from "../helpers/root";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "check-certificate-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");

/** What the checker in Python says of a file. */
function checkInPython(certificate: unknown, network: ReluNetwork) {
  const [file, other] = ["certificate.json", "network.json"].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  fs.writeFileSync(file, JSON.stringify(certificate));
  fs.writeFileSync(other, JSON.stringify(networkToJSON(network)));
  const { status, stdout, stderr } = spawnSync(
    python,
    [path.join(ROOT, "scripts/check_certificate.py"), file, other],
    {
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    },
  );
  return { status, out: `${stdout}${stderr}`.trim() };
}

const few = approximateContinuous(gallery.kink(), { n: 3 });
const lp = approximateLp(gallery.kink(), { n: 2 });
const cubes = [0, 1, 2, 3].map((k) => [[k / 4, k === 3 ? 1 : (k + 1) / 4 - lp.delta] as const]);
const cases = [
  ["continuous", few, proveError(few.network, few.target)],
  ["continuous, L²", few, proveError(few.network, few.target, { norm: 2, maxBoxes: 60 })],
  ["Theorem 2.1 off its strips", lp, proveError(lp.network, lp.target, { boxes: cubes })],
  [
    "Hölder, large numbers",
    approximateContinuous(gallery.holderHalf(), { n: 2 }),
    proveError(approximateContinuous(gallery.holderHalf(), { n: 2 }).network, gallery.holderHalf(), {
      maxBoxes: 60,
    }),
  ],
  [
    "the plane",
    approximateContinuous(gallery.eggBox(), { n: 1 }),
    proveError(approximateContinuous(gallery.eggBox(), { n: 1 }).network, gallery.eggBox(), { maxBoxes: 60 }),
  ],
] as const;

test.each(cases)(
  "%s: the second checker, in Python, proves what the first one does",
  (_, phi, { certificate }) => {
    const { lower, upper, boxes, volume } = checkCertificate(certificate, phi.network);
    const { status, out } = checkInPython(certificate, phi.network);
    expect(out).toContain(`on ${boxes} boxes of volume ${Number(volume.toPrecision(6))}`);
    expect(status).toBe(0);
    const [, low, high] = /^proved: (\S+) ≤ ‖φ − f‖ ≤ (\S+) /.exec(out)!;
    expect([Number(low), Number(high)]).toEqual([lower, upper]);
  },
);

test("both refuse what is not proved, with the same place", () => {
  const { certificate } = cases[0][2];
  const [first] = certificate.boxes;
  for (const file of [
    { ...certificate, upper: certificate.upper * (1 - 2 ** -30) },
    { ...certificate, lower: certificate.upper },
    { ...certificate, boxes: [{ ...first, tree: first!.tree.slice(0, -1) }] },
    { ...certificate, boxes: [{ ...first, tree: [...first!.tree, [0.5]] }] },
    { ...certificate, boxes: [first, first] },
    { ...certificate, network: `${certificate.network}0` },
    { ...certificate, witness: { point: [-1], value: 0 } },
    { ...certificate, format: "certificate/0" },
    { ...cases[1][2].certificate, upper: cases[1][2].certificate.lower },
  ]) {
    let place = "";
    try {
      checkCertificate(file, few.network);
    } catch (error) {
      place = /certificate\/1, [^:]*:/.exec((error as Error).message)![0];
    }
    expect(place).not.toBe("");
    const { status, out } = checkInPython(file, few.network);
    expect(out.slice(0, place.length)).toBe(place);
    expect(status).toBe(1);
  }
});
