"""Sends a kernel what no front end would, and prints, as JSON, whether it answered all that was sent rightly in between."""

import json
import os
import random
import sys
import time
from queue import Empty

import zmq
from jupyter_client.manager import KernelManager

seed, rounds = int(sys.argv[1]), int(sys.argv[2])
dice = random.Random(seed)
manager = KernelManager(kernel_name="tslab")
manager.start_kernel(stdout=sys.stderr.fileno())
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
session = client.session
context = zmq.Context()
DELIMITER = b"<IDS|MSG>"
TYPES = "execute complete inspect is_complete history comm_info kernel_info interrupt debug connect".split()
CHANNELS = ["shell", "control", "stdin", "hb"]


def raw(channel):
    """A socket of its own to a channel, of a kind that may send whatever it likes."""
    socket = context.socket(zmq.DEALER)
    socket.linger = 1000
    socket.connect(client._make_url(channel))
    return socket


sockets = {channel: raw(channel) for channel in CHANNELS}


def junk(most=200):
    return dice.randbytes(dice.randrange(most))


def frames(type="execute_request", content=None, sign=True):
    """A message as it is on the wire: delimiter, signature, header, parent, metadata, content."""
    message = session.msg(type, {"code": "0", "silent": False} if content is None else content)
    parts = [json.dumps(message[part], default=str).encode() for part in ["header", "parent_header", "metadata", "content"]]
    return signed(parts) if sign else [DELIMITER, b"", *parts]


def signed(parts):
    return [DELIMITER, session.sign(parts), *parts]


def random_frames():
    return [junk() for _ in range(dice.randrange(1, 9))]


def mutated():
    """A signed message in which some bytes are others."""
    whole = frames(f"{dice.choice(TYPES)}_request")
    at = dice.randrange(len(whole))
    part = bytearray(whole[at])
    for _ in range(dice.randrange(1, 6)):
        if part:
            part[dice.randrange(len(part))] = dice.randrange(256)
    return [*whole[:at], bytes(part), *whole[at + 1 :]]


def cut():
    whole = frames()
    return whole[: dice.randrange(1, len(whole))]


def badly_signed():
    _, _, *parts = frames(content={"code": "globalThis.broken = true", "silent": False})
    return [DELIMITER, dice.choice([b"", b"0" * 64, junk(100), session.sign(parts)[:-1]]), *parts]


VALUES = [None, 5, -1, 1e308, [], {}, "x", "\ud800", True, [[[]]], "constructor", {"__proto__": {"a": 1}}]


def odd_content():
    """Rightly signed, with contents that no protocol knows."""
    keys = "code cursor_pos silent user_expressions detail_level hist_access_type n session start stop pattern comm_id target_name data".split()
    content = {key: dice.choice(VALUES) for key in dice.sample(keys, dice.randrange(len(keys)))}
    if dice.random() < 0.5:
        content["silent"] = True
    return frames(dice.choice([f"{dice.choice(TYPES)}_request", "comm_open", "comm_msg", "comm_close", "input_reply", "nothing", ""]), content)


def odd_parts():
    """Rightly signed, but parts of it are no objects, or no JSON."""
    parts = [dice.choice([b"{}", b"[]", b"null", b"5", b"", b"{", b"\xff\xfe", junk(50)]) for _ in range(4)]
    return signed(parts)


KINDS = [random_frames, mutated, cut, badly_signed, odd_content, odd_parts]


def listen(id, channel="shell", timeout=30):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            message = getattr(client, f"get_{channel}_msg")(timeout=1)
        except Empty:
            continue
        if message["parent_header"].get("msg_id") == id:
            return message
    raise SystemExit(f"seed {seed}: no reply after {sent} messages; alive: {manager.is_alive()}; last: {last!r}")


def lives():
    """The kernel is the same process, with what it knew, and no unsigned message was obeyed."""
    # A fuzzed cell that fails aborts those that were sent before it, and a fuzzed interrupt is a Stop: they come on
    # connections of their own, and may come late.
    for _ in range(100):
        id = client.execute("kept + (typeof (globalThis as any).broken)")
        reply = listen(id)["content"]
        if reply["status"] == "ok":
            break
        if reply["status"] != "aborted" and reply["ename"] != "Interrupted":
            raise SystemExit(f"seed {seed}: {reply}")
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "execute_result" and message["parent_header"].get("msg_id") == id:
            return message["content"]["data"]["text/plain"]


listen(client.execute("let kept = 'kept ';"))
sent, last = 0, None
answers = []
for _ in range(rounds):
    for _ in range(100):
        last = dice.choice(KINDS)()
        # A rightly signed request to end is no fuzz.
        if any(b"shutdown" in part for part in last):
            continue
        sockets[dice.choice(CHANNELS)].send_multipart(last)
        sent += 1
    answers.append(lives())

# The same signed message again and again: it may be obeyed once.
listen(client.execute("let times = 0;"))
replay = frames(content={"code": "times++", "silent": True, "store_history": False})
for _ in range(20):
    sockets["shell"].send_multipart(replay)
answers.append(lives())
id = client.execute("times")
listen(id)
while True:
    message = client.get_iopub_msg(timeout=30)
    if message["msg_type"] == "execute_result" and message["parent_header"].get("msg_id") == id:
        times = message["content"]["data"]["text/plain"]
        break

# 64 MB: a string in a cell, a rightly signed unknown message, a random frame, a badly signed one.
large = 64 * 2**20
id = client.execute(f"'{'x' * large}'.length")
listen(id, timeout=120)
while True:
    message = client.get_iopub_msg(timeout=60)
    if message["msg_type"] in ("execute_result", "error") and message["parent_header"].get("msg_id") == id:
        length = message["content"].get("data", {}).get("text/plain") or message["content"]["evalue"]
        break
sockets["shell"].send_multipart(frames("comm_msg", {"comm_id": "c", "data": "y" * large}))
sockets["control"].send_multipart([dice.randbytes(large)])
_, _, *parts = frames(content={"code": "z" * large})
sockets["shell"].send_multipart([DELIMITER, b"0" * 64, *parts])
answers.append(lives())
print(json.dumps({"sent": sent, "answers": sorted(set(answers)), "times": times, "length": length, "alive": manager.is_alive()}))
context.destroy(linger=0)
client.stop_channels()
manager.shutdown_kernel(now=True)
