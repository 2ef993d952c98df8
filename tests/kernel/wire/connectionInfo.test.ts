import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { addressOf, readConnectionInfo } from "../../../src/kernel/wire/connectionInfo";

const folder = mkdtempSync(join(tmpdir(), "connection-"));
afterAll(() => rmSync(folder, { recursive: true }));

const right = {
  transport: "tcp",
  ip: "127.0.0.1",
  key: "k",
  signature_scheme: "hmac-sha256",
  shell_port: 1,
  control_port: 2,
  stdin_port: 3,
  iopub_port: 4,
  hb_port: 5,
};

function read(change: object): ReturnType<typeof readConnectionInfo> {
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify({ ...right, ...change }));
  return readConnectionInfo(file);
}

test("the sockets are bound to the address that the file names, and to no other", () => {
  const info = read({});
  expect(addressOf(info, "shell")).toBe("tcp://127.0.0.1:1");
  expect(addressOf(info, "hb")).toBe("tcp://127.0.0.1:5");
  expect(addressOf(read({ transport: "ipc", ip: "/run/k" }), "iopub")).toBe("ipc:///run/k-4");
});

test("the hash is the one of the signature scheme", () => {
  expect(read({}).hash).toBe("sha256");
  expect(read({ signature_scheme: "hmac-sha512" }).hash).toBe("sha512");
});

test.each([
  [{ ip: undefined }, "ip must be a text; got undefined"],
  [{ shell_port: "1" }, 'shell_port must be a port number; got "1"'],
  [{ transport: "udp" }, 'transport must be "tcp" or "ipc"; got "udp"'],
  [{ signature_scheme: "none" }, 'signature_scheme must be a name such as "hmac-sha256"; got "none"'],
  [{ key: 5 }, "key must be a text; got 5"],
])("a file with %j is refused, and the entry named", (change, message) => {
  expect(() => read(change)).toThrow(message);
});
