/** How texts are searched; the build and the page must agree on it. */
export const SEARCH = {
  fields: ["title", "text"],
  storeFields: ["page", "notebook", "title", "begin"],
  searchOptions: { boost: { title: 3 }, prefix: true, fuzzy: 0.15, combineWith: "AND" as const },
};
