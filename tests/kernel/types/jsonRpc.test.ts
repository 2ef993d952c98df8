import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { JsonRpc } from "../../../src/kernel/types/jsonRpc";

/** A connection, what it has written so far, and a way to let it hear messages in pieces of a size. */
function connection(answerTo: (method: string, params: unknown) => unknown = () => null) {
  const pieces: string[] = [];
  const output = new Writable({
    write(chunk, _, done) {
      pieces.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      pieces.push(chunks.map(({ chunk }) => String(chunk)).join(""));
      done();
    },
  });
  const input = new PassThrough();
  const rpc = new JsonRpc(input, output, answerTo);
  const hear = (messages: object[], size = Number.POSITIVE_INFINITY) => {
    const bytes = Buffer.from(
      messages
        .map((one) => JSON.stringify(one))
        .map((text) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
        .join(""),
    );
    for (let at = 0; at < bytes.length; at += size) input.write(bytes.subarray(at, at + size));
  };
  const written = () =>
    pieces
      .join("")
      .split(/Content-Length: \d+\r\n\r\n/)
      .slice(1)
      .map((text) => JSON.parse(text));
  return { rpc, hear, written, pieces };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test.each([1, 7, Number.POSITIVE_INFINITY])(
  "answers find their requests in any order, in pieces of %d bytes, with letters of several bytes",
  async (size) => {
    const { rpc, hear } = connection();
    const answers = Promise.all([rpc.request("first", {}), rpc.request("second", {})]);
    hear(
      [
        { id: 2, result: "λ√d·2⁻ⁿ 𝓛" },
        { id: 1, result: [1] },
      ],
      size,
    );
    expect(await answers).toEqual([[1], "λ√d·2⁻ⁿ 𝓛"]);
  },
);

test("what is said in one turn is written in one piece, with lengths in bytes", async () => {
  const { rpc, written, pieces } = connection();
  rpc.notify("changed", { text: "φ" });
  void rpc.request("tree", null);
  await turn();
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toContain(`Content-Length: ${Buffer.byteLength(JSON.stringify(written()[0]))}\r\n`);
  expect(written()).toEqual([
    { jsonrpc: "2.0", method: "changed", params: { text: "φ" } },
    { jsonrpc: "2.0", id: 1, method: "tree", params: null },
  ]);
});

test("a request of the other end gets the answer that was given for it, a notification gets none", async () => {
  const { hear, written } = connection((method) => `answer to ${method}`);
  hear([
    { id: "a", method: "configuration", params: {} },
    { method: "log", params: {} },
  ]);
  await turn();
  expect(written()).toEqual([{ jsonrpc: "2.0", id: "a", result: "answer to configuration" }]);
});

test("an error is the request's own; the end fails all that wait and all that come", async () => {
  const { rpc, hear } = connection();
  const first = rpc.request("first", {});
  const second = rpc.request("second", {});
  hear([{ id: 1, error: { message: "no such thing" } }]);
  await expect(first).rejects.toThrow("TypeScript's compiler: no such thing");
  rpc.end(new Error("it has ended"));
  rpc.end(new Error("and again"));
  await expect(second).rejects.toThrow("it has ended");
  await expect(rpc.request("third", {})).rejects.toThrow("it has ended");
});
