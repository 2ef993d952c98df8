import { promiseHooks } from "node:v8";

/** A function that is called later. */
export type Callback = (this: unknown, ...given: unknown[]) => unknown;

/**
 * Remembers what running code belongs to, over promises, and over callbacks that are bound to it. Node's AsyncLocalStorage
 * would do it without our help, but before Node 24 it makes the process abort where a Stop ends code by force.
 */
export class AsyncContext<T extends object> {
  #current: T | undefined;
  /** What the code belonged to that has thrown an error. */
  readonly #thrown = new WeakMap<object, T>();

  /** Begins to follow promises. */
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
  }

  /** What the running code belongs to, if it is known. */
  get current(): T | undefined {
    return this.#current;
  }

  /** What the code belongs to that has rejected a promise or thrown an error, if it is known. */
  of(promiseOrError: unknown): T | undefined {
    if (typeof promiseOrError !== "object" || promiseOrError === null) return undefined;
    return (Mark.of(promiseOrError) as T | undefined) ?? this.#thrown.get(promiseOrError);
  }

  /** Calls `work`, which nothing else is running beside; it and what it begins belong to `value`. */
  run<R>(value: T, work: () => R): R {
    this.#current = value;
    try {
      return work();
    } catch (error) {
      if (typeof error === "object" && error !== null) this.#thrown.set(error, value);
      throw error;
    } finally {
      // Not what it was before: a Stop that ends code by force passes by here, too.
      this.#current = undefined;
    }
  }

  /** A callback that belongs to what the running code belongs to, unless code calls it that belongs to something itself. */
  bind(callback: Callback): Callback {
    const value = this.#current;
    if (value === undefined) return callback;
    const call = (work: () => unknown) => (this.#current === undefined ? this.run(value, work) : work());
    const bound = function (this: unknown, ...given: unknown[]) {
      return call(() => Reflect.apply(callback, this, given));
    };
    return Object.defineProperty(bound, "name", { value: callback.name, configurable: true });
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
