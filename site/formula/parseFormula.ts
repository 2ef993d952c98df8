import jsep from "jsep";
import { FormulaError } from "./formulaError";
import { near } from "./interval";
import { constant, functions, negative, operations, type Term, toPower, variable } from "./term";

jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
for (const [operator, precedence] of [
  ["+", 9],
  ["-", 9],
  ["*", 10],
  ["/", 10],
] as const)
  jsep.addBinaryOp(operator, precedence);
jsep.addBinaryOp("^", 12, true);
jsep.addUnaryOp("-");
jsep.addUnaryOp("+");
// The parser's tree forgets brackets; (−x)^2 and −x^2 differ by them alone.
const OPENING = "(".charCodeAt(0);
const bracketed = new WeakSet<jsep.Expression>();
jsep.hooks.add("gobble-token", function (env) {
  if (this.code !== OPENING) return;
  env.node = this.gobbleGroup();
  if (env.node) bracketed.add(env.node);
});

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
/** More than anybody writes by hand; the parser would run out of stack on brackets that are nested deeper. */
const LONGEST = 1000;
const KNOWN = `x, pi, e, ${Object.keys(functions).join(", ")}, min, max`;

/** Reads a formula in x. @throws FormulaError for what is none. */
export function parseFormula(text: string): Term {
  if (text.length > LONGEST)
    throw new FormulaError(`A formula may have ${LONGEST.toLocaleString("en")} characters; this has more.`);
  if (/\d,\d/.test(text) && !/\bm(?:ax|in)\b/.test(text))
    throw new FormulaError("Numbers have a point here, no comma: 2.5.");
  const plain = asTyped(text.replace(LEFT_SIDE, ""));
  if (plain.trim() === "") throw new FormulaError("Write a formula in x, such as abs(x - 0.5).");
  let tree: jsep.Expression;
  try {
    tree = jsep(plain);
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/ at character \d+$/, "") : String(error);
    throw new FormulaError(`This is no formula: ${message}.`);
  }
  return termOf(tree);
}

/** "f(x) =" and the like, which some write before a formula. */
const LEFT_SIDE = /^\s*(?:y|\w\s*\(\s*x\s*\))\s*=/;

/** The formula in the parser's words: as people write it, with 2x, ·, − , |…|, π and powers. */
function asTyped(text: string): string {
  let bars = 0;
  const plain = text
    .replace(/[−–]/g, "-")
    .replace(/[·×]/g, "*")
    .replace(/\*\*/g, "^")
    .replace(/π/g, " pi ")
    .replace(/²/g, "^2")
    .replace(/³/g, "^3")
    .replace(/,(\d)/g, ", $1")
    .replace(/\|/g, (_, at: number, all: string) => {
      // A bar closes if one is open and a value stands before it.
      const before = all.slice(0, at).trimEnd();
      const closes = bars > 0 && /[\w.)]$/.test(before);
      bars += closes ? -1 : 1;
      return closes ? ")" : " abs(";
    });
  return plain
    .replace(/(\d)\s*(?=[a-df-zA-DF-Z(])/g, "$1*")
    .replace(/(\d)\s*e(?![+-]?\d)/g, "$1*e")
    .replace(/\)\s*(?=[\w(])/g, ")*")
    .replace(/\b(x|pi)\s*(?=\()/g, "$1*")
    .replace(/\b(x|pi)\s+(?=[\w(])/g, "$1*");
}

function termOf(node: jsep.Expression): Term {
  switch (node.type) {
    case "Literal": {
      const { value, raw } = node as jsep.Literal;
      if (typeof value !== "number") throw new FormulaError(`${raw} is no number.`);
      if (value === Infinity) throw new FormulaError(`${raw} is too large for a number.`);
      // A decimal such as 0.1 is meant, and float64 has only a number near to it: that one is computed with.
      return constant(value);
    }
    case "Identifier": {
      const { name } = node as jsep.Identifier;
      if (name === "x") return variable;
      if (Object.hasOwn(CONSTANTS, name)) return constant(CONSTANTS[name], near(CONSTANTS[name]));
      throw new FormulaError(
        Object.hasOwn(functions, name)
          ? `${name} needs its argument in brackets: ${name}(x).`
          : `“${name}” is not known here; known are ${KNOWN}.`,
      );
    }
    case "UnaryExpression": {
      const { operator, argument } = node as jsep.UnaryExpression;
      return operator === "-" ? negative(termOf(argument)) : termOf(argument);
    }
    case "BinaryExpression": {
      const { operator, left, right } = node as jsep.BinaryExpression;
      return operator === "^" ? raised(left, right) : operations[operator](termOf(left), termOf(right));
    }
    case "CallExpression":
      return called(node as jsep.CallExpression);
    default:
      throw new FormulaError("This is more than one formula, or none: join the parts by + − · /.");
  }
}

/** −x^2 is −(x²), although the parser binds the sign first. */
function raised(left: jsep.Expression, right: jsep.Expression): Term {
  if (left.type === "UnaryExpression" && !bracketed.has(left)) {
    const { operator, argument } = left as jsep.UnaryExpression;
    return operator === "-" ? negative(raised(argument, right)) : raised(argument, right);
  }
  const exponent = termOf(right);
  const { slope, value } = exponent.enclose({ low: 0, high: 1 });
  if (slope.low === 0 && slope.high === 0 && value.high - value.low < 1e-9)
    return toPower(termOf(left), exponent.evaluate(0));
  // u^v = e^(v·log u), where u is positive.
  return functions.exp(operations["*"](exponent, functions.log(termOf(left))));
}

function called({ callee, arguments: given }: jsep.CallExpression): Term {
  const name = callee.type === "Identifier" ? String((callee as jsep.Identifier).name) : "";
  const terms = given.map(termOf);
  if ((name === "min" || name === "max") && terms.length >= 2)
    return terms.reduce((all, one) => operations[name](all, one));
  if (name === "min" || name === "max")
    throw new FormulaError(
      `${name} takes two numbers or more, with a comma between them; it got ${terms.length}.`,
    );
  if (!Object.hasOwn(functions, name))
    throw new FormulaError(`“${name || "…"}(…)” is no function that is known here; known are ${KNOWN}.`);
  if (terms.length !== 1) throw new FormulaError(`${name} takes one number; it got ${terms.length}.`);
  return functions[name](terms[0]);
}
