"""Runs a notebook of many cells under nbclient and prints, as JSON, what each of its cells showed."""

import json
import sys

import nbformat.v4 as v4
from nbclient import NotebookClient

count = int(sys.argv[1])
cells = [v4.new_code_cell(f"console.log('print {i}'); {i}") for i in range(count)]
notebook = v4.new_notebook(cells=cells)
NotebookClient(notebook, kernel_name="tslab", timeout=30).execute()
print(json.dumps([[out.get("text") or out["data"]["text/plain"] for out in cell.outputs] for cell in cells]))
