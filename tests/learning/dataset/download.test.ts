import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { kmnist } from "../../../src/learning";
import { download } from "../../../src/learning/dataset/download";

let folder: string;
let server: http.Server;
let asked: string[];
const files: Record<string, Buffer> = { "one.gz": Buffer.from("first"), "two.gz": Buffer.alloc(300_000, 7) };

beforeEach(async () => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "download-")), "new");
  asked = [];
  server = http.createServer((request, response) => {
    const name = path.basename(request.url ?? "");
    asked.push(name);
    if (files[name]) response.end(files[name]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.close();
  fs.rmSync(path.dirname(folder), { recursive: true });
});
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`;
const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");
const request = () => ({
  name: "Things",
  from: address(),
  folder,
  md5: Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, md5(bytes)])),
  hint: "Ask a librarian.",
});

it("missing files are fetched whole, and those that are there are not asked for again", async () => {
  await download(request());
  for (const [name, bytes] of Object.entries(files))
    expect(fs.readFileSync(path.join(folder, name)).equals(bytes)).toBe(true);
  fs.rmSync(path.join(folder, "one.gz"));
  asked = [];
  await download(request());
  expect(asked).toEqual(["one.gz"]);
  expect(fs.readdirSync(folder).sort()).toEqual(["one.gz", "two.gz"]);
});

it("another file under the name is refused and not kept", async () => {
  const wrong = { ...request(), md5: { "one.gz": md5(Buffer.from("other")) } };
  await expect(download(wrong)).rejects.toThrow(
    /Things: .*one\.gz is not the published file .*Ask a librarian/,
  );
  expect(fs.existsSync(folder)).toBe(false);
});

it("what is not there or does not answer is said with its reason and what to do", async () => {
  const absent = { ...request(), md5: { "none.gz": "0" } };
  await expect(download(absent)).rejects.toThrow(
    /none\.gz could not be fetched \(status 404\)\. Ask a librarian/,
  );
  const closed = request();
  await new Promise((resolve) => server.close(resolve));
  await expect(download(closed)).rejects.toThrow(/could not be fetched \(ECONNREFUSED\)/);
});

it("KMNIST asks its site for the four files by their names", async () => {
  await expect(kmnist({ folder, download: address() })).rejects.toThrow(
    /KMNIST: .*train-images-idx3-ubyte\.gz could not be fetched \(status 404\)\. .*download train-images/,
  );
  expect(asked).toEqual(["train-images-idx3-ubyte.gz"]);
});
