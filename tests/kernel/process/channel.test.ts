import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf } from "../../../src/kernel/process/channel";

test("lines come whole, however their bytes are cut", () => {
  const line = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\n"));
  fc.assert(
    fc.property(fc.array(line), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      const heard: string[] = [];
      const take = linesOf((text) => heard.push(text));
      for (let at = 0; at < bytes.length; ) {
        const size = sizes.next().value as number;
        take(bytes.subarray(at, at + size));
        at += size;
      }
      expect(heard).toEqual(lines);
    }),
  );
});
