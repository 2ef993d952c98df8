import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Message, replyTo } from "../../../src/kernel/wire/message";
import { MessageCodec } from "../../../src/kernel/wire/messageCodec";

const info = { hash: "sha256", key: "secret" };
const header = {
  msg_id: "1",
  msg_type: "execute_request",
  session: "s",
  username: "u",
  date: "",
  version: "5.4",
};
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const object = fc.dictionary(fc.string(), json) as fc.Arbitrary<object>;
const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));

function framesOf(message: Partial<Message>, codec = new MessageCodec(info)): Buffer[] {
  const whole: Message = {
    identity: [],
    header,
    parent: {},
    metadata: {},
    content: {},
    buffers: [],
    ...message,
  };
  return codec.encode(whole).map((frame) => Buffer.from(frame));
}

test("what is written is read again, with any identities, contents and buffers", () => {
  fc.assert(
    fc.property(fc.array(bytes), object, object, fc.array(bytes), (identity, metadata, content, buffers) => {
      const message = { identity, header, parent: {}, metadata, content, buffers };
      expect(new MessageCodec(info).decode(framesOf(message))).toEqual(message);
    }),
  );
});

describe("is refused", () => {
  test("a message with one bit changed in its signature or in any part of it", () => {
    const content = { code: "1 + 1" };
    const frames = framesOf({ content });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (at, place, bit) => {
          const changed = frames.map((frame) => Buffer.from(frame));
          changed[at][place % changed[at].length] ^= 1 << bit;
          expect(() => new MessageCodec(info).decode(changed)).toThrow("signature is wrong");
        },
      ),
    );
  });

  test("a message that was signed with another key, or not at all", () => {
    const foreign = framesOf({}, new MessageCodec({ ...info, key: "other" }));
    expect(() => new MessageCodec(info).decode(foreign)).toThrow("signature is wrong");
    const unsigned = framesOf({}, new MessageCodec({ ...info, key: "" }));
    expect(() => new MessageCodec(info).decode(unsigned)).toThrow("signature is wrong");
  });

  test("a message that comes a second time", () => {
    const codec = new MessageCodec(info);
    codec.decode(framesOf({}));
    expect(() => codec.decode(framesOf({}))).toThrow("come twice");
  });

  test.each([
    ["no delimiter", (frames: Buffer[]) => frames.slice(1)],
    ["too few frames", (frames: Buffer[]) => frames.slice(0, 5)],
    ["nothing at all", () => []],
  ])("a message with %s", (_, change) => {
    expect(() => new MessageCodec(info).decode(change(framesOf({})))).toThrow(
      "too few frames or no delimiter",
    );
  });

  test.each([null, 5, "text", [1], {}, { msg_id: "1", msg_type: 2, session: "s" }])(
    "the header %j",
    (wrong) => {
      const frames = framesOf({ header: wrong as never });
      expect(() => new MessageCodec(info).decode(frames)).toThrow("no type, id or session");
    },
  );

  test.each([null, 5, "text", [1]])("the content %j", (wrong) => {
    const frames = framesOf({ content: wrong as never });
    expect(() => new MessageCodec(info).decode(frames)).toThrow("content of a execute_request is no object");
  });
});

test("without a key nothing is signed and the same message may come again", () => {
  const codec = new MessageCodec({ ...info, key: "" });
  const frames = framesOf({}, codec);
  expect(frames[1].toString()).toBe("");
  for (let i = 0; i < 2; i++) expect(codec.decode(frames).header.msg_id).toBe("1");
});

test("half a surrogate pair, which no file can hold, is sent as U+FFFD, and a whole one as itself", () => {
  const content = { text: "\ud83d \ud83d\ude00 \\ud83d" };
  const [, , , , , sent] = framesOf({ content });
  expect(JSON.parse(sent.toString())).toEqual({ text: "\ufffd \ud83d\ude00 \\ud83d" });
});

test("an answer goes to where the request came from and names it as its parent", () => {
  const request = { identity: [Buffer.from("client")], header };
  const reply = replyTo(request, "execute_reply", { status: "ok" });
  expect(reply).toMatchObject({ identity: request.identity, parent: header, content: { status: "ok" } });
  expect(reply.header).toMatchObject({ msg_type: "execute_reply", session: "s", version: "5.4" });
  expect(reply.header.msg_id).not.toBe(replyTo(request, "execute_reply", {}).header.msg_id);
});
