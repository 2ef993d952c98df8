import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSha256 } from "../../src/common/sha256";

test("text in any pieces has the SHA-256 that Node's own gives", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (pieces) => {
      const hash = createSha256();
      for (const piece of pieces) hash.add(piece);
      expect(hash.digest()).toBe(createHash("sha256").update(pieces.join("")).digest("hex"));
    }),
  );
});

test("every length around the ends of a block, and a million characters, are right", () => {
  for (const length of [...Array(200).keys(), 1_000_000]) {
    const hash = createSha256();
    hash.add("a".repeat(length));
    expect(hash.digest(), String(length)).toBe(createHash("sha256").update("a".repeat(length)).digest("hex"));
  }
});
