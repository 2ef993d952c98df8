/** A cell of a random notebook: its code, which ends in an expression, and the names that it needs from earlier cells. */
export type RandomCell = { code: string; needs: readonly string[] };

/** Names by how they are always declared: V8's reference refuses a change of kind. */
const LETS = ["a", "b", "c"];
const CONSTANTS = ["k", "m"];
const VARIABLES = ["v", "w"];
const CLASSES = ["C", "D"];
/** A function calls only functions that stand before it here, so that none calls itself. */
const FUNCTIONS = ["f", "g", "h"];
const CLOSURES = ["p", "q"];
export const RANDOM_NAMES = [...LETS, ...CONSTANTS, ...VARIABLES, ...CLASSES, ...FUNCTIONS, ...CLOSURES];

/** An expression for a value as text; a function counts by its name. */
export function shown(expression: string): string {
  return `((x) => typeof x === "function" ? "function " + x.name : JSON.stringify(x) ?? String(x))(${expression})`;
}

/** The cells of a random notebook. */
export function randomCells(choices: readonly number[]): RandomCell[] {
  const writer = new Writer(choices);
  const cells: RandomCell[] = [];
  while (!writer.done) cells.push(writer.cell());
  return cells;
}

/** Writes cells by a list of choices; when that is used up, the choices are the simplest. */
class Writer {
  readonly #choices: readonly number[];
  #next = 0;
  /** Names that earlier cells may have declared. */
  readonly #earlier = new Set<string>();
  /** Names that this cell declares, and those of earlier ones that it uses. */
  #own = new Set<string>();
  #needs = new Set<string>();

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  get done(): boolean {
    return this.#next >= this.#choices.length;
  }

  cell(): RandomCell {
    this.#own = new Set();
    this.#needs = new Set();
    const statements = Array.from({ length: 1 + this.#below(5) }, () => this.#statement(2, true));
    // Functions may stand after what calls them.
    if (this.#below(2))
      statements.sort((x, y) => Number(/^(async )?function/.test(x)) - Number(/^(async )?function/.test(y)));
    const code = `${statements.join("\n")}\n${shown(this.#expression(2, true))};`;
    for (const name of this.#own) this.#earlier.add(name);
    return { code, needs: [...this.#needs] };
  }

  #below(n: number): number {
    return (this.#choices[this.#next++] ?? 0) % n;
  }

  #one<T>(of: readonly T[]): T {
    return of[this.#below(of.length)];
  }

  /** A name that is there, of some kinds; undefined if there is none. */
  #known(names: readonly string[]): string | undefined {
    const there = names.filter((name) => this.#own.has(name) || this.#earlier.has(name));
    if (there.length === 0) return undefined;
    const name = this.#one(there);
    if (!this.#own.has(name)) this.#needs.add(name);
    return name;
  }

  /** A name that the cell has not declared yet, for what may stand only once. */
  #fresh(names: readonly string[]): string | undefined {
    const free = names.filter((name) => !this.#own.has(name));
    return free.length === 0 ? undefined : this.#one(free);
  }

  #statement(depth: number, top: boolean): string {
    const write = this.#one([
      () => `${this.#expression(depth, top)};`,
      () => (top ? this.#declaration(depth) : this.#inner(depth)),
      () => (top ? this.#declaration(depth) : this.#inner(depth)),
      () => `${this.#assignment(depth, top)};`,
      () => (depth > 0 ? this.#compound(depth - 1, top) : ";"),
      () => (this.#below(3) === 0 ? this.#failure(top) : ";"),
    ]);
    return write();
  }

  #inner(depth: number): string {
    const name = this.#one([...LETS, "inner"]);
    return `{ const ${name} = ${this.#below(9)}; ${this.#assignment(depth, false, [name])}; { let ${name} = 1; ${name}++; } }`;
  }

  #failure(top: boolean): string {
    return this.#one([
      () => `if (${this.#expression(1, top)} % 2) throw new RangeError("r" + ${this.#expression(1, top)});`,
      () => `throw ${this.#expression(1, top)};`,
      () => "null.x;",
      () => `${this.#known(CONSTANTS) ?? "undefined.y"} = 1;`,
      () => `${this.#known(LETS) ?? "null"}.z();`,
    ])();
  }

  #declaration(depth: number): string {
    return this.#one([
      () => this.#simple("let", LETS, depth),
      () => this.#simple("const", CONSTANTS, depth),
      () => this.#simple("var", VARIABLES, depth),
      () => this.#pattern(depth),
      () => this.#function(depth),
      () => this.#closure(depth),
      () => this.#class(depth),
      () => this.#loop(depth),
    ])();
  }

  #simple(kind: string, names: readonly string[], depth: number): string {
    const name = kind === "var" ? this.#one(names) : this.#fresh(names);
    if (name === undefined) return ";";
    // The value may read the old one.
    const value = this.#expression(depth, true);
    this.#own.add(name);
    if (kind !== "const" && this.#below(4) === 0) return `${kind} ${name};`;
    return `${kind} ${name} = ${value};`;
  }

  #pattern(depth: number): string {
    const [kind, names] = this.#one([
      ["let", LETS],
      ["const", CONSTANTS],
      ["var", VARIABLES],
    ] as const);
    const [one, two] = names.filter((name) => !this.#own.has(name));
    if (one === undefined || two === undefined) return ";";
    const [x, y, z] = [1, 2, 3].map(() => this.#expression(depth - 1, true));
    const later = this.#expression(depth - 1, false);
    this.#own.add(one).add(two);
    return this.#one([
      `${kind} { ${one}, y: ${two} = ${one} } = { ${one}: ${x}${this.#one(["", `, y: ${y}`])} };`,
      `${kind} [${one}, ...${two}] = [${x}, ${y}, ${z}];`,
      `${kind} [, ${one} = ${x}, ${two} = (() => ${later})()] = [${z}, undefined, ${y}];`,
      `${kind} { n: { ${one} }, ...${two} } = { n: { ${one}: ${x} }, r: ${y} };`,
      `${kind} { ["${one}" + 1]: ${one} = ${x} } = {}, ${two} = ${y};`,
    ]);
  }

  #function(depth: number): string {
    const name = this.#fresh(FUNCTIONS);
    if (name === undefined) return ";";
    const body = this.#body(depth, FUNCTIONS.indexOf(name));
    this.#own.add(name);
    return this.#one([
      `function ${name}(x = 1) { ${body} return x; }`,
      `async function ${name}(x) { try { ${body} } catch {} await x; return x; }`,
      `function* ${name}(x) { ${body} yield x; }`,
    ]);
  }

  #closure(depth: number): string {
    const name = this.#fresh(CLOSURES);
    if (name === undefined) return ";";
    const value = this.#expression(depth - 1, false, FUNCTIONS.length);
    this.#own.add(name);
    return this.#one([
      `const ${name} = () => ${value};`,
      `const ${name} = function () { return ${value}; };`,
      `const ${name} = (a) => { a = ${value}; return a; };`,
    ]);
  }

  #class(depth: number): string {
    const name = this.#fresh(CLASSES);
    if (name === undefined) return ";";
    const [field, method, fixed] = [1, 2, 3].map(() => this.#expression(depth - 1, false));
    const base = this.#below(3) === 0 && name === "D" ? this.#known(["C"]) : undefined;
    this.#own.add(name);
    const head = base === undefined ? `class ${name}` : `class ${name} extends ${base}`;
    return `${head} { n = ${field}; #p = 2; static s = ${fixed}; static { this.t = ${name}.s; } m() { return ${method} + this.#p; } get l() { return typeof ${name}; } }`;
  }

  #loop(depth: number): string {
    const name = this.#one(VARIABLES);
    this.#own.add(name);
    const body = this.#statement(depth - 1, false);
    return this.#one([
      `{ let rounds = 0; for (var ${name} = 0; ${name} < 3; ${name}++) { if (rounds++ > 5) break; ${body} } }`,
      `for (var ${name} of [1, 2]) { ${body} }`,
      `for (var ${name} in { x: 1 }) ${body}`,
      `for (var [${name}] of [[4], [5]]);`,
      `for await (var ${name} of [${this.#expression(1, true)}]) ${body}`,
    ]);
  }

  #compound(depth: number, top: boolean): string {
    const inner = () => this.#statement(depth, false);
    return this.#one([
      () => `if (${this.#expression(1, top)}) { ${inner()} } else ${inner()}`,
      () => `for (let i = 0; i < 3; i++) { ${inner()} }`,
      () =>
        `out${depth}: for (const i of [1, 2, 3]) { ${inner()} for (;;) { if (i > 1) break out${depth}; continue out${depth}; } }`,
      () => `try { ${inner()} } catch (a) { ${inner()} } finally { ${inner()} }`,
      () => `switch (${this.#expression(1, top)} % 2) { case 0: ${inner()} break; default: ${inner()} }`,
      () => `{ ${inner()} ${inner()} }`,
      () => `do { ${inner()} } while (false);`,
    ])();
  }

  #body(depth: number, callable: number): string {
    return this.#one([
      () => `x += ${this.#expression(depth - 1, false, callable)};`,
      () => `${this.#assignment(depth - 1, false, [], callable)};`,
      () => `const k = x; let a = () => k; x = a();`,
      () => `if (x > 3) return ${this.#expression(depth - 1, false, callable)};`,
    ])();
  }

  #assignment(
    depth: number,
    top: boolean,
    also: readonly string[] = [],
    callable = FUNCTIONS.length,
  ): string {
    const target = (also.length > 0 ? also[0] : undefined) ?? this.#known([...LETS, ...VARIABLES]);
    if (target === undefined || also.length > 0) return "0";
    const value = () => this.#expression(depth - 1, top, callable);
    const other = this.#known([...LETS, ...VARIABLES]) ?? target;
    return this.#one([
      () => `${target} = ${value()}`,
      () => `${target} += ${value()}`,
      () => `${target}++`,
      () => `--${target}`,
      () => `${target} ??= ${value()}`,
      () => `${target} &&= ${value()}`,
      () => `[${target}, ${other}] = [${other}, ${target}]`,
      () => `({ ${target}, x: ${other} = ${value()} } = { ${target}: ${value()} })`,
      () => `[${target} = ${value()}, ...[${other}]] = [undefined, ${value()}]`,
      () => `${target} = () => 0`,
    ])();
  }

  /** An expression whose value is a number, more or less. */
  #expression(depth: number, top: boolean, callable = FUNCTIONS.length): string {
    if (depth <= 0) return this.#leaf();
    const inner = () => this.#expression(depth - 1, top, callable);
    return this.#one([
      () => this.#leaf(),
      () => `((${inner()} + ${inner()}) % 97)`,
      () => `(${this.#assignment(depth - 1, top, [], callable)}, ${inner()})`,
      () => this.#call(inner, top, callable),
      () => `(${inner()} ? ${inner()} : ${inner()})`,
      () => `[${inner()}, ...[${inner()}]].length`,
      () => {
        const name = this.#known([...LETS, ...CONSTANTS, ...VARIABLES]);
        return name === undefined
          ? "7"
          : `({ ${name}, get x() { return ${name} } }).${this.#one([name, "x"])}`;
      },
      () => `typeof ${this.#known(RANDOM_NAMES) ?? "nothing"}`,
      () => `\`\${${inner()}}\`.length`,
      () => (top ? `(await ${inner()})` : inner()),
      () => `((a) => a + ${this.#expression(depth - 1, false, callable)})(${inner()})`,
      () => {
        const name = this.#known([...CLASSES, ...CLOSURES, ...FUNCTIONS.slice(0, callable)]);
        return name === undefined ? "3" : `${name}.name.length`;
      },
    ])();
  }

  #call(argument: () => string, top: boolean, callable: number): string {
    const name = this.#known(FUNCTIONS.slice(0, callable));
    const made = this.#known(CLASSES);
    const closure = top ? this.#known(CLOSURES) : undefined;
    return this.#one([
      () => (name === undefined ? "4" : `Number(${name}(${argument()}))`),
      () => (name === undefined ? "5" : `typeof ${name}?.(${argument()})`),
      () => (made === undefined ? "6" : `new ${made}().n`),
      () => (made === undefined ? "6" : `${made}.s`),
      () => (closure === undefined ? "8" : `${closure}(${argument()})`),
    ])();
  }

  #leaf(): string {
    const name = this.#below(2) === 0 ? undefined : this.#known([...LETS, ...CONSTANTS, ...VARIABLES]);
    return name ?? String(this.#below(10));
  }
}
