/** What readers changed is kept in their browser under this name and the notebook's. */
const PREFIX = "n+2 cells of ";

/** A change of one cell: the text that it was made from, and the new one. */
type Edit = { from: string; to: string };

/** The reader's changes of a notebook, kept for the next visit. */
export class Edits {
  readonly #key: string;
  readonly #edits: Map<string, Edit>;

  constructor(notebook: string) {
    this.#key = PREFIX + notebook;
    this.#edits = new Map(Object.entries(read(this.#key)));
  }

  /** The reader's text of a cell; undefined if it is unchanged, or was changed from another text than `original`. */
  of(id: string, original: string): string | undefined {
    const edit = this.#edits.get(id);
    return edit?.from === original ? edit.to : undefined;
  }

  keep(id: string, original: string, text: string): void {
    if (text === original) this.#edits.delete(id);
    else this.#edits.set(id, { from: original, to: text });
    if (this.#edits.size === 0) localStorage.removeItem(this.#key);
    else localStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#edits)));
  }
}

/** What is kept under a key; what cannot be read counts as nothing. */
function read(key: string): Record<string, Edit> {
  const text = localStorage.getItem(key);
  if (text === null) return {};
  try {
    return JSON.parse(text) as Record<string, Edit>;
  } catch (error) {
    console.warn(`The kept changes under ${key} cannot be read and are left out.`, error);
    return {};
  }
}
