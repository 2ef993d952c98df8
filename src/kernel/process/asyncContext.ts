import process from "node:process";
import { promisify } from "node:util";
import { promiseHooks } from "node:v8";

/**
 * Remembers what running code belongs to, over promises and timers. Node's AsyncLocalStorage would do it more widely, but
 * before Node 24 it makes the process abort where a Stop ends code by force. Other callbacks (of files, sockets, events)
 * belong to nothing.
 */
export class AsyncContext<T extends object> {
  #current: T | undefined;

  /** Begins to follow promises, and the timers of the global object. */
  constructor() {
    promiseHooks.createHook({
      init: (promise) => {
        if (this.#current !== undefined) new Mark(promise, this.#current);
      },
      before: (promise) => {
        this.#current = Mark.of(promise) as T | undefined;
      },
      after: () => {
        this.#current = undefined;
      },
    });
    for (const name of ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"] as const)
      this.#follow(globalThis, name);
    this.#follow(process, "nextTick");
  }

  /** What the running code belongs to, if it is known. */
  get current(): T | undefined {
    return this.#current;
  }

  /** Calls `work`; it and what it begins belong to `value`. */
  run<R>(value: T, work: () => R): R {
    const before = this.#current;
    this.#current = value;
    try {
      return work();
    } finally {
      this.#current = before;
    }
  }

  #follow<Name extends string>(holder: { [name in Name]: unknown }, name: Name): void {
    const original = holder[name] as (callback: unknown, ...rest: unknown[]) => unknown;
    const following = (callback: unknown, ...rest: unknown[]) => {
      const value = this.#current;
      if (value === undefined || typeof callback !== "function")
        return original.call(holder, callback, ...rest);
      const called = (...given: unknown[]) =>
        this.run(value, () => (callback as typeof original)(...(given as [unknown])));
      return original.call(holder, called, ...rest);
    };
    Object.defineProperty(following, "name", { value: name });
    const custom = (original as { [promisify.custom]?: unknown })[promisify.custom];
    if (custom !== undefined) Object.defineProperty(following, promisify.custom, { value: custom });
    holder[name] = following;
  }
}

class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so that Mark's private field lands on the object.
    return object;
  }
}

/** A mark on an object that nobody else can see, not even by inspecting it. */
class Mark extends Given {
  readonly #value: object;

  constructor(object: object, value: object) {
    super(object);
    this.#value = value;
  }

  static of(object: object): object | undefined {
    return #value in object ? object.#value : undefined;
  }
}
