import fc from "fast-check";
import { expect, test } from "vitest";
import { AbortedCells } from "../../../src/kernel/server/abortedCells";
import type { Message } from "../../../src/kernel/wire/message";

function message(sent: number, session = "s"): Message {
  return { header: { session, date: new Date(sent).toISOString(), msg_id: "", msg_type: "" } } as Message;
}

test("whatever the sender's clock says, no cell sent after the failure was told is skipped", () => {
  const wait = fc.integer({ min: 0, max: 5000 });
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.array(wait, { minLength: 1 }),
      wait,
      wait,
      (skew, latencies, think, way) => {
        const cells = new AbortedCells();
        let now = 1.7e12;
        for (const latency of latencies) {
          cells.received(message(now + skew), now + latency);
          now += latency;
        }
        cells.failed(now);
        const later = message(now + skew + think);
        cells.received(later, now + think + way);
        expect(cells.includes(later)).toBe(false);
      },
    ),
  );
});

test("a cell that was sent well before the failure is skipped, until a cell has passed", () => {
  const cells = new AbortedCells();
  cells.received(message(1000), 1005);
  cells.failed(2000);
  expect(cells.includes(message(1500))).toBe(true);
  cells.passed();
  expect(cells.includes(message(1500))).toBe(false);
});

test("a sender without dates has nothing skipped", () => {
  const cells = new AbortedCells();
  cells.failed(Date.now());
  expect(cells.includes({ header: { session: "s" } } as Message)).toBe(false);
});
