"""Types into jupyter console as a person would, and prints, as JSON, what was seen on the screen."""

import json
import os
import re
import sys
import time

import pexpect

ESCAPE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>()][0-9A-B]?)|\r")

PATIENCE = float(sys.argv[2]) if len(sys.argv) > 2 else 40
console = pexpect.spawn(
    sys.argv[1],
    # Its one second for the question whether a cell is complete is short on a busy machine, and then it never asks again.
    ["--kernel", "tslab", "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=20"],
    encoding="utf-8",
    dimensions=(40, 200),
    # Nobody here answers where the cursor is.
    env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", "PROMPT_TOOLKIT_COLOR_DEPTH": "DEPTH_1_BIT", "TERM": "xterm"},
)
seen = {}


class Screen:
    """What the console has written and nobody has taken note of; of very much, the beginning and the end.

    A history that comes more than a second after the console has asked for it is printed by the console, all of it: it takes
    it for an answer to its next question (ZMQHistoryManager._load_history, handle_is_complete_reply).
    """

    MOST, SHOWN = 100_000, 1500

    def __init__(self):
        self.keep("")

    def keep(self, text):
        self.text, self.begun, self.count = text, text[: self.SHOWN], len(text)

    def read(self):
        """Whether the console can still write; waits a moment for what it does."""
        try:
            more = console.read_nonblocking(10_000, timeout=0.2)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.begun += more[: self.SHOWN - len(self.begun)]
        self.count += len(more)
        self.text += more
        if len(self.text) > self.MOST:
            self.text = self.text[-self.MOST // 2 :]
        return True

    def plain(self):
        return ESCAPE.sub("", self.text)

    def __repr__(self):
        if self.count <= 2 * self.SHOWN:
            return repr(self.text)
        left_out = self.count - 2 * self.SHOWN
        return f"{self.begun!r} … {left_out} characters … {self.text[-self.SHOWN :]!r}"


screen = Screen()


def appears(pattern, seconds=PATIENCE):
    """Waits until the screen has shown it, and forgets what came before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = re.search(pattern, screen.plain())
        if found:
            screen.keep(screen.plain()[found.end() :])
            return True
        if not screen.read():
            return False
    return False


def prompted():
    global cell
    cell += 1
    if not appears(rf"In \[{cell}\]: "):
        sys.exit(f"no prompt came for cell {cell}; the screen: {screen!r}; seen: {seen}")


def echoed(text, seconds=4):
    """Waits until the screen shows what was typed; what is on it stays there for `appears`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if text in screen.plain():
            return True
        if not screen.read():
            return False
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
