"""Types into jupyter console as a person would, and prints, as JSON, what was seen on the screen."""

import json
import os
import re
import sys
import time

import pexpect

ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>()][0-9A-B]?)|\r")

console = pexpect.spawn(
    sys.argv[1],
    ["--kernel", "tslab"],
    encoding="utf-8",
    dimensions=(40, 200),
    # Nobody here answers where the cursor is.
    env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "PROMPT_TOOLKIT_COLOR_DEPTH": "DEPTH_1_BIT", "TERM": "xterm"},
)
screen = ""
seen = {}


def appears(pattern, seconds=40):
    """Waits until the screen has shown it, and forgets what came before."""
    global screen
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = re.search(pattern, ESCAPE.sub("", screen))
        if found:
            screen = ESCAPE.sub("", screen)[found.end() :]
            return True
        try:
            screen += console.read_nonblocking(10_000, timeout=0.2)
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            return False
    return False


def prompted():
    global cell
    cell += 1
    if not appears(rf"In \[{cell}\]: "):
        sys.exit(f"no prompt came for cell {cell}; the screen: {screen!r}; seen: {seen}")


def echoed(text, seconds=4):
    """Waits until the screen shows what was typed; what is on it stays there for `appears`."""
    global screen
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if text in ESCAPE.sub("", screen):
            return True
        try:
            screen += console.read_nonblocking(10_000, timeout=0.2)
        except pexpect.TIMEOUT:
            pass
    return False


def press(keys):
    """Keys as a person presses them: Return when the line is on the screen; what a busy prompt has lost, once more."""
    for line in keys.split("\r"):
        for _ in range(5):
            console.send(line)
            if echoed(line):
                break
            console.send("\x15")
        time.sleep(0.5)
        console.send("\r")


def type_in(name, keys, expected):
    prompted()
    press(keys)
    seen[name] = appears(expected)


cell = 0
type_in("sum", "6 * 7", r"Out\[\d+\]: 42")
type_in("printed", "console.log('on the ' + 'screen')", "on the screen")
# Return begins a new line where the kernel says that more has to come, and runs the cell where nothing has.
type_in("continued", "function twice(x: number) {\rreturn 2 * x; }", r"\.\.\.: ")
type_in("called", "twice(21 + 21)", r"Out\[\d+\]: 84")
type_in("error", "const wrong: number = 'text'", "TS2322")
type_in("busy", "console.log('busy ' + 'now'); while (true) {}", "busy now")
console.sendintr()
seen["stopped"] = appears("Interrupted")
type_in("after", "'still ' + 'here'", "still here")
prompted()
console.send("\x04")
appears("want to exit")
press("y")
seen["exits"] = console.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=20) == 0
console.close()
print(json.dumps(seen))
