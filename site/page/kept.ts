/** What stands for the browser's memory where it is forbidden or full: it lasts as long as the page. */
const meanwhile = new Map<string, string>();

/** What was kept under a name, in this browser or on this page; undefined if nothing was. */
export function kept(name: string): string | undefined {
  const own = meanwhile.get(name);
  if (own !== undefined) return own;
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    // A browser may forbid every look into its memory; then it has kept nothing.
    return undefined;
  }
}

/** Keeps a text under a name, undefined for none; gives whether it will still be there at the next visit. */
export function keep(name: string, text: string | undefined): boolean {
  meanwhile.delete(name);
  try {
    if (text === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    return true;
  } catch {
    // Forbidden or full: the answer says so.
    if (text !== undefined) meanwhile.set(name, text);
    return false;
  }
}
