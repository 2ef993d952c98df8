import MiniSearch from "minisearch";
import { SEARCH } from "./searchOptions";

type Found = { page: string; notebook: string; title: string; begin: string };

const MOST = 30;
const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
const list = document.querySelector("#results");
const summary = document.querySelector("#summary");
for (const field of document.querySelectorAll<HTMLInputElement>('input[name="q"]')) field.value = query;

if (query !== "" && list && summary) {
  const answer = await fetch("assets/search.json");
  if (!answer.ok) throw new Error(`The search index could not be loaded (${answer.status}).`);
  const index = MiniSearch.loadJSON<Found>(await answer.text(), SEARCH);
  const found = index.search(query) as unknown as Found[];
  document.title = `“${query}” · n + 2`;
  summary.textContent =
    found.length === 0
      ? `Nothing in the notebooks has “${query}”.`
      : `${found.length} ${found.length === 1 ? "section has" : "sections have"} “${query}”.`;
  list.replaceChildren(
    ...found.slice(0, MOST).map(({ page, notebook, title, begin }) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: page, textContent: title });
      const where = Object.assign(document.createElement("span"), {
        className: "where",
        textContent: notebook,
      });
      const text = Object.assign(document.createElement("p"), { textContent: begin });
      item.append(link, " ", where, text);
      return item;
    }),
  );
}
