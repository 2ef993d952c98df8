import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A browser that is not Chromium, driven by the little that Firefox and WebKit both understand. */
export type OtherBrowser = {
  open(url: string): Promise<void>;
  /** The value of the script's `return`, as JSON has it. */
  run(script: string): Promise<unknown>;
  /** A picture of the window, as PNG. */
  picture(): Promise<Buffer>;
  end(): Promise<void>;
};

type Send = (command: { name: string; path: string; parameters: object }) => Promise<unknown>;

const STARTING = 60_000;

const onPath = (...names: string[]) =>
  names
    .flatMap((name) =>
      (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, name)),
    )
    .find((file) => fs.existsSync(file));

/** The browsers that are installed here: each with a way to start it, or with what to install for it. */
export const OTHER_BROWSERS: readonly {
  name: string;
  start?: () => Promise<OtherBrowser>;
  missing: string;
}[] = [firefox(), webkit()];

function firefox() {
  const program = onPath("firefox-esr", "firefox");
  return {
    name: "Firefox",
    missing: "apt-get install firefox-esr",
    start: program ? () => startFirefox(program) : undefined,
  };
}

function webkit() {
  const [driver, screen] = [onPath("WebKitWebDriver"), onPath("Xvfb")];
  return {
    name: "WebKitGTK",
    missing: "apt-get install webkit2gtk-driver xvfb",
    start: driver && screen ? () => startWebKit(driver, screen) : undefined,
  };
}

/** Firefox speaks Marionette: JSON behind its length, on a port that it writes into its profile. */
async function startFirefox(program: string): Promise<OtherBrowser> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "intrinsic-params-firefox-"));
  fs.writeFileSync(path.join(profile, "user.js"), 'user_pref("marionette.port", 0);\n');
  const child = spawn(program, ["--headless", "--marionette", "--no-remote", "--profile", profile], {
    stdio: "ignore",
  });
  const portFile = path.join(profile, "MarionetteActivePort");
  await until(child, () => fs.existsSync(portFile) && fs.readFileSync(portFile, "utf8") !== "");
  const socket = net.connect(Number(fs.readFileSync(portFile, "utf8")), "127.0.0.1");
  const heard = new Map<number, (answer: [unknown, unknown]) => void>();
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const colon = rest.indexOf(":");
      const end = colon + 1 + Number(rest.subarray(0, Math.max(0, colon)).toString());
      if (colon < 0 || rest.length < end) return;
      const message = JSON.parse(rest.subarray(colon + 1, end).toString()) as unknown;
      rest = rest.subarray(end);
      if (Array.isArray(message)) heard.get(message[1])?.([message[2], message[3]]);
    }
  });
  let last = 0;
  const send: Send = ({ name, parameters }) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      heard.set(id, ([error, value]) => {
        if (error) reject(new Error(JSON.stringify(error)));
        else resolve((value as { value?: unknown } | null)?.value);
      });
      const text = JSON.stringify([0, id, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  await send({ name: "WebDriver:NewSession", path: "", parameters: {} });
  return driven(send, async () => {
    socket.destroy();
    await ended(child);
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });
}

/** WebKit has a driver that speaks WebDriver, and needs a screen, here one in memory. */
async function startWebKit(driver: string, screen: string): Promise<OtherBrowser> {
  const display = spawn(screen, ["-displayfd", "3", "-screen", "0", "1280x1000x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const number = await new Promise<string>((resolve, reject) => {
    display.stdio[3]?.once("data", (text: Buffer) => resolve(text.toString().trim()));
    display.once("exit", () => reject(new Error("Xvfb ended before it had a screen.")));
  });
  const port = await freePort();
  const child = spawn(driver, [`--port=${port}`], {
    stdio: "ignore",
    env: { ...process.env, DISPLAY: `:${number}` },
  });
  const ask = async (method: string, at: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${at}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(JSON.stringify(value));
    return value;
  };
  await until(child, () => ask("GET", "/status").then(Boolean, () => false));
  // Beside the libraries of each architecture.
  const folders = fs
    .readdirSync("/usr/lib")
    .flatMap((each) =>
      ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"].map((kind) =>
        path.join("/usr/lib", each, kind, "MiniBrowser"),
      ),
    );
  const binary = folders.find((file) => fs.existsSync(file));
  if (!binary) throw new Error("WebKit's driver is here, and its MiniBrowser is not.");
  const options = { binary, args: ["--automation"] };
  const { sessionId } = (await ask("POST", "/session", {
    capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } },
  })) as { sessionId: string };
  const send: Send = ({ path: at, parameters }) =>
    at === "/screenshot"
      ? ask("GET", `/session/${sessionId}${at}`)
      : ask("POST", `/session/${sessionId}${at}`, parameters);
  return driven(send, async () => {
    await ask("DELETE", `/session/${sessionId}`);
    await ended(child);
    await ended(display);
  });
}

function driven(send: Send, end: () => Promise<void>): OtherBrowser {
  return {
    open: async (url) => void (await send({ name: "WebDriver:Navigate", path: "/url", parameters: { url } })),
    run: (script) =>
      send({ name: "WebDriver:ExecuteScript", path: "/execute/sync", parameters: { script, args: [] } }),
    picture: async () =>
      Buffer.from(
        (await send({
          name: "WebDriver:TakeScreenshot",
          path: "/screenshot",
          parameters: { full: false },
        })) as string,
        "base64",
      ),
    end,
  };
}

async function until(child: ChildProcess, ready: () => boolean | Promise<boolean>): Promise<void> {
  const last = Date.now() + STARTING;
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended at once: ${child.exitCode}.`);
    if (Date.now() > last) throw new Error(`${child.spawnfile} did not come within ${STARTING / 1000} s.`);
    await delay(100);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await gone;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
