/** How a name was declared. */
export type NameKind = "const" | "let" | "var" | "function" | "class" | "import";

/**
 * The place of one name. Once the name is initialised, `v` is a plain property, as quick as a local variable; until
 * then reading and writing it throws, as JavaScript does.
 */
export abstract class Box {
  readonly #name: string;
  readonly #reached: (name: string) => void;
  /** Whether the value is read anew each time. */
  #isLive = false;

  /** `reached` is called when a declaration of the name has been reached. */
  constructor(name: string, reached: (name: string) => void) {
    this.#name = name;
    this.#reached = reached;
  }

  get v(): unknown {
    throw this.#tooEarly();
  }

  set v(_: unknown) {
    throw this.#tooEarly();
  }

  /** The same value, for code that writes to a constant: it may read, and writing throws. */
  get const(): unknown {
    return this.v;
  }

  set const(_: unknown) {
    if (!Object.hasOwn(this, "v")) throw this.#tooEarly();
    throw new TypeError("Assignment to constant variable.");
  }

  /** The declaration's value. */
  set init(value: unknown) {
    if (!this.#isLive && Object.hasOwn(this, "v")) this.v = value;
    else this.#begin(value);
    this.reach();
  }

  /** The declaration's value is what `read` gives, whenever it is asked for: of an import that its module may change. */
  follow(read: () => unknown): void {
    Object.defineProperty(this, "v", { get: read, enumerable: true, configurable: true });
    this.#isLive = true;
    this.reach();
  }

  /** A `var` is undefined from the cell's beginning, or what it was. */
  hoist(): void {
    if (this.#isLive) this.#begin(this.v);
    else if (!Object.hasOwn(this, "v")) this.#begin(undefined);
  }

  #begin(value: unknown): void {
    this.#isLive = false;
    Object.defineProperty(this, "v", { value, writable: true, enumerable: true, configurable: true });
  }

  /** Notes that the running cell has reached the declaration. */
  reach(): void {
    this.#reached(this.#name);
  }

  #tooEarly(): Error {
    return new ReferenceError(`Cannot access '${this.#name}' before initialization`);
  }
}

/** The one scope of a notebook's cells: a box for each name, for ever the same. */
export class NotebookScope {
  /** The names that the running cell has initialised. */
  reached = new Set<string>();
  readonly #boxes = new Map<string, Box>();
  readonly #kinds = new Map<string, NameKind>();
  #declared: ReadonlyMap<string, NameKind> = new Map();

  /** The names that cells have initialised, and how they were declared. */
  get kinds(): ReadonlyMap<string, NameKind> {
    return this.#kinds;
  }

  box(name: string): Box {
    const known = this.#boxes.get(name);
    if (known) return known;
    // A class of its own for each name: V8 then knows one type of `v` for each, and numbers need no allocation.
    const made = new (class extends Box {})(name, (reached) => this.#reach(reached));
    this.#boxes.set(name, made);
    return made;
  }

  /** Tells what the next cell declares; a name counts when the cell initialises it. */
  declare(names: ReadonlyMap<string, NameKind>): void {
    this.#declared = names;
  }

  #reach(name: string): void {
    this.reached.add(name);
    const kind = this.#declared.get(name);
    if (kind !== undefined) this.#kinds.set(name, kind);
  }
}
