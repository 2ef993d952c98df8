import { inspected } from "./inspected";
import { sameDeeply } from "./sameDeeply";

type Fields = Record<PropertyKey, unknown>;

class AssertionError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage: boolean;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly operator: string;
  constructor(options: { message: string; generated: boolean } & Compared) {
    super(options.message);
    this.generatedMessage = options.generated;
    this.actual = options.actual;
    this.expected = options.expected;
    this.operator = options.operator;
  }
}

type Compared = { readonly actual: unknown; readonly expected: unknown; readonly operator: string };
type Message = string | Error | undefined;
type Expected = RegExp | (new (...args: never[]) => Error) | ((error: unknown) => unknown) | object;

function demand(holds: boolean, compared: Compared, said: string, message: Message): asserts holds {
  if (holds) return;
  if (message instanceof Error) throw message;
  throw new AssertionError({ ...compared, message: message ?? said, generated: message === undefined });
}

/** A comparison of two values; `said` words its failure. */
const comparing =
  (operator: string, holds: (actual: never, expected: never) => boolean, said: string) =>
  (actual: unknown, expected: unknown, message?: Message): void =>
    demand(
      holds(actual as never, expected as never),
      { actual, expected, operator },
      `Expected ${inspected(actual)} ${said} ${inspected(expected)}`,
      message,
    );

const identical = (a: unknown, b: unknown) => Object.is(a, b);
const strictEqual = comparing("strictEqual", identical, "to be strictly equal to");
const notStrictEqual = comparing("notStrictEqual", (a, b) => !identical(a, b), "not to be equal to");
const deepStrictEqual = comparing("deepStrictEqual", sameDeeply, "to be deeply equal to");
const notDeepStrictEqual = comparing(
  "notDeepStrictEqual",
  (a, b) => !sameDeeply(a, b),
  "not to be deeply equal to",
);
const match = comparing("match", (text: string, form: RegExp) => form.test(text), "to match");
const doesNotMatch = comparing(
  "doesNotMatch",
  (text: string, form: RegExp) => !form.test(text),
  "not to match",
);

function ok(value: unknown, message?: Message): void {
  const said = `Expected a value that counts as true, got ${inspected(value)}`;
  demand(Boolean(value), { actual: value, expected: true, operator: "==" }, said, message);
}

function fail(message: Message = "Failed"): never {
  demand(false, { actual: undefined, expected: undefined, operator: "fail" }, "Failed", message);
  throw message;
}

function ifError(value: unknown): void {
  if (value === null || value === undefined) return;
  demand(
    false,
    { actual: value, expected: null, operator: "ifError" },
    `ifError got ${inspected(value)}`,
    undefined,
  );
}

/** Throws unless an error is as expected: by its class, its message, its fields, or a function that judges it. */
function checkError(
  operator: string,
  error: unknown,
  expected: Expected | undefined,
  message: Message,
): void {
  if (expected === undefined) return;
  const fits = () => {
    if (expected instanceof RegExp) return expected.test(String(error));
    if (typeof expected !== "function")
      return Object.entries(expected).every(([key, wanted]) => {
        const found = (error as Fields)[key];
        return wanted instanceof RegExp && typeof found === "string"
          ? wanted.test(found)
          : sameDeeply(found, wanted);
      });
    if (expected.prototype !== undefined && error instanceof (expected as new () => Error)) return true;
    // Another class of errors must not be called; a function is called to judge the error.
    if (expected.prototype instanceof Error || (expected as unknown) === Error) return false;
    return (expected as (error: unknown) => unknown)(error) === true;
  };
  if (fits()) return;
  if (typeof expected === "function" && !(error instanceof Error)) throw error;
  demand(
    false,
    { actual: error, expected, operator },
    `Expected another error than ${inspected(error)}`,
    message,
  );
}

const asExpected = (expected: Expected | string | undefined, message: Message) =>
  typeof expected === "string" ? ([undefined, expected] as const) : ([expected, message] as const);

function throws(work: () => unknown, expected?: Expected | string, message?: Message): void {
  const [wanted, text] = asExpected(expected, message);
  let thrown: { readonly error: unknown } | undefined;
  try {
    work();
  } catch (error) {
    thrown = { error };
  }
  demand(
    thrown !== undefined,
    { actual: undefined, expected: wanted, operator: "throws" },
    "Missing expected exception.",
    text,
  );
  checkError("throws", thrown.error, wanted, text);
}

async function rejects(
  work: PromiseLike<unknown> | (() => PromiseLike<unknown>),
  expected?: Expected | string,
  message?: Message,
): Promise<void> {
  const [wanted, text] = asExpected(expected, message);
  const thrown = await (typeof work === "function" ? work() : work).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  demand(
    thrown !== undefined,
    { actual: undefined, expected: wanted, operator: "rejects" },
    "Missing expected rejection.",
    text,
  );
  checkError("rejects", thrown.error, wanted, text);
}

function doesNotThrow(work: () => unknown, message?: Message): void {
  try {
    work();
  } catch (error) {
    demand(
      false,
      { actual: error, expected: undefined, operator: "doesNotThrow" },
      `Got an unwanted exception: ${inspected(error)}`,
      message,
    );
  }
}

async function doesNotReject(
  work: PromiseLike<unknown> | (() => PromiseLike<unknown>),
  message?: Message,
): Promise<void> {
  await (typeof work === "function" ? work() : work).then(undefined, (error: unknown) =>
    demand(
      false,
      { actual: error, expected: undefined, operator: "doesNotReject" },
      `Got an unwanted rejection: ${inspected(error)}`,
      message,
    ),
  );
}

const named = {
  AssertionError,
  ok,
  equal: strictEqual,
  notEqual: notStrictEqual,
  strictEqual,
  notStrictEqual,
  deepEqual: deepStrictEqual,
  notDeepEqual: notDeepStrictEqual,
  deepStrictEqual,
  notDeepStrictEqual,
  match,
  doesNotMatch,
  throws,
  doesNotThrow,
  rejects,
  doesNotReject,
  fail,
  ifError,
};

/** Node's strict assertions. */
export const assertions = Object.assign((value: unknown, message?: Message) => ok(value, message), named);
Object.assign(assertions, { strict: assertions });
