import { withoutBundles } from "./bundledDeclarations";
import { moduleName } from "./notebookNames";

/** What is known of a name or a call, as Jupyter shows it. */
export type Inspection =
  | { readonly found: false }
  | { readonly found: true; readonly plain: string; readonly markdown: string };

/** The language server's answer to a hover. */
export type Hover = { readonly contents: { readonly value: string } } | null;

/** The language server's answer inside of a call's parentheses. */
export type SignatureHelp = {
  readonly signatures: readonly {
    readonly label: string;
    readonly documentation?: { readonly value: string };
    readonly parameters?: readonly {
      readonly label: string;
      readonly documentation?: { readonly value: string };
    }[];
  }[];
  readonly activeSignature?: number;
} | null;

/** What is told of a name that is not declared. */
const nothing = /^```typescript\nany\n```\s*$/;

/** The symbol at a place, or the signature of the call around it; all of its overloads if `detail` asks for more. */
export function inspectionOf(hover: Hover, help: SignatureHelp, detail: 0 | 1): Inspection {
  if (hover && !nothing.test(hover.contents.value)) return inspection(hover.contents.value);
  if (!help || help.signatures.length === 0) return { found: false };
  const { signatures, activeSignature = 0 } = help;
  const shown = detail === 1 ? signatures : [signatures[activeSignature] ?? signatures[0]];
  return inspection(shown.map(signatureText).join("\n\n"));
}

function signatureText({
  label,
  documentation,
  parameters = [],
}: NonNullable<SignatureHelp>["signatures"][number]): string {
  const described = parameters
    .filter(({ documentation }) => documentation)
    .map(
      ({ label, documentation }) =>
        `*@param* \`${/^[.\w$]+/.exec(label)?.[0] ?? label}\` — ${documentation?.value}`,
    );
  return [`\`\`\`typescript\n${label}\n\`\`\``, documentation?.value, ...described]
    .filter((part) => part !== undefined && part !== "")
    .join("\n\n");
}

function inspection(text: string): Inspection {
  const markdown = withoutOurs(text);
  return { found: true, markdown, plain: plainText(markdown) };
}

/** Modules have names of ours in headers; links to files lead nowhere in a notebook. */
function withoutOurs(text: string): string {
  return withoutBundles(text)
    .replace(new RegExp(`\\${moduleName}\\d+(?:_\\d+)?\\.`, "g"), "")
    .replace(/\[([^\]]*)\]\(file:[^)]*\)/g, "$1");
}

function plainText(markdown: string): string {
  return markdown
    .replace(/```\w*\n([\s\S]*?)\n```\n?/g, "$1\n\n")
    .replace(/\*(@\w+)\*/g, "$1")
    .replace(/(@(?:param|template|property) )`([^`]*)`/g, "$1$2")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
