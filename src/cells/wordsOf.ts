/** The words in a text that can be identifiers, also those in its comments and strings. */
export function wordsOf(text: string): Set<string> {
  return new Set(text.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu));
}
