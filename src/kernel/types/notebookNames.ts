import { wordsOf } from "../../cells/wordsOf";
import { present } from "../../common/present";
import { bundledModule } from "./bundledDeclarations";
import type { Declaration } from "./declaration";
import type { Meaning } from "./declaredNames";
import { isGlobalName } from "./globalNames";

type Kept = Declaration & {
  /** What the names in its text stand for; an older declaration of a name may have another in the text. */
  readonly refers: Scope;
  readonly order: number;
};

/** What names stand for in a header. */
export type Scope = ReadonlyMap<string, readonly Kept[]>;

/** What is put before a cell's code, and what the names in it stand for. */
export type Header = { readonly text: string; readonly scope: Scope };

type Module = {
  readonly specifier: string;
  readonly name: string;
  /** The names that cells have given to its default export. */
  readonly defaults: string[];
};

/** The names of modules in headers begin with it. */
export const moduleName = "$module";

/** The names that cells have declared, and the modules that they have imported. */
export class NotebookNames {
  readonly #kept = new Map<string, Kept[]>();
  readonly #modules = new Map<string, Module>();
  #order = 0;

  /** The name by which headers know a module. */
  addModule(specifier: string): string {
    const known = this.#modules.get(specifier);
    if (known) return known.name;
    const name = `${moduleName}${this.#modules.size + 1}`;
    this.#modules.set(specifier, { specifier, name, defaults: [] });
    return name;
  }

  /** From now on, declarations are not bundled. */
  resolvePlainly(): void {
    for (const [specifier, module] of this.#modules)
      if (specifier.startsWith(bundledModule))
        this.#modules.set(specifier, { ...module, specifier: specifier.slice(bundledModule.length) });
  }

  /** Replaces what the names stood for; `scope` is that of the header beside which they were declared. */
  keep(declarations: readonly Declaration[], scope: Scope): void {
    const added = declarations.map((one) => ({
      ...one,
      text: one.text.replace(/\bimport\(("(?:[^"\\]|\\.)*")\)/g, (_, specifier) =>
        this.addModule(JSON.parse(specifier)),
      ),
      refers: new Map<string, Kept[]>(),
      order: this.#order++,
    }));
    for (const { name, from } of added) if (from) this.#addImport(name, from);
    for (const one of added) {
      for (const word of wordsOf(one.text)) {
        const own = added.filter(({ name }) => name === word);
        const meant = own.length > 0 ? own : scope.get(word);
        if (meant) one.refers.set(word, [...meant]);
      }
    }
    const same = this.#unchanged(added);
    for (const { name, meaning } of added) this.#kept.set(name, this.#others(name, meaning));
    for (const one of added) this.#kept.get(one.name)?.push(same.get(one) ?? one);
    for (const one of added)
      for (const [word, meant] of one.refers)
        one.refers.set(
          word,
          meant.map((each) => same.get(each) ?? each),
        );
  }

  /** Which declarations say what the names stand for already: a cell that runs again unchanged makes no new types. */
  #unchanged(added: readonly Kept[]): ReadonlyMap<Kept, Kept> {
    const same = new Map<Kept, Kept>();
    for (const one of added) {
      const known = this.#kept
        .get(one.name)
        ?.find(
          ({ text, meaning, type }) => text === one.text && meaning === one.meaning && type === one.type,
        );
      if (known) same.set(one, known);
    }
    const refersAlike = ([one, known]: [Kept, Kept]) =>
      one.refers.size === known.refers.size &&
      [...one.refers].every(([word, meant]) => {
        const before = known.refers.get(word);
        return (
          before?.length === meant.length && meant.every((each, i) => (same.get(each) ?? each) === before[i])
        );
      });
    // One that refers to a changed one has changed, too, and so on.
    for (let changed = true; changed; ) {
      changed = false;
      for (const pair of same) if (!refersAlike(pair)) changed = same.delete(pair[0]);
    }
    return same;
  }

  #addImport(name: string, { specifier, imported }: Required<Declaration>["from"]): void {
    this.addModule(specifier);
    const module = present(this.#modules.get(specifier), `The module ${specifier}`);
    if (imported === "default" && !module.defaults.includes(name)) module.defaults.push(name);
  }

  #others(name: string, meaning: Meaning): Kept[] {
    return (this.#kept.get(name) ?? []).filter(
      (one) => one.meaning !== meaning && one.meaning !== "both" && meaning !== "both",
    );
  }

  /** All names and what each is. */
  all(): { readonly name: string; readonly type: string }[] {
    return [...this.#kept.values()]
      .flatMap((kept) => kept.map(({ name, type }) => ({ name, type })))
      .filter(({ name }) => !isGlobalName(name));
  }

  has(name: string): boolean {
    return (this.#kept.get(name)?.length ?? 0) > 0;
  }

  /**
   * The declarations that code with these words needs, as TypeScript to be put before it, without those that the code declares
   * itself. What a name stood for before it was declared anew has another name there. The list of modules is always the same,
   * because the compiler is slow where that changes.
   */
  header(words: ReadonlySet<string>, declared: ReadonlyMap<string, Meaning>): Header {
    const needed = new Set<Kept>();
    const globals = [...this.#kept.keys()].filter(isGlobalName);
    const pending = [...words, ...globals]
      .flatMap((word) => this.#kept.get(word) ?? [])
      .filter((one) => !conflict(one, declared.get(one.name)));
    for (let one = pending.pop(); one; one = pending.pop()) {
      if (needed.has(one)) continue;
      needed.add(one);
      for (const meant of one.refers.values()) pending.push(...meant);
    }
    const locals = new Map<Kept, string>();
    const scope = new Map<string, Kept[]>();
    const ordered = [...needed].sort((a, b) => a.order - b.order);
    for (const one of ordered) {
      const isCurrent = this.#kept.get(one.name)?.includes(one) && !conflict(one, declared.get(one.name));
      const local = isCurrent ? one.name : this.#earlier(one.name, words, scope);
      locals.set(one, local);
      scope.set(local, [...(scope.get(local) ?? []), one]);
    }
    const defaults = new Map<string, string>();
    for (const [{ name, from }, local] of locals)
      if (from?.imported === "default") defaults.set(`${name} ${from.specifier}`, local);
    const modules = [...this.#modules.values()].flatMap((module) => importLines(module, defaults));
    const texts = ordered.map((one) => this.#textOf(one, locals, scope, declared));
    return { text: [...modules, ...texts, ""].join("\n"), scope };
  }

  #earlier(name: string, words: ReadonlySet<string>, scope: Scope): string {
    for (let i = 1; ; i++) {
      const local = `${name}_earlier${i > 1 ? i : ""}`;
      if (!words.has(local) && !scope.has(local) && !this.has(local)) return local;
    }
  }

  #textOf(
    one: Kept,
    locals: ReadonlyMap<Kept, string>,
    scope: Scope,
    declared: ReadonlyMap<string, Meaning>,
  ): string {
    const { name, text, from } = one;
    const local = locals.get(one) ?? name;
    if (!from) {
      const changed = new Map<string, string>();
      for (const [word, [meant]] of one.refers) {
        const now = meant && locals.get(meant);
        if (now !== undefined && now !== word) changed.set(word, now);
      }
      if (local !== name) changed.set(name, local);
      for (const word of wordsOf(text)) {
        const isTaken = scope.has(word) || declared.has(word);
        if (isTaken && !one.refers.has(word) && word !== name && word in globalThis)
          changed.set(word, `globalThis.${word}`);
      }
      return renamed(text, changed);
    }
    if (from.imported === "default") return "";
    const module = present(this.#modules.get(from.specifier), `The module ${from.specifier}`).name;
    return `import ${local} = ${module}${from.imported === "*" ? "" : `.${from.imported}`};`;
  }
}

const token =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/.*|\/\*[\s\S]*?\*\/|(?<prefix>(?:let|const|var|function|class|interface|type|enum|namespace|module) |\.|#)?(?<word>[\p{ID_Start}$_][\p{ID_Continue}$]*)(?<key>\??:)?/gu;

/** A text in which identifiers are called otherwise; members and keys of that name stay. */
function renamed(text: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return text;
  return text.replace(token, (found: string, ...rest) => {
    const { prefix = "", word, key = "" } = rest.at(-1) as { prefix?: string; word?: string; key?: string };
    const name = word === undefined ? undefined : names.get(word);
    const isMember = prefix === "." || prefix === "#" || (prefix === "" && key !== "");
    return name === undefined || isMember ? found : `${prefix}${name}${key}`;
  });
}

/** A default export has no other name than by an import of its own; there is a line for each that a cell has given it. */
function importLines({ specifier, name, defaults }: Module, locals: ReadonlyMap<string, string>): string[] {
  return (defaults.length > 0 ? defaults : [""]).map((one, i) => {
    const local = locals.get(`${one} ${specifier}`);
    const both = local === undefined ? "" : `${local}, `;
    return `import ${both}* as ${name}${i > 0 ? `_${i}` : ""} from ${JSON.stringify(specifier)};`;
  });
}

function conflict({ meaning }: Declaration, declared: Meaning | undefined): boolean {
  return declared !== undefined && (declared === meaning || declared === "both" || meaning === "both");
}
