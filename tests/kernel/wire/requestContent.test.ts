import { expect, test } from "vitest";
import type { Message } from "../../../src/kernel/wire/message";
import { RequestContent } from "../../../src/kernel/wire/requestContent";

function asked(content: object): RequestContent {
  const header = { msg_id: "1", msg_type: "x_request", session: "s" };
  return new RequestContent({
    identity: [],
    header,
    parent: {},
    metadata: {},
    content,
    buffers: [],
  } as Message);
}

test("what is there is read, and what is missing or null has its default", () => {
  const content = asked({ code: "a", n: 3, silent: true, none: null, expressions: { e: "1" } });
  expect([content.text("code"), content.integer("n"), content.flag("silent", false)]).toEqual(["a", 3, true]);
  expect(content.texts("expressions")).toEqual({ e: "1" });
  expect([content.text("more", "b"), content.integer("none", 7), content.flag("none", false)]).toEqual([
    "b",
    7,
    false,
  ]);
  expect([content.has("n"), content.has("none"), content.has("more")]).toEqual([true, false, false]);
});

test.each([
  [
    "a missing text",
    (content: RequestContent) => content.text("more"),
    "x_request: more must be a text; got undefined.",
  ],
  [
    "a number for a text",
    (content: RequestContent) => content.text("n"),
    "x_request: n must be a text; got 3.5.",
  ],
  [
    "half a position",
    (content: RequestContent) => content.integer("n"),
    "x_request: n must be an integer; got 3.5.",
  ],
  [
    "a text for a flag",
    (content: RequestContent) => content.flag("code", true),
    'x_request: code must be true or false; got "a".',
  ],
  [
    "numbers for texts",
    (content: RequestContent) => content.texts("list"),
    "x_request: list must be an object of texts",
  ],
])("%s is refused with its name, what was expected and what came", (_, read, message) => {
  expect(() => read(asked({ code: "a", n: 3.5, list: { a: 1 } }))).toThrow(message);
});
