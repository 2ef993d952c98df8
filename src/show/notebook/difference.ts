import { isDeepStrictEqual } from "../../common/platform";
import { isList } from "./answerKind";

/**
 * How an answer differs from the expected value, in words that do not tell that value; undefined if it does not differ.
 * Numbers may differ by `tolerance`·|expected|, texts in capitals and in space around them.
 */
export function difference(answer: unknown, expected: unknown, tolerance: number): string | undefined {
  if (typeof answer === "number" && typeof expected === "number") {
    if (Math.abs(answer - expected) <= tolerance * Math.abs(expected)) return undefined;
    if (answer === -expected) return "the sign is wrong";
    return answer < expected ? "too small" : "too large";
  }
  if (typeof answer === "string" && typeof expected === "string") {
    const plain = (text: string) => text.trim().toLowerCase();
    return plain(answer) === plain(expected) ? undefined : "that is another text";
  }
  if (isList(answer) && isList(expected)) {
    if (answer.length !== expected.length)
      return `${count(answer.length)} ${answer.length < expected.length ? "too few" : "too many"}`;
    const wrong = [...answer.keys()].filter(
      (i) => difference(answer[i], expected[i], tolerance) !== undefined,
    );
    if (wrong.length === 0) return undefined;
    if (wrong.length === answer.length)
      return answer.length === 1 ? "the entry is wrong" : "every entry is wrong";
    const more = wrong.length > 1 ? `, and ${wrong.length - 1} more` : "";
    return `entry ${wrong[0] + 1} of ${answer.length} differs${more}`;
  }
  return isDeepStrictEqual(answer, expected) ? undefined : "that is something else";
}

function count(entries: number): string {
  return entries === 1 ? "1 entry is" : `${entries} entries are`;
}
