/** The most characters and lines that a cell may print before the rest is left out. */
const mostCharacters = 1_000_000;
const mostLines = 100_000;
/** So many characters of the end are kept and shown after all. */
const tailCharacters = 2000;

/** How much of a cell's printed text is shown: its beginning and its end; what lies between is counted. */
export class OutputLimit {
  #characters = 0;
  #lines = 0;
  #tail = "";
  #leftOut = { characters: 0, lines: 0 };

  /** What is not shown; without the end, once that has been taken. */
  get leftOut(): { readonly characters: number; readonly lines: number } {
    return this.#leftOut;
  }

  /** The part of a printed text that is within the limit. */
  take(text: string): string {
    if (this.#leftOut.characters === 0 && this.#characters + text.length <= mostCharacters) {
      const lines = linesIn(text);
      if (this.#lines + lines <= mostLines) {
        this.#characters += text.length;
        this.#lines += lines;
        return text;
      }
    }
    const shown = this.#leftOut.characters > 0 ? "" : this.#beginningOf(text);
    this.#leaveOut(text.slice(shown.length));
    return shown;
  }

  /** The end of what was left out, in whole lines if it has several; it counts as shown from now on. */
  takeTail(): string {
    const line = this.#tail.indexOf("\n") + 1;
    const isCut = this.#tail.length < this.#leftOut.characters && line < this.#tail.length;
    const tail = isCut ? this.#tail.slice(line) : this.#tail;
    this.#tail = "";
    return tail;
  }

  #beginningOf(text: string): string {
    let end = Math.min(text.length, mostCharacters - this.#characters);
    let left = mostLines - this.#lines;
    for (let at = -1; left > 0; left--) {
      at = text.indexOf("\n", at + 1);
      if (at < 0 || at >= end) break;
      if (left === 1) end = at + 1;
    }
    if (this.#lines >= mostLines) end = 0;
    // A character outside the basic plane is not cut in two.
    if (/[\ud800-\udbff]/.test(text[end - 1] ?? "")) end--;
    const shown = text.slice(0, end);
    this.#characters += shown.length;
    this.#lines += linesIn(shown);
    return shown;
  }

  #leaveOut(text: string): void {
    this.#leftOut = {
      characters: this.#leftOut.characters + text.length,
      lines: this.#leftOut.lines + linesIn(text),
    };
    this.#tail = (this.#tail + text.slice(-tailCharacters)).slice(-tailCharacters);
  }
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
