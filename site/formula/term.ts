import {
  absolute,
  cosine,
  growing,
  hull,
  type Interval,
  larger,
  minus,
  negated,
  over,
  plus,
  point,
  power,
  sine,
  times,
  WHOLE,
} from "./interval";

/** Where a term's values lie, and its slopes between any two points. */
export type Slope = { readonly value: Interval; readonly slope: Interval };

/** A part of a formula. */
export type Term = { evaluate(x: number): number; enclose(x: Interval): Slope };

export const variable: Term = { evaluate: (x) => x, enclose: (x) => ({ value: x, slope: point(1) }) };

export const constant = (exact: number, value: Interval = point(exact)): Term => ({
  evaluate: () => exact,
  enclose: () => ({ value, slope: point(0) }),
});

export const negative = (a: Term): Term => ({
  evaluate: (x) => -a.evaluate(x),
  enclose: (x) => {
    const { value, slope } = a.enclose(x);
    return { value: negated(value), slope: negated(slope) };
  },
});

type Operation = {
  evaluate(u: number, v: number): number;
  enclose(u: Slope, v: Slope): Slope;
};

const operation =
  ({ evaluate, enclose }: Operation) =>
  (a: Term, b: Term): Term => ({
    evaluate: (x) => evaluate(a.evaluate(x), b.evaluate(x)),
    enclose: (x) => enclose(a.enclose(x), b.enclose(x)),
  });

/** The slope of max lies between those of its parts, where either may be the larger one. */
const maximum: Operation = {
  evaluate: Math.max,
  enclose: (u, v) => {
    const value = larger(u.value, v.value);
    if (u.value.low >= v.value.high) return { value, slope: u.slope };
    if (v.value.low >= u.value.high) return { value, slope: v.slope };
    return { value, slope: hull(u.slope, v.slope) };
  },
};
const opposite = ({ value, slope }: Slope): Slope => ({ value: negated(value), slope: negated(slope) });

export const operations: Readonly<Record<string, (a: Term, b: Term) => Term>> = {
  "+": operation({
    evaluate: (u, v) => u + v,
    enclose: (u, v) => ({ value: plus(u.value, v.value), slope: plus(u.slope, v.slope) }),
  }),
  "-": operation({
    evaluate: (u, v) => u - v,
    enclose: (u, v) => ({ value: minus(u.value, v.value), slope: minus(u.slope, v.slope) }),
  }),
  "*": operation({
    evaluate: (u, v) => u * v,
    enclose: (u, v) => ({
      value: times(u.value, v.value),
      slope: plus(times(u.slope, v.value), times(u.value, v.slope)),
    }),
  }),
  "/": operation({
    evaluate: (u, v) => u / v,
    enclose: (u, v) => {
      const value = over(u.value, v.value);
      return { value, slope: over(minus(u.slope, times(value, v.slope)), v.value) };
    },
  }),
  max: operation(maximum),
  min: operation({
    evaluate: Math.min,
    enclose: (u, v) => opposite(maximum.enclose(opposite(u), opposite(v))),
  }),
};

/** A function of one variable: its values, and its derivative's on an interval. */
type Known = {
  evaluate(u: number): number;
  value(u: Interval): Interval;
  derivative(u: Interval, value: Interval): Interval;
};

const applied =
  ({ evaluate, value, derivative }: Known) =>
  (a: Term): Term => ({
    evaluate: (x) => evaluate(a.evaluate(x)),
    enclose: (x) => {
      const u = a.enclose(x);
      const of = value(u.value);
      return { value: of, slope: times(derivative(u.value, of), u.slope) };
    },
  });

/** A function that is there from 0 on; outside it every value is possible. */
const onlyPositive = (known: Known, reaches: (low: number) => boolean): Known => ({
  ...known,
  value: (u) => (reaches(u.low) ? known.value(u) : WHOLE),
  derivative: (u, value) => (reaches(u.low) ? known.derivative(u, value) : WHOLE),
});

const sqrt: Known = {
  evaluate: Math.sqrt,
  value: growing(Math.sqrt),
  derivative: (_, value) => over(point(0.5), value),
};
const logarithm: Known = {
  evaluate: Math.log,
  value: growing(Math.log),
  derivative: (u) => over(point(1), u),
};
const known: Readonly<Record<string, Known>> = {
  sin: { evaluate: Math.sin, value: sine, derivative: cosine },
  cos: { evaluate: Math.cos, value: cosine, derivative: (u) => negated(sine(u)) },
  exp: { evaluate: Math.exp, value: growing(Math.exp), derivative: (_, value) => value },
  abs: {
    evaluate: Math.abs,
    value: absolute,
    derivative: ({ low, high }) => ({ low: low < 0 ? -1 : 1, high: high > 0 ? 1 : -1 }),
  },
  tanh: {
    evaluate: Math.tanh,
    value: growing(Math.tanh),
    derivative: (_, value) => minus(point(1), power(value, 2)),
  },
  sqrt: onlyPositive(sqrt, (low) => low >= 0),
  log: onlyPositive(logarithm, (low) => low > 0),
  ln: onlyPositive(logarithm, (low) => low > 0),
};

export const functions: Readonly<Record<string, (a: Term) => Term>> = {
  ...Object.fromEntries(Object.entries(known).map(([name, one]) => [name, applied(one)])),
  tan: (a) => operations["/"](functions.sin(a), functions.cos(a)),
};

/** a to a constant power. */
export function toPower(a: Term, exponent: number): Term {
  if (Number.isInteger(exponent) && exponent >= 0)
    return applied({
      evaluate: (u) => u ** exponent,
      value: (u) => power(u, exponent),
      derivative: (u) => (exponent === 0 ? point(0) : times(point(exponent), power(u, exponent - 1))),
    })(a);
  if (exponent < 0) return operations["/"](constant(1), toPower(a, -exponent));
  return applied(
    onlyPositive(
      {
        evaluate: (u) => u ** exponent,
        value: growing((u) => u ** exponent),
        derivative: (u, value) =>
          exponent > 1
            ? times(point(exponent), growing((t) => t ** (exponent - 1))(u))
            : times(point(exponent), over(value, u)),
      },
      (low) => low >= 0,
    ),
  )(a);
}
