import katexModule from "@vscode/markdown-it-katex";
import katex from "katex";
import MarkdownIt from "markdown-it";
import { highlighted } from "./highlighted";
import { slug } from "./slug";

// A CommonJS module, whose default export is a field of what Node imports.
const withKatex = ((katexModule as { default?: unknown }).default ?? katexModule) as typeof katexModule;

/** What a link of a text becomes on its page; undefined for one that leads nowhere. */
export type Links = (href: string) => string | undefined;

/** Makes HTML of Markdown, with mathematics by KaTeX, code in colours, and an anchor for each heading. */
export class Markdown {
  readonly #parser = new MarkdownIt({
    html: false,
    linkify: false,
    highlight: (code, language) => (/^(ts|js)$/.test(language) ? highlighted(code) : ""),
  });
  #links: Links = (href) => href;
  /** What KaTeX could not read; the plugin shows it on the page, which nobody would see in time. */
  #unread: unknown;

  constructor() {
    const renderToString: typeof katex.renderToString = (...given) => {
      try {
        return katex.renderToString(...given);
      } catch (error) {
        this.#unread = error;
        return "";
      }
    };
    this.#parser.use(withKatex, {
      katex: { ...katex, renderToString },
      throwOnError: true,
      strict: "error",
      trust: false,
    });
    const { rules } = this.#parser.renderer;
    rules.heading_open = (tokens, index, options, _env, self) => {
      tokens[index].attrSet("id", slug(tokens[index + 1].content));
      return self.renderToken(tokens, index, options);
    };
    rules.link_open = (tokens, index, options, _env, self) => {
      const href = String(tokens[index].attrGet("href") ?? "");
      const link = this.#links(href);
      if (link === undefined)
        throw new Error(`The link to ${href} must lead to a page of the site; it leads nowhere.`);
      tokens[index].attrSet("href", link);
      return self.renderToken(tokens, index, options);
    };
    rules.table_open = () => '<div class="wide" tabindex="0"><table>';
    rules.table_close = () => "</table></div>";
  }

  /** A piece of one line, without links. */
  inline(text: string): string {
    return this.#parser.renderInline(text);
  }

  render(text: string, links: Links): string {
    this.#links = links;
    this.#unread = undefined;
    const html = this.#parser.render(text);
    if (this.#unread) throw this.#unread;
    const bare = html.replace(/<(code|annotation)\b[\s\S]*?<\/\1>/g, "");
    const [formula] = /\$\$?[^$<]{1,60}\$/.exec(bare) ?? [];
    if (formula) throw new Error(`The formula ${formula} was not recognised as mathematics.`);
    return html;
  }
}
