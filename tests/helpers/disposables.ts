import { afterEach } from "vitest";

type Disposable = { dispose(): unknown };

/** A list whose items are disposed of after each test, and a function that puts one there and gives it back. */
export function disposedAfterEach() {
  const disposables: Disposable[] = [];
  afterEach(() => {
    for (const item of disposables.splice(0)) item.dispose();
  });
  const own = <T extends Disposable>(item: T): T => {
    disposables.push(item);
    return item;
  };
  return { disposables, own };
}
