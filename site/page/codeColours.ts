import { tagHighlighter, tags } from "@lezer/highlight";

/** The classes by which the page's style colours code; what has none stays as it is, which is most of it. */
export const codeColours = tagHighlighter([
  { tag: [tags.keyword, tags.bool, tags.operatorKeyword], class: "tok-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "tok-string" },
  { tag: tags.number, class: "tok-number" },
  { tag: tags.comment, class: "tok-comment" },
  { tag: [tags.typeName, tags.className], class: "tok-type" },
]);
