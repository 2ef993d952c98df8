import { beforeEach, expect, test } from "vitest";
import { type Comm, onComm, openComm } from "../../../src/show";
import { connectComms, receiveComm } from "../../../src/show/notebook/comm";

let sent: { kind: string; content: Record<string, unknown>; buffers: readonly Uint8Array[] }[];
let targets: string[];
beforeEach(() => {
  [sent, targets] = [[], []];
  connectComms({
    send(kind, content, { buffers = [] }) {
      sent.push({ kind, content: content as Record<string, unknown>, buffers });
    },
    listens: (target) => void targets.push(target),
  });
});

test("a cell opens a channel, sends over it and closes it once", () => {
  const comm = openComm("plot", { points: 3 });
  comm.send({ x: 1 }, { buffers: [new Uint8Array([1, 2])] });
  comm.close();
  comm.close();
  expect(sent.map(({ kind }) => kind)).toEqual(["comm_open", "comm_msg", "comm_close"]);
  expect(sent[0].content).toEqual({ comm_id: comm.id, target_name: "plot", data: { points: 3 } });
  expect(sent[1]).toMatchObject({
    content: { comm_id: comm.id, data: { x: 1 } },
    buffers: [new Uint8Array([1, 2])],
  });
  expect(() => comm.send({})).toThrow('the channel to "plot" has been closed');
});

test("messages and the end of a channel reach the listeners of that channel and of no other", () => {
  const heard: unknown[] = [];
  const [one, other] = [openComm("a"), openComm("b")];
  one.onMessage((data, buffers) => heard.push(["one", data, buffers.length]));
  other.onMessage((data) => heard.push(["other", data]));
  one.onClose((data) => heard.push(["closed", data]));
  receiveComm("comm_msg", { comm_id: one.id, data: { y: 2 } }, [new Uint8Array(1)]);
  receiveComm("comm_close", { comm_id: one.id, data: { why: "done" } }, []);
  receiveComm("comm_msg", { comm_id: one.id, data: { y: 3 } }, []);
  expect(heard).toEqual([
    ["one", { y: 2 }, 1],
    ["closed", { why: "done" }],
  ]);
  expect(() => one.send({})).toThrow("has been closed");
});

test("a channel that the front end opens goes to the listener of its target; any other is closed again", () => {
  const opened: [Comm, object][] = [];
  onComm("mine", (comm, data) => opened.push([comm, data]));
  expect(targets).toEqual(["mine"]);
  receiveComm("comm_open", { comm_id: "1", target_name: "mine", data: { a: 1 } }, []);
  receiveComm("comm_open", { comm_id: "2", target_name: "foreign" }, []);
  expect(opened).toMatchObject([[{ id: "1", target: "mine" }, { a: 1 }]]);
  expect(sent).toMatchObject([{ kind: "comm_close", content: { comm_id: "2" } }]);
});

test("a target without a name and a listener that is none are refused", () => {
  expect(() => openComm("x", {}, { buffers: ["b"] as never })).toThrow(
    "buffers must be a list of Uint8Arrays",
  );
  expect(() => openComm("")).toThrow('openComm: target must be a name; got ""');
  expect(() => onComm("x", 5 as never)).toThrow("onComm: listener must be a function; got 5");
});
