import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { venvProgram } from "../../scripts/python.mjs";
import { ROOT } from "../helpers/root";

const read = (name: string) => fs.readFileSync(path.join(ROOT, name), "utf8");

/** A YAML file as objects of texts: `on` stays a key, and no text becomes a number. */
function yaml(name: string) {
  const script = "import json, sys, yaml; print(json.dumps(yaml.load(sys.stdin, yaml.BaseLoader)))";
  const { status, stdout, stderr } = spawnSync(venvProgram(ROOT, "python"), ["-c", script], {
    input: read(name),
    encoding: "utf8",
  });
  expect(status, `${name}: ${stderr}`).toBe(0);
  return JSON.parse(stdout);
}

/** The sections of .editorconfig: pattern → settings. */
function editorconfig(): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>();
  let settings: Record<string, string> = {};
  for (const line of read(".editorconfig").split("\n")) {
    const [, pattern] = /^\[(.*)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (pattern) {
      settings = {};
      sections.set(pattern, settings);
    } else if (key) settings[key] = value;
    else expect(line).toMatch(/^$|^#/);
  }
  return sections;
}

test("editors are told of code what the formatter does to it, and of line ends what git does", () => {
  const { formatter } = JSON.parse(read("biome.json"));
  const [, end] = /^\* text=auto eol=(\w+)$/m.exec(read(".gitattributes"))!;
  const sections = editorconfig();
  expect(sections.get("*")).toEqual({
    charset: "utf-8",
    end_of_line: end,
    indent_style: formatter.indentStyle,
    indent_size: String(formatter.indentWidth),
    insert_final_newline: "true",
    trim_trailing_whitespace: "true",
  });
  expect(sections.get("*.{ts,mts,mjs,cjs,json}")).toEqual({ max_line_length: String(formatter.lineWidth) });
});

test("every committed text is as editors are told: its line ends, its last one, no tabs, no spaces at an end", () => {
  const { stdout } = spawnSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" });
  const texts = stdout.split("\0").filter((name) => name && fs.existsSync(path.join(ROOT, name)));
  expect(texts.length).toBeGreaterThan(100);
  const offences = texts.filter((name) => {
    const text = read(name);
    return !text.includes("\0") && (/\r|[ \t]$|^\t/m.test(text) || !text.endsWith("\n"));
  });
  expect(offences).toEqual([]);
});

test("the workflow runs the README's test command on every Node that the README calls tested", () => {
  const { on, permissions, jobs } = yaml(".github/workflows/test.yml");
  expect(Object.keys(on).sort()).toEqual(["pull_request", "push"]);
  expect(permissions).toEqual({ contents: "read" });
  const { strategy, steps } = jobs.test;
  const [, ...tested] = /\((\d+), (\d+) and (\d+) are tested\)/.exec(read("README.md"))!;
  expect(strategy.matrix.node).toEqual(tested);
  const [, least] = />=(\d+)/.exec(JSON.parse(read("package.json")).engines.node)!;
  expect(strategy.matrix.node[0]).toBe(least);
  const used: string[] = steps.flatMap(({ uses }: { uses?: string }) => uses ?? []);
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((action) => !/^actions\/[\w-]+@v\d+$/.test(action))).toEqual([]);
  expect(steps.flatMap(({ run }: { run?: string }) => run ?? [])).toEqual(["npm test"]);
  const { with: cache } = steps.find(({ uses }: { uses?: string }) => uses?.startsWith("actions/cache@"));
  for (const [, pattern] of cache.key.matchAll(/'([^']+)'/g))
    expect(fs.readdirSync(path.join(ROOT, path.dirname(pattern))).length, pattern).toBeGreaterThan(0);
});

test("the pages workflow builds the site as the README says, and deploys what it has built", () => {
  const { permissions, jobs } = yaml(".github/workflows/pages.yml");
  expect(permissions).toEqual({ contents: "read" });
  const used: string[] = Object.values<{ steps: { uses?: string }[] }>(jobs).flatMap(({ steps }) =>
    steps.flatMap(({ uses }) => uses ?? []),
  );
  expect(used.filter((action) => !/^actions\/[\w-]+@v\d+$/.test(action))).toEqual([]);
  const runs = jobs.build.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  expect(runs).toEqual(["npm run site"]);
  const upload = jobs.build.steps.find(({ uses }: { uses?: string }) =>
    uses?.includes("upload-pages-artifact"),
  );
  expect(upload.with.path).toBe("build/site");
  expect(jobs.deploy).toMatchObject({ needs: "build", permissions: { pages: "write", "id-token": "write" } });
});

test("the forms ask for what helps, and their required fields are fields of theirs", () => {
  const folder = ".github/ISSUE_TEMPLATE";
  const forms = fs.readdirSync(path.join(ROOT, folder));
  expect(forms.sort()).toEqual(["bug.yml", "config.yml", "question.yml"]);
  const required: Record<string, string[]> = {};
  for (const name of forms.filter((form) => form !== "config.yml")) {
    const { name: title, description, body } = yaml(`${folder}/${name}`);
    expect(title && description).toBeTruthy();
    const ids = body.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(body.length);
    for (const { type, attributes } of body) {
      expect(["input", "textarea", "dropdown", "checkboxes", "markdown"]).toContain(type);
      expect(attributes.label).toBeTruthy();
    }
    required[name] = body.flatMap((field: { id: string; validations?: { required: string } }) =>
      field.validations?.required === "true" ? field.id : [],
    );
  }
  expect(required).toEqual({
    "bug.yml": ["version", "check", "steps", "outcome"],
    "question.yml": ["question"],
  });
  const { blank_issues_enabled, contact_links } = yaml(`${folder}/config.yml`);
  expect(["true", "false"]).toContain(blank_issues_enabled);
  for (const link of contact_links) expect(Object.keys(link).sort()).toEqual(["about", "name", "url"]);
});

test("the changelog begins with what is unreleased, has the known kinds of changes, and no version that is not", () => {
  const headings = [...read("CHANGELOG.md").matchAll(/^(##+) (.*)$/gm)].map(([, level, text]) => [
    level,
    text,
  ]);
  expect(headings[0]).toEqual(["##", "[Unreleased]"]);
  const kinds = headings.filter(([level]) => level === "###").map(([, text]) => text);
  const known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
  expect(kinds.filter((kind) => !known.includes(kind))).toEqual([]);
  const { version } = JSON.parse(read("package.json"));
  const released = headings.filter(([level]) => level === "##").slice(1);
  if (released.length > 0)
    expect(released[0][1]).toMatch(new RegExp(`^\\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$`));
  else expect(read("CHANGELOG.md")).toContain(`What will be ${version}`);
  expect(/^version: (.*)$/m.exec(read("CITATION.cff"))![1]).toBe(version);
});
