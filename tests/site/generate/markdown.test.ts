import { expect, test } from "vitest";
import { Markdown } from "../../../site/generate/markdown";
import { outputHtml } from "../../../site/page/outputHtml";

const markdown = new Markdown();
const html = (text: string) => markdown.render(text, (href) => (href === "lost.md" ? undefined : href));

test("mathematics becomes KaTeX's HTML and MathML, in a line, in a quotation, and on its own", () => {
  for (const text of ["so $x^2$ is", "> $$\n> x^2\n> $$", "$$x^2$$"]) {
    expect(html(text)).toContain('class="katex');
    expect(html(text)).toContain("<math");
  }
  expect(() => html("$\\nosuchcommand{x}$")).toThrow();
});

test("a link that leads nowhere stops the build, and so does markup in a text", () => {
  expect(() => html("[here](lost.md)")).toThrow("The link to lost.md must lead to a page of the site");
  expect(html("<script>alert(1)</script>")).not.toContain("<script>");
});

test("headings have anchors that a link can name", () => {
  expect(html("## Which numbers know f?")).toContain('id="which-numbers-know-f"');
});

test("outputs are escaped unless they are HTML of the library's own", () => {
  const figure = () => "";
  const text = "<b>&";
  expect(outputHtml({ output_type: "stream", name: "stdout", text }, figure)).toContain("&lt;b&gt;&amp;");
  const error = { output_type: "error", ename: "E", evalue: text, traceback: [text] } as const;
  expect(outputHtml({ ...error, traceback: [text] }, figure)).toContain("&lt;b&gt;&amp;");
  const data = { "text/plain": text };
  expect(outputHtml({ output_type: "execute_result", data, metadata: {} }, figure)).toContain(
    "&lt;b&gt;&amp;",
  );
});
