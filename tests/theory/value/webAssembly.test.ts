import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Code,
  f64,
  f64x2,
  giveBack,
  i32,
  i32x4,
  i64,
  i64x2,
  loopWhile,
  type ValueType,
  v128,
  vectorLocals,
  webAssemblyModule,
  when,
} from "../../../src/theory/value/webAssembly";

const memory = new WebAssembly.Memory({ initial: 1 });
const floats = new Float64Array(memory.buffer);
const words = new BigUint64Array(memory.buffer);

/** The function of a module, started on the memory above. */
function started<Value = number>(module: Uint8Array): (...values: Value[]) => Value {
  const bytes = Uint8Array.from(module);
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } }).exports;
  return f as (...values: Value[]) => Value;
}

type Pair = readonly [Code, Code];
const ofTwo = (type: ValueType, result: ValueType, code: (...operands: Pair) => Code) =>
  started(
    webAssemblyModule({
      parameters: { x: type, y: type },
      locals: {},
      result,
      body: ({ x, y }) => code(x.get, y.get),
    }),
  );

/** The vector at an address, and a function that works on the two at 0 and 16 and writes what it finds to 32. */
const vectorAt = (at: number) => v128.load64Lane(i32.const(at), v128.load64Zero(i32.const(at)), 1, 8);
const onVectors = (code: (x: Code, y: Code) => Code) =>
  started(
    webAssemblyModule({
      parameters: {},
      locals: {},
      result: "i32",
      body: () => [...v128.store(i32.const(32), code(vectorAt(0), vectorAt(16))), ...i32.const(0)],
    }),
  );

const any32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const anyFloat = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1, 0.5, -0.5));
const anyWord = fc.oneof(
  fc.constantFrom(0n, 2n ** 64n - 1n, 1n, 2n ** 63n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const four = <T>(any: fc.Arbitrary<T>) => fc.tuple(any, any, any, any);
const ALL = 2n ** 64n - 1n;
const tried: string[] = [];

describe("i32 and f64", () => {
  const cases: Record<string, [typeof i32.add, (x: number, y: number) => number]> = {
    add: [i32.add, (x, y) => (x + y) | 0],
    sub: [i32.sub, (x, y) => (x - y) | 0],
    and: [i32.and, (x, y) => x & y],
    xor: [i32.xor, (x, y) => x ^ y],
    shl: [i32.shl, (x, y) => x << y],
    shrU: [i32.shrU, (x, y) => (x >>> y) | 0],
    ltU: [i32.ltU, (x, y) => (x >>> 0 < y >>> 0 ? 1 : 0)],
  };
  test.each(Object.entries(cases))("i32.%s", (name, [code, expected]) => {
    tried.push(`i32.${name}`);
    const run = ofTwo("i32", "i32", code);
    fc.assert(
      fc.property(any32, any32, (x, y) => {
        expect(run(x, y)).toBe(expected(x, y) + 0);
      }),
    );
  });

  const floatCases: Record<string, [typeof f64.add, ValueType, (x: number, y: number) => number]> = {
    add: [f64.add, "f64", (x, y) => x + y],
    sub: [f64.sub, "f64", (x, y) => x - y],
    mul: [f64.mul, "f64", (x, y) => x * y],
    lt: [f64.lt, "i32", (x, y) => Number(x < y)],
    le: [f64.le, "i32", (x, y) => Number(x <= y)],
    ge: [f64.ge, "i32", (x, y) => Number(x >= y)],
  };
  test.each(Object.entries(floatCases))("f64.%s", (name, [code, result, expected]) => {
    tried.push(`f64.${name}`);
    const run = ofTwo("f64", result, code);
    fc.assert(
      fc.property(anyFloat, anyFloat, (x, y) => {
        expect(run(x, y)).toBe(expected(x, y));
        expect(run(x, x)).toBe(expected(x, x));
      }),
    );
  });

  test("constants are what they were written as", () => {
    tried.push("i32.const", "f64.const");
    const constant = (result: ValueType, code: Code) =>
      started(webAssemblyModule({ parameters: {}, locals: {}, result, body: () => code }))();
    fc.assert(
      fc.property(any32, anyFloat, (x, y) => {
        expect(constant("i32", i32.const(x))).toBe(x + 0);
        expect(constant("f64", f64.const(y))).toBe(y);
      }),
    );
  });
});

describe("i64", () => {
  const any64 = fc.oneof(
    fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  const signed = (x: bigint) => BigInt.asIntN(64, x);
  const unsigned = (x: bigint) => BigInt.asUintN(64, x);
  const whole: Record<string, [typeof i64.add, (x: bigint, y: bigint) => bigint]> = {
    add: [i64.add, (x, y) => x + y],
    sub: [i64.sub, (x, y) => x - y],
    mul: [i64.mul, (x, y) => x * y],
    and: [i64.and, (x, y) => x & y],
    or: [i64.or, (x, y) => x | y],
    shl: [i64.shl, (x, y) => x << (unsigned(y) % 64n)],
    shrU: [i64.shrU, (x, y) => unsigned(x) >> (unsigned(y) % 64n)],
  };
  const run64 = (types: readonly ValueType[], result: ValueType, code: (...operands: Code[]) => Code) => {
    const parameters = Object.fromEntries(types.map((type, i) => [`p${i}`, type]));
    return started<number | bigint>(
      webAssemblyModule<string>({
        parameters,
        locals: {},
        result,
        body: (local) => code(...types.map((_, i) => local[`p${i}`]!.get)),
      }),
    );
  };
  test.each(Object.entries(whole))("i64.%s keeps the low 64 bits", (name, [code, expected]) => {
    tried.push(`i64.${name}`);
    const run = run64(["i64", "i64"], "i64", (x, y) => code(x!, y!));
    fc.assert(
      fc.property(any64, any64, (x, y) => {
        expect(run(x, y)).toBe(signed(expected(x, y)));
      }),
    );
  });

  const compared: Record<string, [typeof i64.add, (x: bigint, y: bigint) => boolean]> = {
    eq: [i64.eq, (x, y) => x === y],
    ltS: [i64.ltS, (x, y) => x < y],
    geS: [i64.geS, (x, y) => x >= y],
    ltU: [i64.ltU, (x, y) => unsigned(x) < unsigned(y)],
    eqz: [(x) => i64.eqz(x), (x) => x === 0n],
  };
  test.each(Object.entries(compared))("i64.%s", (name, [code, expected]) => {
    tried.push(`i64.${name}`);
    const run = run64(["i64", "i64"], "i32", (x, y) => code(x!, y!));
    fc.assert(
      fc.property(any64, any64, (x, y) => {
        expect(run(x, y)).toBe(Number(expected(x, y)));
        expect(run(x, x)).toBe(Number(expected(x, x)));
      }),
    );
  });

  test("numbers of other types, constants and memory become 64 bits and back", () => {
    tried.push(
      "i64.const",
      "i64.extend",
      "i64.wrap",
      "i64.ofFloat",
      "f64.ofInteger",
      "i64.load",
      "f64.store",
    );
    const [extend, wrap] = [run64(["i32"], "i64", i64.extend), run64(["i64"], "i32", i64.wrap)];
    const [ofFloat, toFloat] = [run64(["f64"], "i64", i64.ofFloat), run64(["i64"], "f64", f64.ofInteger)];
    const stored = run64(["f64"], "i64", (x) => [
      ...f64.store(i32.const(8), x, 16),
      ...i64.load(i32.const(21), 2),
    ]);
    fc.assert(
      fc.property(any64, any32, fc.double(), (x, y, z) => {
        expect(run64([], "i64", () => i64.const(x))()).toBe(x);
        expect(extend(y)).toBe(BigInt(y >>> 0));
        expect(wrap(x)).toBe(Number(BigInt.asIntN(32, x)));
        expect(toFloat(x)).toBe(Number(x));
        if (Math.abs(z) < 2 ** 63) expect(ofFloat(z)).toBe(BigInt(Math.trunc(z)));
        words[3] = 0n;
        // The address 23 is a byte below that of the number: its lowest byte comes first.
        expect(stored(z)).toBe(signed(unsigned(words[3]! << 8n) | (words[2]! >> 56n)));
        expect(floats[3]).toBe(z);
      }),
    );
  });
});

test("integers are stored at the address with its offset, and nothing beside them", () => {
  tried.push("i32.store", "i64.store");
  const storing = (type: "i32" | "i64", offset: number) =>
    started<number | bigint>(
      webAssemblyModule({
        parameters: { at: "i32", x: type },
        locals: {},
        result: "i32",
        body: ({ at, x }) => [...(type === "i32" ? i32 : i64).store(at.get, x.get, offset), ...i32.const(0)],
      }),
    );
  const whole = new Int32Array(memory.buffer);
  const places = fc.record({ at: fc.nat(20), offset: fc.nat(200) });
  fc.assert(
    fc.property(places, any32, anyWord, ({ at, offset }, x, y) => {
      words.fill(7n, 0, 300);
      const expected = words.slice();
      expected[at + offset] = y;
      storing("i64", 8 * offset)(8 * at, BigInt.asIntN(64, y));
      expect(words).toEqual(expected);
      new Int32Array(expected.buffer)[at + offset] = x;
      storing("i32", 4 * offset)(4 * at, x);
      expect(whole).toEqual(new Int32Array(expected.buffer));
    }),
    { numRuns: 50 },
  );
});

describe("vectors of integers", () => {
  const four32 = four(any32);
  const whole = new Int32Array(memory.buffer);
  const lanes: Record<string, [typeof i32x4.gtS, (x: number, y: number) => number]> = {
    gtS: [i32x4.gtS, (x, y) => (x > y ? -1 : 0)],
    maxS: [i32x4.maxS, Math.max],
  };
  test.each(Object.entries(lanes))("i32x4.%s", (name, [code, expected]) => {
    tried.push(`i32x4.${name}`);
    const run = onVectors(code);
    fc.assert(
      fc.property(four32, four32, any32, (x, y, same) => {
        whole.set([...x.slice(0, 3), same, ...y.slice(0, 3), same]);
        run();
        const found = [...x.slice(0, 3), same].map((each, i) => expected(each, i === 3 ? same : y[i]!));
        expect([...whole.subarray(8, 12)]).toEqual(found.map((each) => each + 0));
      }),
    );
  });

  const shifts: Record<string, [typeof i32x4.shl, (x: number, y: number) => number]> = {
    shl: [i32x4.shl, (x, y) => x << y],
    shrU: [i32x4.shrU, (x, y) => (x >>> y) | 0],
  };
  test.each(Object.entries(shifts))(
    "i32x4.%s moves the bits of all four by one number",
    (name, [code, expected]) => {
      tried.push(`i32x4.${name}`);
      fc.assert(
        fc.property(four32, fc.nat(31), (x, by) => {
          whole.set(x);
          onVectors((vector) => code(vector, i32.const(by)))();
          expect([...whole.subarray(8, 12)]).toEqual(x.map((each) => expected(each, by) + 0));
        }),
      );
    },
  );

  test("i32x4.shuffle takes any four of eight", () => {
    tried.push("i32x4.shuffle");
    fc.assert(
      fc.property(four32, four32, four(fc.nat(7)), (x, y, places) => {
        whole.set([...x, ...y]);
        onVectors((first, second) => i32x4.shuffle(first, second, places))();
        expect([...whole.subarray(8, 12)]).toEqual(places.map((place) => [...x, ...y][place]! + 0));
      }),
    );
  });

  test("i32x4.splat has one number in all lanes, and i64x2.extractLane gives either half", () => {
    tried.push("i32x4.splat", "i64x2.extractLane");
    const half = (lane: number) =>
      started<number | bigint>(
        webAssemblyModule({
          parameters: { x: "i32" },
          locals: vectorLocals(["all"]),
          result: "i64",
          body: ({ x, all }) => [
            ...all.set(i32x4.splat(x.get)),
            ...v128.store(i32.const(32), all.get),
            ...i64x2.extractLane(vectorAt(0), lane),
          ],
        }),
      );
    const halves = [half(0), half(1)];
    fc.assert(
      fc.property(any32, anyWord, anyWord, (x, first, second) => {
        words.set([first, second]);
        expect(halves.map((run) => run(x))).toEqual([first, second].map((word) => BigInt.asIntN(64, word)));
        expect([...whole.subarray(8, 12)]).toEqual([x, x, x, x].map((each) => each + 0));
      }),
    );
  });
});

describe("vectors of two float64", () => {
  const arithmetic: Record<string, [typeof f64x2.add, (x: number, y: number) => number]> = {
    add: [f64x2.add, (x, y) => x + y],
    sub: [f64x2.sub, (x, y) => x - y],
    mul: [f64x2.mul, (x, y) => x * y],
    pmin: [f64x2.pmin, (x, y) => (y < x ? y : x)],
    pmax: [f64x2.pmax, (x, y) => (x < y ? y : x)],
    floor: [(x) => f64x2.floor(x), Math.floor],
  };
  test.each(Object.entries(arithmetic))("f64x2.%s", (name, [code, expected]) => {
    tried.push(`f64x2.${name}`);
    const run = onVectors(code);
    fc.assert(
      fc.property(four(anyFloat), ([x0, x1, y0, y1]) => {
        floats.set([x0, x1, y0, y1]);
        run();
        expect([...floats.subarray(4, 6)]).toEqual([expected(x0, y0), expected(x1, y1)]);
      }),
    );
  });

  const comparisons: Record<string, [typeof f64x2.lt, (x: number, y: number) => boolean]> = {
    ne: [f64x2.ne, (x, y) => x !== y],
    lt: [f64x2.lt, (x, y) => x < y],
    le: [f64x2.le, (x, y) => x <= y],
    ge: [f64x2.ge, (x, y) => x >= y],
  };
  test.each(Object.entries(comparisons))(
    "f64x2.%s sets all bits of a lane, or none",
    (name, [code, holds]) => {
      tried.push(`f64x2.${name}`);
      const run = onVectors(code);
      fc.assert(
        fc.property(anyFloat, four(anyFloat), (same, [x0, x1, y0]) => {
          floats.set([x0, same, y0, fc.sample(fc.constantFrom(same, x1), 1)[0]]);
          run();
          const lane = (i: number) => (holds(floats[i], floats[i + 2]) ? ALL : 0n);
          expect([...words.subarray(4, 6)]).toEqual([lane(0), lane(1)]);
        }),
      );
    },
  );

  test("f64x2.ofIntegers takes the first two of four signed integers", () => {
    tried.push("f64x2.ofIntegers");
    const run = onVectors((x) => f64x2.ofIntegers(x));
    fc.assert(
      fc.property(four(any32), (integers) => {
        new Int32Array(memory.buffer).set(integers);
        run();
        expect([...floats.subarray(4, 6)]).toEqual(integers.slice(0, 2).map((x) => x + 0));
      }),
    );
  });

  test("f64x2.splat has one number in both lanes", () => {
    tried.push("f64x2.splat");
    const run = started(
      webAssemblyModule({
        parameters: { x: "f64" },
        locals: {},
        result: "i32",
        body: ({ x }) => [...v128.store(i32.const(32), f64x2.splat(x.get)), ...i32.const(0)],
      }),
    );
    fc.assert(
      fc.property(anyFloat, (x) => {
        run(x);
        expect([...floats.subarray(4, 6)]).toEqual([x, x]);
      }),
    );
  });
});

describe("128 bits", () => {
  const bits: Record<string, [typeof v128.and, (x: bigint, y: bigint) => bigint]> = {
    and: [v128.and, (x, y) => x & y],
    or: [v128.or, (x, y) => x | y],
    xor: [v128.xor, (x, y) => x ^ y],
    not: [(x) => v128.not(x), (x) => x ^ ALL],
  };
  test.each(Object.entries(bits))("v128.%s", (name, [code, expected]) => {
    tried.push(`v128.${name}`);
    const run = onVectors(code);
    fc.assert(
      fc.property(four(anyWord), ([x0, x1, y0, y1]) => {
        words.set([x0, x1, y0, y1]);
        run();
        expect([...words.subarray(4, 6)]).toEqual([expected(x0, y0), expected(x1, y1)]);
      }),
    );
  });

  test("v128.anyTrue and i32x4.extractLane tell of every bit where it is", () => {
    tried.push("v128.anyTrue", "i32x4.extractLane");
    const asked = (code: Code) =>
      started(webAssemblyModule({ parameters: {}, locals: {}, result: "i32", body: () => code }));
    const any = asked(v128.anyTrue(vectorAt(0)));
    const lanes = [0, 1, 2, 3].map((lane) => asked(i32x4.extractLane(vectorAt(0), lane)));
    const view = new Int32Array(memory.buffer);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), any32), { minLength: 4, maxLength: 4 }), (four) => {
        view.set(four);
        expect(any()).toBe(four.some((x) => x !== 0) ? 1 : 0);
        expect(lanes.map((lane) => lane())).toEqual(four.map((x) => x + 0));
      }),
    );
  });

  test("loads and stores reach the lane and the address with its offset, and nothing beside them", () => {
    tried.push("v128.load64Zero", "v128.load64Lane", "v128.load", "v128.store");
    const copied = started(
      webAssemblyModule({
        parameters: { from: "i32" },
        locals: {},
        result: "i32",
        body: ({ from }) => [...v128.store(i32.const(32), v128.load(from.get, 8)), ...i32.const(0)],
      }),
    );
    floats.set([1, 2, 3, 4, 5, 6]);
    copied(8);
    expect([...floats.subarray(4, 6)]).toEqual([3, 4]);
    const any = fc.record({ at: fc.nat(20), other: fc.nat(20), offset: fc.nat(200), lane: fc.nat(1) });
    fc.assert(
      fc.property(any, fc.array(anyWord, { minLength: 64, maxLength: 64 }), (chosen, before) => {
        const { at, other, offset, lane } = chosen;
        words.set(before);
        const run = started(
          webAssemblyModule({
            parameters: { at: "i32", other: "i32" },
            locals: {},
            result: "i32",
            body: (local) => [
              ...v128.store(
                local.at.get,
                v128.load64Lane(
                  local.other.get,
                  v128.load64Zero(local.at.get, 8 * offset),
                  lane,
                  8 * (offset + 1),
                ),
                8 * (offset + 30),
              ),
              ...i32.const(0),
            ],
          }),
        );
        const expected = words.slice();
        const found = [words[at + offset], 0n];
        found[lane] = words[other + offset + 1];
        expected.set(found, at + offset + 30);
        run(8 * at, 8 * other);
        expect(words).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

test("32 bits are loaded from any address, into one lane of four", () => {
  tried.push("v128.load32Zero", "v128.load32Lane");
  const integers = new Int32Array(memory.buffer);
  const any = fc.record({ at: fc.nat(20), other: fc.nat(20), offset: fc.nat(200), lane: fc.nat(3) });
  fc.assert(
    fc.property(any, fc.array(any32, { minLength: 256, maxLength: 256 }), (chosen, before) => {
      const { at, other, offset, lane } = chosen;
      integers.set(before);
      const [x, y] = [v128.load32Zero, v128.load32Lane] as const;
      const first = x(i32.const(4 * at), 4 * offset);
      const both = y(i32.const(4 * other), first, lane, 4 * (offset + 1));
      const body = () => [...v128.store(i32.const(2048), both), ...i32.const(0)];
      started(webAssemblyModule({ parameters: {}, locals: {}, result: "i32", body }))();
      const expected = [integers[at + offset], 0, 0, 0];
      expected[lane] = integers[other + offset + 1];
      expect([...integers.subarray(512, 516)]).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

describe("functions", () => {
  test("a loop runs once, and again while its condition holds", () => {
    const run = started(
      webAssemblyModule({
        parameters: { n: "i32" },
        locals: { k: "i32", sum: "i32" },
        result: "i32",
        body: ({ n, k, sum }) => [
          ...loopWhile(
            [...k.set(i32.add(k.get, i32.const(1))), ...sum.set(i32.add(sum.get, k.get))],
            i32.ltU(k.get, n.get),
          ),
          ...sum.get,
        ],
      }),
    );
    fc.assert(
      fc.property(fc.nat(1000), (n) => {
        const last = Math.max(n, 1);
        expect(run(n)).toBe((last * (last + 1)) / 2);
      }),
    );
  });

  test("one of two branches runs, and a result can be given back before the end", () => {
    const run = started(
      webAssemblyModule({
        parameters: { n: "i32" },
        locals: { sum: "i32" },
        result: "i32",
        body: ({ n, sum }) => [
          ...when(i32.ltU(n.get, i32.const(10)), sum.set(i32.const(1)), sum.set(i32.const(2))),
          ...when(i32.ltU(i32.const(20), n.get), giveBack(i32.const(3))),
          ...sum.get,
        ],
      }),
    );
    expect([0, 9, 10, 20, 21].map((n) => run(n))).toEqual([1, 1, 2, 2, 3]);
  });

  test("local variables of several types are zero at first and stand apart, also more than one byte counts", () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, k) => [`k${k}`, k % 100 < 60 ? "i32" : "f64"] as const),
    );
    const run = started(
      webAssemblyModule<string>({
        parameters: { a: "f64", b: "i32" },
        locals: many,
        result: "i32",
        body: (local) => {
          const whole = Object.keys(many).filter((name) => many[name] === "i32");
          const weigh = (name: string, weight: number) =>
            local[name].set(i32.add(local[name].get, i32.add(local.b.get, i32.const(weight))));
          const total = whole.reduce<Code>((sum, name) => i32.add(sum, local[name].get), i32.const(0));
          return [...whole.flatMap(weigh), ...local.k299.set(local.a.get), ...total];
        },
      }),
    );
    expect(run(0.5, 10)).toBe(180 * 10 + (179 * 180) / 2);
  });

  test("code that leaves nothing, or another type than the result, is no valid module", () => {
    const isValid = (body: Code) => {
      const module = webAssemblyModule({ parameters: {}, locals: {}, result: "i32", body: () => body });
      return WebAssembly.validate(Uint8Array.from(module));
    };
    expect(isValid(i32.const(1))).toBe(true);
    expect(isValid([])).toBe(false);
    expect(isValid(f64.const(1))).toBe(false);
    expect(isValid([...i32.const(1), ...i32.const(1)])).toBe(false);
  });
});

test("every instruction has been tried", () => {
  const all = Object.entries({ i32, i64, f64, i32x4, i64x2, f64x2, v128 }).flatMap(([type, instructions]) =>
    Object.keys(instructions).map((name) => `${type}.${name}`),
  );
  expect([...new Set(tried)].sort()).toEqual(all.sort());
});
