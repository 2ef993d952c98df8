"""Lets a test drive a real kernel through jupyter_client: one JSON command a line in, one JSON answer a line out."""

import json
import os
import signal
import sys
import time
from collections import defaultdict, deque
from queue import Empty

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager


def shown(messages):
    """Messages in an error: the beginning and the end of many."""
    text = repr(messages)
    return text if len(text) <= 3000 else f"{text[:1500]} … {len(text) - 3000} characters … {text[-1500:]}"


class Bridge:
    def start(self, cwd, kernel="tslab"):
        began = time.monotonic()
        self.manager = KernelManager(kernel_name=kernel)
        spec = KernelSpecManager().get_kernel_spec(kernel)
        # Our own stdout speaks JSON lines: the kernel must not share it.
        self.manager.start_kernel(cwd=cwd, stdout=sys.stderr.fileno())
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        return {"resource_dir": spec.resource_dir, "seconds": time.monotonic() - began}

    def info(self):
        msg_id = self.client.kernel_info()
        return self.reply(self.client.shell_channel, msg_id, 20)["content"]

    def send(self, code, options=None):
        content = dict(
            code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True
        )
        content.update(options or {})
        message = self.client.session.msg("execute_request", content)
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def collect(self, id, timeout=30, answers=None):
        """All iopub messages of a request until its idle status, and its reply."""
        deadline = time.monotonic() + timeout
        messages, asked = [], []
        began = time.monotonic()
        while True:
            if answers and self.client.stdin_channel.msg_ready():
                request = self.client.stdin_channel.get_msg(timeout=1)
                asked.append(request["content"])
                self.client.input(answers.pop(0))
            try:
                message = self.iopub(id, 0.1)
            except Empty:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"no idle status within {timeout} s; so far: {shown(messages)}")
                continue
            messages.append({"type": message["msg_type"], "content": message["content"]})
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        seconds = time.monotonic() - began
        reply = self.reply(self.client.shell_channel, id, max(1, deadline - time.monotonic()))
        return {"messages": messages, "reply": reply["content"], "asked": asked, "seconds": seconds}

    def run(self, code, options=None, timeout=30, answers=None):
        return self.collect(self.send(code, options), timeout, answers)

    def run_many(self, codes, timeout=30):
        """Sends all cells at once, as "Run all" does, and collects what came of each."""
        return [self.collect(id, timeout) for id in [self.send(code) for code in codes]]

    def await_text(self, text, timeout=20):
        """Waits until a stream of any cell has said `text`; keeps the messages for `collect`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if any(text in m["content"].get("text", "") for kept in self.kept.values() for m in kept):
                return True
            try:
                self.keep(self.client.iopub_channel.get_msg(timeout=0.1))
            except Empty:
                pass
        raise TimeoutError(f"nobody said {text!r}")

    def late(self, id, timeout=2):
        """What came of a request that nobody has collected: all that has come, and that comes in so many seconds."""
        deadline = time.monotonic() + timeout
        found = []
        while time.monotonic() < deadline:
            try:
                message = self.iopub(id, 0.1)
            except Empty:
                continue
            found.append({"type": message["msg_type"], "content": message["content"]})
        return found

    def interrupt(self):
        self.manager.interrupt_kernel()
        return True

    def signal_group(self):
        """SIGINT to all processes of the kernel's group, as a terminal or an older client sends it."""
        os.killpg(os.getpgid(self.manager.provisioner.pid), signal.SIGINT)
        return True

    def pid(self):
        return self.manager.provisioner.process.pid

    def alive(self):
        return self.manager.is_alive()

    def ask(self, type, content):
        message = self.client.session.msg(type, content)
        self.client.shell_channel.send(message)
        reply = self.reply(self.client.shell_channel, message["header"]["msg_id"], 30)
        return {"type": reply["msg_type"], "content": reply["content"]}

    def ask_many(self, asks):
        messages = [self.client.session.msg(ask["type"], ask["content"]) for ask in asks]
        for message in messages:
            self.client.shell_channel.send(message)
        replies = [self.reply(self.client.shell_channel, message["header"]["msg_id"], 30) for message in messages]
        return [reply["msg_type"] for reply in replies]

    def exchange(self, type, content, channel="shell", timeout=20, replied=True):
        """A request's reply, if there has to be one, and all that came on iopub until its idle status, whole messages."""
        sent = self.client.session.msg(type, content)
        getattr(self.client, f"{channel}_channel").send(sent)
        id, deadline = sent["header"]["msg_id"], time.monotonic() + timeout
        broadcast = []
        while not (broadcast and broadcast[-1]["content"].get("execution_state") == "idle"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no idle status within {timeout} s; so far: {shown(broadcast)}")
            try:
                broadcast.append(self.iopub(id, 0.1))
            except Empty:
                pass
        source = getattr(self.client, f"{channel}_channel")
        reply = self.reply(source, id, max(1, deadline - time.monotonic())) if replied else None
        return {"sent": sent["header"], "reply": reply, "broadcast": broadcast}

    def heard(self, id, seconds=0.2):
        """What comes of a request after its idle status; waits until nothing is heard for so long."""
        while True:
            try:
                self.keep(self.client.iopub_channel.get_msg(timeout=seconds))
            except Empty:
                break
        mine = self.kept.pop(id, [])
        return [{"type": message["msg_type"], "content": message["content"]} for message in mine]

    def welcome(self, timeout=10):
        """The first message that a new subscriber hears."""
        with zmq.Context.instance().socket(zmq.SUB) as socket:
            socket.linger = 0
            socket.connect(self.client._make_url("iopub"))
            socket.subscribe(b"")
            if not socket.poll(timeout * 1000):
                raise TimeoutError(f"nothing heard on iopub within {timeout} s")
            # A session of its own, as another client has: ours hears the same message, and refuses what comes twice.
            session = self.client.session.clone()
            _, frames = session.feed_identities(socket.recv_multipart())
            return session.deserialize(frames)

    def shutdown(self, restart=False, timeout=10):
        """Asks the kernel to end: its reply, and whether its process has ended."""
        sent = self.client.session.msg("shutdown_request", {"restart": restart})
        self.client.control_channel.send(sent)
        reply = self.reply(self.client.control_channel, sent["header"]["msg_id"], timeout)
        deadline = time.monotonic() + timeout
        while self.manager.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        return {"reply": reply, "alive": self.manager.is_alive()}

    def heartbeats(self, count):
        """How many of `count` heartbeats come back as they were sent."""
        with zmq.Context.instance().socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(self.client._make_url("hb"))
            heard = 0
            for i in range(count):
                socket.send(str(i).encode())
                if not socket.poll(5000):
                    break
                heard += socket.recv() == str(i).encode()
            return heard

    def sleep(self, seconds):
        time.sleep(seconds)
        return True

    def stop(self):
        began = time.monotonic()
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        return time.monotonic() - began

    def __init__(self):
        # What came on iopub and nobody has asked for yet, by the request that it answers.
        self.kept, self.replies = defaultdict(deque), []

    def keep(self, message):
        self.kept[message["parent_header"].get("msg_id")].append(message)

    def iopub(self, id, timeout):
        """The next message about a request; what comes about others meanwhile is kept."""
        if self.kept.get(id):
            return self.kept[id].popleft()
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.iopub_channel.get_msg(timeout=max(0, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") == id:
                return message
            self.keep(message)

    def reply(self, channel, id, timeout):
        deadline = time.monotonic() + timeout
        while True:
            for message in self.replies:
                if message["parent_header"].get("msg_id") == id:
                    self.replies.remove(message)
                    return message
            self.replies.append(channel.get_msg(timeout=max(0.1, deadline - time.monotonic())))


def main():
    bridge = Bridge()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"value": getattr(bridge, command["do"])(**command.get("with", {}))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()
    if hasattr(bridge, "manager") and bridge.manager.is_alive():
        bridge.manager.shutdown_kernel(now=True)


main()
