"""Runs notebooks under the kernel that the environment names tslab, and prints a JSON line of each: what failed, if anything."""

import json
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def failure(path, timeout):
    """What the first failing cell said, or None."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="tslab",
        timeout=timeout,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        begun = [i for i, cell in enumerate(notebook.cells) if "execution" in cell.metadata]
        said = "".join(out.get("text", "") for out in notebook.cells[begun[-1]].outputs) if begun else ""
        return {"cell": begun[-1] if begun else None, "error": f"{said[-1500:]}{type(error).__name__}: {str(error)[-300:]}"}
    return None


for name in sys.argv[2:]:
    began = time.monotonic()
    failed = failure(Path(name), int(sys.argv[1]))
    print(json.dumps({"name": name, "seconds": round(time.monotonic() - began, 1), "failed": failed}), flush=True)
