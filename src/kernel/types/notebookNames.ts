import { present } from "../../common/present";
import type { Declaration } from "./declaration";
import type { Meaning } from "./declaredNames";
import { wordsOf } from "./wordsOf";

type Kept = Declaration & {
  /** The declarations that its text names. */
  readonly uses: ReadonlySet<Kept>;
  readonly order: number;
};

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

  /** Replaces what the names stood for. */
  keep(declarations: readonly Declaration[]): void {
    const added = declarations.map((one) => ({
      ...one,
      text: one.text.replace(/\bimport\(("(?:[^"\\]|\\.)*")\)/g, (_, specifier) =>
        this.addModule(JSON.parse(specifier)),
      ),
      uses: new Set<Kept>(),
      order: this.#order++,
    }));
    for (const { name, from } of added) if (from) this.#addImport(name, from);
    const before = new Map(this.#kept);
    for (const one of added) this.#kept.set(one.name, this.#others(one.name, one.meaning));
    for (const one of added) this.#kept.get(one.name)?.push(one);
    for (const one of added) {
      for (const word of wordsOf(one.text))
        for (const used of this.#kept.get(word) ?? before.get(word) ?? [])
          if (used !== one) one.uses.add(used);
    }
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
    return [...this.#kept.values()].flatMap((kept) => kept.map(({ name, type }) => ({ name, type })));
  }

  has(name: string): boolean {
    return (this.#kept.get(name)?.length ?? 0) > 0;
  }

  /**
   * The declarations that code with these words needs, as TypeScript to be put before it, without those that the code declares
   * itself. Its list of modules is always the same, because the compiler is slow where that changes.
   */
  header(words: ReadonlySet<string>, declared: ReadonlyMap<string, Meaning>): string {
    const needed = new Set<Kept>();
    const pending = [...words].flatMap((word) => this.#kept.get(word) ?? []);
    for (let one = pending.pop(); one; one = pending.pop()) {
      if (needed.has(one) || conflict(one, declared.get(one.name))) continue;
      needed.add(one);
      pending.push(...one.uses);
    }
    const imported = new Set(
      [...needed].filter(({ from }) => from?.imported === "default").map(({ name }) => name),
    );
    const modules = [...this.#modules.values()].flatMap((module) => importLines(module, imported));
    const texts = [...needed].sort((a, b) => a.order - b.order).map((one) => this.#textOf(one));
    return [...modules, ...texts, ""].join("\n");
  }

  #textOf({ name, text, from }: Kept): string {
    if (!from) return text;
    if (from.imported === "default") return "";
    const module = present(this.#modules.get(from.specifier), `The module ${from.specifier}`).name;
    return `import ${name} = ${module}${from.imported === "*" ? "" : `.${from.imported}`};`;
  }
}

/** A default export has no other name than by an import of its own; there is a line for each that a cell has given it. */
function importLines({ specifier, name, defaults }: Module, needed: ReadonlySet<string>): string[] {
  return (defaults.length > 0 ? defaults : [""]).map((one, i) => {
    const local = needed.has(one) ? `${one}, ` : "";
    return `import ${local}* as ${name}${i > 0 ? `_${i}` : ""} from ${JSON.stringify(specifier)};`;
  });
}

function conflict({ meaning }: Declaration, declared: Meaning | undefined): boolean {
  return declared !== undefined && (declared === meaning || declared === "both" || meaning === "both");
}
