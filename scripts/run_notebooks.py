"""Runs the notebooks and the solutions to their exercises, each from a clean kernel, and writes the outputs back.

A notebook fails by an error, by anything on stderr, beyond its time budget, and beyond 2 MB. Where a new output agrees
with the committed one, after rounding and apart from times, the committed one stays: a second run on the same machine
changes nothing.

Each answer in a solution must be right. The same check must refuse the wrong answers that the metadata of its cell
name, and silly ones, without telling the right answer.
"""

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = "tslab"
LARGEST = 2_000_000  # bytes of one notebook file
ALL_BUDGET = 420  # seconds for all notebooks and solutions together


def budget(path):
    """Seconds that a notebook may take on 2 cores: more for those that train networks."""
    long = {"08": 90, "09": 90, "10": 90, "11": 90, "13": 60}
    return long.get(path.name[:2], 30) if path.parent == FOLDER else 30


DURATION = re.compile(r"\b\d+(?:[.,]\d+)?\s?(?:ns|µs|us|ms|s|sec|seconds|min|minutes|h)\b")
NUMBER = re.compile(r"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+")


def rounded(text):
    masked = DURATION.sub("<time>", text)
    return NUMBER.sub(lambda match: f"{float(match.group()):.4g}", masked)


def canonical(value):
    """What two runs of the same cell share: numbers to 4 digits, no times, and no picture if its figure is there."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, str):
        return rounded(value)
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        has_figure = "application/vnd.plotly.v1+json" in value
        return {k: canonical(v) for k, v in sorted(value.items()) if not (has_figure and k == "image/png")}
    return value


def agree(old, new):
    return json.dumps(canonical(old), sort_keys=True) == json.dumps(canonical(new), sort_keys=True)


CHECK = re.compile(r"^(?:await )?check\((\w+), \{$.*", re.MULTILINE | re.DOTALL)
SILLY = ['"banana"', "1.5", "-1", "NaN", "1e9", "true", "[]", "[NaN]", "{}", "() => { throw new Error('silly'); }"]


def probe(cell):
    """A cell that gives an exercise's check wrong and silly answers; it shows the right answer and the verdicts."""
    judged = CHECK.search(cell.source)
    name, call = judged.group(1), judged.group().removeprefix("await ").rstrip(";\n")
    answers = [*cell.metadata.get("wrong", []), *SILLY]
    return nbformat.v4.new_code_cell(
        f"""const plain = (x: any) => typeof x === "number" || Array.isArray(x) ? JSON.stringify(x) : "";
const verdicts: string[] = [plain({name})];
for (const {name} of [{", ".join(f"({answer})" for answer in answers)}] as any[])
  verdicts.push(String(await {call}));
JSON.stringify(verdicts)"""
    )


def shown(cell):
    """The plain text of a cell's last output."""
    return cell.outputs[-1].get("data", {}).get("text/plain", "") if cell.outputs else ""


def judge(cell, probed):
    """Raises RuntimeError unless the solution is right and every other answer is refused without telling the solution."""
    if not shown(cell).startswith("✓ Right"):
        raise RuntimeError(f"Cell {cell.id}: the solution is not right; got {shown(cell)!r}.")
    right, *verdicts = json.loads(shown(probed))
    wrong = cell.metadata.get("wrong", [])
    if not wrong:
        raise RuntimeError(f"Cell {cell.id}: its metadata name no wrong answer to try.")
    for answer, verdict in zip([*wrong, *SILLY], verdicts, strict=True):
        if not verdict.startswith("✗ Not yet:") and not (answer in SILLY and verdict.startswith("Your turn:")):
            raise RuntimeError(f"Cell {cell.id}: the answer {answer} must be refused; got {verdict!r}.")
        told = re.split(r"[^\w.\[\],+-]+", verdict.replace(", ", ","))
        if right and right in [word.rstrip(".,") for word in told]:
            raise RuntimeError(f"Cell {cell.id}: the answer {answer} must not be told the right one; got {verdict!r}.")


def execute(path):
    """Returns the executed notebook and its seconds; raises RuntimeError with the cell and what it printed."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    solved = [cell for cell in notebook.cells if path.parent != FOLDER and CHECK.search(cell.source)]
    probes = [probe(cell) for cell in solved]
    notebook.cells.extend(probes)
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL,
        timeout=budget(path),
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    start = time.monotonic()
    try:
        client.execute()
    except CellExecutionError as error:
        raise RuntimeError(f"A cell failed.\n{error}") from None
    except CellTimeoutError:
        raise RuntimeError(f"A cell took longer than the notebook's {budget(path)} s.") from None
    except DeadKernelError as error:
        raise RuntimeError(f"The kernel died: {error}.") from None
    seconds = time.monotonic() - start
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise RuntimeError(f"Cell {index + 1}: {output.ename}: {output.evalue}")
            if output.output_type == "stream" and output.name == "stderr":
                raise RuntimeError(f"Cell {index + 1} wrote to stderr:\n{output.text}")
    for cell, probed in zip(solved, probes, strict=True):
        judge(cell, probed)
    del notebook.cells[len(notebook.cells) - len(probes) :]
    if seconds > budget(path):
        raise RuntimeError(f"The notebook must take at most {budget(path)} s; got {seconds:.0f} s.")
    return notebook, seconds


def merge(path, notebook):
    """Puts back the committed outputs that agree with the new ones; returns how many cells really changed."""
    committed = {cell.get("id"): cell for cell in nbformat.read(path, as_version=4).cells}
    changed = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        old = committed.get(cell.get("id"))
        if old is not None and old.get("outputs") and agree(old.outputs, cell.outputs):
            cell.outputs = old.outputs
        elif old is None or old.get("outputs") != cell.outputs:
            changed += 1
    notebook.metadata.kernelspec = {"display_name": "TypeScript", "language": "typescript", "name": KERNEL}
    return changed


def write(path, notebook):
    """Writes the file whole or not at all, and only if its text changes."""
    text = nbformat.writes(notebook) + "\n"
    if len(text.encode()) > LARGEST:
        raise RuntimeError(f"The file must have at most {LARGEST / 1e6:.0f} MB with its outputs; got {len(text.encode()) / 1e6:.1f} MB.")
    if path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_suffix(f".{os.getpid()}.part")
    with open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="run, but write nothing")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="only what begins so: a file's name, or its path, such as solutions/01; "
        "a NAME that ends with .ipynb means this one file",
    )
    options = parser.parse_args()
    spec = os.path.realpath(KernelSpecManager().get_kernel_spec(KERNEL).resource_dir)
    if not spec.startswith(os.path.realpath(sys.prefix)):
        sys.exit(f"The kernel found under the name {KERNEL} is {spec}, not this project's; run npm start first.")
    paths = [*sorted(FOLDER.glob("*.ipynb")), *sorted(FOLDER.glob("solutions/*.ipynb"))]

    def meant(path, name):
        whole = path.relative_to(FOLDER).as_posix()
        return whole == name if name.endswith(".ipynb") else whole.startswith(name) or path.name.startswith(name)

    if options.names:
        paths = [path for path in paths if any(meant(path, name) for name in options.names)]
    if not paths:
        sys.exit(f"No notebook of {FOLDER} begins with {' or '.join(options.names)}.")
    failed, total = 0, 0.0
    for path in paths:
        try:
            notebook, seconds = execute(path)
            total += seconds
            changed = merge(path, notebook)
            if not options.check:
                write(path, notebook)
            print(f"✓ {path.relative_to(FOLDER).as_posix()}: {seconds:.1f} s of {budget(path)} s, {changed} cells with new outputs", flush=True)
        except RuntimeError as error:
            failed += 1
            print(f"✗ {path.relative_to(FOLDER).as_posix()}: {error}", flush=True)
    if total > ALL_BUDGET:
        failed += 1
        print(f"✗ all notebooks together took {total:.0f} s; their budget is {ALL_BUDGET} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
