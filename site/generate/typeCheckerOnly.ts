import fs from "node:fs";
import { parse } from "acorn";
import type { Plugin } from "esbuild";

/** What the worker of the types uses of TypeScript. */
const USED = [
  "createProgram",
  "createSourceFile",
  "DiagnosticCategory",
  "forEachChild",
  "idText",
  "isBinaryExpression",
  "isBindingElement",
  "isClassDeclaration",
  "isDecorator",
  "isEnumDeclaration",
  "isExpression",
  "isFunctionDeclaration",
  "isIdentifier",
  "isImportDeclaration",
  "isInterfaceDeclaration",
  "isModuleDeclaration",
  "isNamespaceImport",
  "isPropertyAccessExpression",
  "isPropertyAssignment",
  "isReturnStatement",
  "isTypeAliasDeclaration",
  "isVariableDeclaration",
  "isVariableDeclarationList",
  "isVariableStatement",
  "ModuleDetectionKind",
  "ModuleKind",
  "ModuleResolutionKind",
  "NodeFlags",
  "ScriptTarget",
  "SyntaxKind",
];

/** What writes JavaScript for older browsers, other kinds of modules and declarations; cells have no use for it. */
const NEVER_CALLED = [
  "getDeclarationDiagnostics",
  "transformDeclarations",
  "transformES2015",
  "transformES2016",
  "transformES2017",
  "transformES2018",
  "transformES2019",
  "transformES2020",
  "transformES2021",
  "transformGenerators",
  "transformImpliedNodeFormatDependentModule",
  "transformJsx",
  "transformLegacyDecorators",
  "transformModule",
  "transformSystemModule",
];

/**
 * An esbuild plugin that makes an ES module of TypeScript's one script, of which the bundler can then leave out what a check
 * of types does not use: editors' services, JavaScript for older browsers, messages of command lines.
 */
export function typeCheckerOnly(): Plugin {
  return {
    name: "type-checker-only",
    setup(build) {
      build.onLoad({ filter: /[\\/]typescript[\\/]lib[\\/]typescript\.js$/ }, async ({ path }) => ({
        contents: moduleOf(await fs.promises.readFile(path, "utf8")),
        loader: "js",
      }));
    },
  };
}

/** The module. @throws Error if the script is not built as that of TypeScript 5.9 is. */
export function moduleOf(script: string): string {
  // Each source file stands behind a comment with its path.
  const [head, ...parts] = script.split(/^(?=\/\/ src\/)/m);
  const compiler = parts.filter((part) => part.startsWith("// src/compiler/")).join("");
  const helpers = replaced(head, /^var ts = \{\}; \(\(module\) => \{$/m, () => "");
  let code = messagesApart(compiler);
  for (const name of NEVER_CALLED)
    code = replaced(
      code,
      new RegExp(`^function ${name}\\([\\s\\S]*?\\n\\}$`, "m"),
      () => `function ${name}() { throw new Error("The page's TypeScript has no ${name}."); }`,
    );
  return `${helpers}${code}\nexport { ${USED.join(", ")} };\n`;
}

/** Each message becomes a variable of its own, without the key by which translations find it. */
function messagesApart(code: string): string {
  const table = /^var Diagnostics = \{$[\s\S]*?^\};$/m;
  const apart = replaced(code, table, (text) => {
    const [statement] = parse(text, { ecmaVersion: 2022 }).body;
    if (statement.type !== "VariableDeclaration") throw unlike("its messages are declared otherwise");
    const messages = statement.declarations[0].init;
    if (messages?.type !== "ObjectExpression") throw unlike("its messages are no object");
    return messages.properties
      .map((property) => {
        if (property.type !== "Property" || property.key.type !== "Identifier")
          throw unlike("a message has no name");
        if (property.value.type !== "CallExpression") throw unlike("a message is not made by a call");
        const given = property.value.arguments.map(({ start, end }) => text.slice(start, end));
        given[2] = '""';
        return `var Diagnostics_${property.key.name} = /* @__PURE__ */ diag(${given.join(", ")});`;
      })
      .join("\n");
  });
  return apart.replace(/\bDiagnostics\.(\w+)/g, "Diagnostics_$1");
}

function replaced(text: string, what: RegExp, by: (found: string) => string): string {
  if (!what.test(text)) throw unlike(`nothing in it matches ${what}`);
  return text.replace(what, by);
}

const unlike = (why: string) =>
  new Error(`node_modules/typescript/lib/typescript.js is not built as TypeScript 5.9 is: ${why}.`);
