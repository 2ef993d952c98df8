import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseIdx, readIdx } from "../../../src/learning";

function idx(shape: readonly number[], data: Uint8Array, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((extent, i) => {
    header.writeUInt32BE(extent, 4 + 4 * i);
  });
  return Buffer.concat([header, data]);
}

const arrays = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc.tuple(fc.constant(shape), fc.uint8Array({ minLength: size, maxLength: size }));
});

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "idx-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

it("what was written is read, plain and gzipped, with the checksum of the plain bytes", async () => {
  await fc.assert(
    fc.asyncProperty(arrays, fc.boolean(), async ([shape, data], zipped) => {
      const bytes = idx(shape, data);
      const file = path.join(folder, "array");
      fs.writeFileSync(file, zipped ? gzipSync(bytes) : bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      expect(await readIdx(file)).toEqual({ shape, data, sha256 });
    }),
    { numRuns: 50 },
  );
});

it("every proper beginning of a file is refused as cut short, any longer one as too long", () => {
  const bytes = idx([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));
  for (let n = 0; n < bytes.length; n++) {
    expect(() => parseIdx(bytes.subarray(0, n), "t10k"), `${n} bytes`).toThrow(
      /^t10k: .*(cut short|too few)/,
    );
  }
  expect(() => parseIdx(Buffer.concat([bytes, Buffer.of(0)]), "t10k")).toThrow(
    /t10k: 1 bytes too many after shape 2×3/,
  );
});

describe("a wrong file is refused by name and reason", () => {
  const refusal = async (bytes: Uint8Array) => {
    const file = path.join(folder, "broken-labels");
    fs.writeFileSync(file, bytes);
    return readIdx(file).then(
      () => "accepted",
      (error) => error.message as string,
    );
  };
  const good = idx([3], Uint8Array.of(7, 8, 9));

  it("a web page saved instead", async () => {
    expect(await refusal(Buffer.from("<!DOCTYPE html>"))).toMatch(
      /broken-labels: not an IDX file: it starts with 3c 21 44 4f/,
    );
  });
  it("another type of numbers", async () => {
    expect(await refusal(idx([1], new Uint8Array(4), 13))).toMatch(/broken-labels: IDX type float32/);
  });
  it("a gzip file cut short or altered", async () => {
    const zipped = gzipSync(good);
    expect(await refusal(zipped.subarray(0, zipped.length - 5))).toMatch(
      /broken-labels: the gzip file is damaged or cut short/,
    );
    zipped[zipped.length - 6] ^= 1;
    expect(await refusal(zipped)).toMatch(/broken-labels: the gzip file is damaged/);
  });
  it("a size that no memory holds does not matter: the file is too short for it", async () => {
    expect(await refusal(idx([0xffffffff, 0xffffffff], new Uint8Array(4)))).toMatch(/cut short: 4 of/);
  });
});
