"""Drives one kernel at a time for the benchmark: one JSON command a line in, one JSON answer a line out.

The sockets are the same for every kernel and reconnect within milliseconds, so that a kernel is heard as soon as it listens.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time

import psutil
import zmq
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session

CHANNELS = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB}


class Silent(Exception):
    """The kernel has not answered in time."""


class Kernel:
    def __init__(self, argv, cwd, env):
        self.folder = tempfile.TemporaryDirectory()
        file, ports = write_connection_file(
            os.path.join(self.folder.name, "connection.json"), key=secrets.token_hex(32).encode()
        )
        self.session = Session(key=ports["key"].encode())
        self.url = {name: f"tcp://127.0.0.1:{ports[name + '_port']}" for name in [*CHANNELS, "hb"]}
        self.context = zmq.Context()
        self.replies = {}
        self.log = tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [part.replace("{connection_file}", file) for part in argv],
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.sockets = {name: self.connect(kind, self.url[name]) for name, kind in CHANNELS.items()}
        self.sockets["iopub"].subscribe(b"")

    def connect(self, kind, url):
        socket = self.context.socket(kind)
        socket.linger = 0
        socket.reconnect_ivl = 2
        socket.connect(url)
        return socket

    def send(self, type, content, channel="shell"):
        message = self.session.msg(type, content)
        self.session.send(self.sockets[channel], message)
        return message["header"]["msg_id"]

    def next(self, names, deadline):
        """The next message on one of the channels, and which it was."""
        poller = zmq.Poller()
        for name in names:
            poller.register(self.sockets[name], zmq.POLLIN)
        ready = dict(poller.poll(max(0, (deadline - time.monotonic()) * 1000)))
        for name in names:
            if self.sockets[name] in ready:
                _, frames = self.session.feed_identities(self.sockets[name].recv_multipart())
                return name, self.session.deserialize(frames)
        raise Silent

    def reply(self, id, deadline, channel="shell"):
        """The content of a request's reply; replies to others are kept, as they come in any order."""
        while id not in self.replies:
            _, message = self.next([channel], deadline)
            self.replies[message["parent_header"].get("msg_id")] = message["content"]
        return self.replies.pop(id)

    def run(self, code, timeout):
        """Seconds until a cell's reply and idle status are there, what it showed, and its status."""
        began = time.monotonic()
        id = self.send("execute_request", {"code": code, **EXECUTE})
        shown, status, idle = [], None, False
        while not (status and idle):
            channel, message = self.next(["shell", "iopub"], began + timeout)
            if message["parent_header"].get("msg_id") != id:
                continue
            content = message["content"]
            if channel == "shell":
                status = content["status"]
            elif message["msg_type"] == "execute_result":
                shown.append(content["data"].get("text/plain", ""))
            elif message["msg_type"] == "status":
                idle = content["execution_state"] == "idle"
        return {"seconds": time.monotonic() - began, "status": status, "shown": "".join(shown)}

    def complete(self, code, timeout):
        began = time.monotonic()
        id = self.send("complete_request", {"code": code, "cursor_pos": len(code)})
        matches = self.reply(id, began + timeout).get("matches", [])
        return {"seconds": time.monotonic() - began, "matches": len(matches)}

    def heartbeat(self, timeout):
        socket = self.connect(zmq.REQ, self.url["hb"])
        try:
            began = time.monotonic()
            socket.send(b"ping")
            if not socket.poll(timeout * 1000):
                raise Silent
            socket.recv()
            return time.monotonic() - began
        finally:
            socket.close()

    def processes(self):
        whole = psutil.Process(self.process.pid)
        return [whole, *whole.children(recursive=True)]

    def end(self):
        for process in self.processes() if self.process.poll() is None else []:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass
        self.process.wait()
        self.context.destroy(linger=0)
        self.log.close()
        self.folder.cleanup()


EXECUTE = {
    "silent": False,
    "store_history": True,
    "user_expressions": {},
    "allow_stdin": False,
    "stop_on_error": True,
}


class Driver:
    kernel = None

    def start(self, argv, cwd, env, timeout=120):
        """Seconds from the start of the process until the kernel has introduced itself."""
        self.kernel = Kernel(argv, cwd, env)
        id = self.kernel.send("kernel_info_request", {})
        info = self.kernel.reply(id, time.monotonic() + timeout)
        return {"seconds": time.monotonic() - self.kernel.began, "implementation": info["implementation_version"]}

    def first(self, code, timeout=120):
        """A cell whose seconds count from the start of the process."""
        ran = self.kernel.run(code, timeout)
        return {**ran, "seconds": time.monotonic() - self.kernel.began}

    def cells(self, code, count, since=0, timeout=30):
        """Cells made from `code`, in which @ stands for their number; ends early where one is not answered."""
        ran = []
        for number in range(since, since + count):
            try:
                ran.append(self.kernel.run(code.replace("@", str(number)), timeout))
            except Silent:
                return {"silent": number, "ran": ran}
        return {"silent": None, "ran": ran}

    def complete(self, code, count, timeout=20):
        return [self.kernel.complete(code, timeout) for _ in range(count)]

    def awaiting(self, cell, code, count, wait=0.5, timeout=20):
        """The slowest completion while a cell awaits: one that comes after the cell has ended is as slow as the cell."""
        id = self.kernel.send("execute_request", {"code": cell, **EXECUTE})
        time.sleep(wait)
        slowest = max(self.kernel.complete(code, timeout)["seconds"] for _ in range(count))
        self.kernel.reply(id, time.monotonic() + timeout)
        return slowest

    def looping(self, cell, code, timeout, count):
        """Heartbeat, kernel_info and completion within a cell that never ends: the slowest of each, None if there was no answer."""
        self.kernel.send("execute_request", {"code": cell, **EXECUTE})
        time.sleep(1)

        def worst(ask):
            slowest = 0
            for _ in range(count):
                try:
                    slowest = max(slowest, ask())
                except Silent:
                    return None
                time.sleep(0.1)
            return slowest

        def info():
            began = time.monotonic()
            self.kernel.reply(self.kernel.send("kernel_info_request", {}), began + timeout)
            return time.monotonic() - began

        return {
            "heartbeat": worst(lambda: self.kernel.heartbeat(timeout)),
            "info": worst(info),
            "complete": worst(lambda: self.kernel.complete(code, timeout)["seconds"]),
        }

    def memory(self, apart):
        """Bytes of the process and all below it, shared pages counted once where the system tells; without those named `apart`."""
        told = []
        for process in self.kernel.processes():
            command = " ".join(process.cmdline())
            full = process.memory_full_info()
            told.append(
                {
                    "command": os.path.basename((process.cmdline() or [""])[0]),
                    "apart": apart is not None and apart in command,
                    "bytes": getattr(full, "pss", 0) or full.rss,
                    "rss": full.rss,
                }
            )
        counted = [row for row in told if not row["apart"]]
        return {
            "bytes": sum(row["bytes"] for row in counted),
            "rss": sum(row["rss"] for row in counted),
            "processes": told,
        }

    def stop(self):
        if self.kernel:
            self.kernel.end()
            self.kernel = None

    def versions(self):
        from importlib.metadata import version

        return {
            "python": sys.version.split()[0],
            "ipykernel": version("ipykernel"),
            "jupyter_client": version("jupyter_client"),
        }


def main():
    driver = Driver()
    try:
        for line in sys.stdin:
            command = json.loads(line)
            name = command.pop("operation")
            try:
                answer = {"value": getattr(driver, name)(**command)}
            except Silent:
                answer = {"silent": True}
            print(json.dumps(answer), flush=True)
    finally:
        driver.stop()


main()
