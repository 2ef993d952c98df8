import { keep, kept } from "../page/kept";

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
    this.#edits = read(this.#key);
  }

  /** The reader's text of a cell; undefined if it is unchanged, or was changed from another text than `original`. */
  of(id: string, original: string): string | undefined {
    const edit = this.#edits.get(id);
    return edit?.from === original ? edit.to : undefined;
  }

  /** Keeps a cell's text; gives whether the browser will have it at the next visit. */
  keep(id: string, original: string, text: string): boolean {
    // Another tab may have changed other cells since.
    const edits = read(this.#key);
    if (text === original) edits.delete(id);
    else edits.set(id, { from: original, to: text });
    return keep(this.#key, edits.size === 0 ? undefined : JSON.stringify(Object.fromEntries(edits)));
  }
}

/** What is kept under a key; what cannot be read counts as nothing. */
function read(key: string): Map<string, Edit> {
  const text = kept(key);
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, Edit>));
  } catch (error) {
    console.warn(`The kept changes under ${key} cannot be read and are left out.`, error);
    return new Map();
  }
}
