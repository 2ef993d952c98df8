type Cell = { id: string; cell_type: string; source: string | string[] };

/** The file of a notebook with the reader's text in its cells, without outputs; `texts` has a text for each cell's id. */
export async function editedNotebook(name: string, texts: ReadonlyMap<string, string>): Promise<string> {
  const answer = await fetch(`${name}.ipynb`);
  if (!answer.ok) throw new Error(`${name}.ipynb could not be loaded (${answer.status}).`);
  const notebook = (await answer.json()) as { cells: Cell[] };
  for (const cell of notebook.cells)
    if (cell.cell_type === "code") {
      const text = texts.get(cell.id);
      if (text !== undefined) cell.source = text.split(/(?<=\n)/);
    }
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
