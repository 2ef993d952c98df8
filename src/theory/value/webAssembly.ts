import { signedLeb128, unsignedLeb128 } from "./leb128";

/**
 * A WebAssembly module with one function, built from instructions that are named as in WebAssembly's text format:
 * f64x2.add(x, y) is code that leaves x + y on the stack; x and y are code that leaves a value each. Only what
 * lookUpModule, kuhnModule and extractionModule need is here. Source: WebAssembly Core Specification 2.0, section 5, Binary Format.
 */

/** Bytes that run one after another; most leave one value on the stack. */
export type Code = readonly number[];

/** The byte of each type of value. */
const TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof TYPES;

/** An instruction that takes the values of its operands, in order. */
const instruction =
  <Operands extends readonly Code[]>(...code: number[]) =>
  (...operands: Operands): Code => [...operands.flat(), ...code];
const unary = (...code: number[]) => instruction<[x: Code]>(...code);
const binary = (...code: number[]) => instruction<[x: Code, y: Code]>(...code);

/** An instruction on vectors is one byte and then its number. */
const vector = (opcode: number) => [0xfd, ...unsignedLeb128(opcode)];
/** How an 8-byte number is accessed in memory: its alignment, log₂ 8, and an offset added to the address. */
const memory = (offset: number) => [3, ...unsignedLeb128(offset)];
/** The same for a 4-byte number. */
const memory32 = (offset: number) => [2, ...unsignedLeb128(offset)];

export const i32 = {
  const: (x: number): Code => [0x41, ...signedLeb128(x)],
  /** Whether x < y, both unsigned. */
  ltU: binary(0x49),
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  xor: binary(0x73),
  /** x·2^y, the low 32 bits. */
  shl: binary(0x74),
  /** ⌊x/2^y⌋, x unsigned. */
  shrU: binary(0x76),
  store: (address: Code, x: Code, offset = 0): Code => [...address, ...x, 0x36, ...memory32(offset)],
};

/** 64-bit integers; add, sub, mul and shl keep the low 64 bits, and shifts are by y mod 64. */
export const i64 = {
  const: (x: bigint): Code => [0x42, ...signedLeb128(x)],
  /** Whether x = 0. */
  eqz: unary(0x50),
  /** Whether x = y. */
  eq: binary(0x51),
  /** Whether x < y, both signed. */
  ltS: binary(0x53),
  /** Whether x < y, both unsigned. */
  ltU: binary(0x54),
  /** Whether x ≥ y, both signed. */
  geS: binary(0x59),
  add: binary(0x7c),
  sub: binary(0x7d),
  mul: binary(0x7e),
  and: binary(0x83),
  or: binary(0x84),
  shl: binary(0x86),
  /** ⌊x/2^y⌋, x unsigned. */
  shrU: binary(0x88),
  /** An i32, unsigned, as an i64. */
  extend: unary(0xad),
  /** The low 32 bits: an i32. */
  wrap: unary(0xa7),
  /** An f64 between −2^63 and 2^63 without its fraction. */
  ofFloat: unary(0xb0),
  /** 64 bits from memory, at any address, the lowest byte first. */
  load: (address: Code, offset = 0): Code => [...address, 0x29, 0, ...unsignedLeb128(offset)],
  store: (address: Code, x: Code, offset = 0): Code => [...address, ...x, 0x37, ...memory(offset)],
};

export const f64 = {
  const: (x: number): Code => [0x44, ...new Uint8Array(new Float64Array([x]).buffer)],
  lt: binary(0x63),
  le: binary(0x65),
  ge: binary(0x66),
  add: binary(0xa0),
  sub: binary(0xa1),
  mul: binary(0xa2),
  /** The f64 nearest to an i64, signed. */
  ofInteger: unary(0xb9),
  store: (address: Code, x: Code, offset = 0): Code => [...address, ...x, 0x39, ...memory(offset)],
};

/** Four 32-bit integers. */
export const i32x4 = {
  splat: unary(...vector(0x11)),
  /** The one at place `lane`, 0 to 3. */
  extractLane: (x: Code, lane: number): Code => [...x, ...vector(0x1b), lane],
  /** Four of the eight of x and y, by their places. */
  shuffle: (x: Code, y: Code, places: readonly number[]): Code => [
    ...[...x, ...y, ...vector(0x0d)],
    ...places.flatMap((place) => [0, 1, 2, 3].map((byte) => 4 * place + byte)),
  ],
  /** All bits where x > y, both signed, else none. */
  gtS: binary(...vector(0x3b)),
  /** x·2^y, the low 32 bits; y is an i32. */
  shl: binary(...vector(0xab)),
  /** ⌊x/2^y⌋, x unsigned; y is an i32. */
  shrU: binary(...vector(0xad)),
  /** The larger, both signed. */
  maxS: binary(...vector(0xb8)),
};

/** Two 64-bit integers. */
export const i64x2 = {
  /** The one at place `lane`, 0 or 1. */
  extractLane: (x: Code, lane: number): Code => [...x, ...vector(0x1d), lane],
};

/** Two float64; a comparison sets all bits of a lane where it holds, else none. */
export const f64x2 = {
  splat: unary(...vector(0x14)),
  ne: binary(...vector(0x48)),
  lt: binary(...vector(0x49)),
  le: binary(...vector(0x4b)),
  ge: binary(...vector(0x4c)),
  floor: unary(...vector(0x75)),
  add: binary(...vector(0xf0)),
  sub: binary(...vector(0xf1)),
  mul: binary(...vector(0xf2)),
  /** y < x ? y : x. */
  pmin: binary(...vector(0xf6)),
  /** x < y ? y : x. */
  pmax: binary(...vector(0xf7)),
  /** The first two of four 32-bit integers, signed, as float64. */
  ofIntegers: unary(...vector(0xfe)),
};

/** 128 bits. */
export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...vector(0x00), ...memory(offset)],
  store: (address: Code, x: Code, offset = 0): Code => [...address, ...x, ...vector(0x0b), ...memory(offset)],
  not: unary(...vector(0x4d)),
  and: binary(...vector(0x4e)),
  or: binary(...vector(0x50)),
  xor: binary(...vector(0x51)),
  /** Whether any bit is set: an i32. */
  anyTrue: unary(...vector(0x53)),
  /** x with one of its four 32-bit lanes replaced from memory. */
  load32Lane: (address: Code, x: Code, lane: number, offset = 0): Code => [
    ...[...address, ...x],
    ...[...vector(0x56), ...memory32(offset), lane],
  ],
  /** 32 bits from memory, and 96 zeros above. */
  load32Zero: (address: Code, offset = 0): Code => [...address, ...vector(0x5c), ...memory32(offset)],
  /** x with one of its two 64-bit lanes replaced from memory. */
  load64Lane: (address: Code, x: Code, lane: number, offset = 0): Code => [
    ...[...address, ...x],
    ...[...vector(0x57), ...memory(offset), lane],
  ],
  /** 64 bits from memory, and 64 zeros above. */
  load64Zero: (address: Code, offset = 0): Code => [...address, ...vector(0x5d), ...memory(offset)],
};

/** Two float64, one from each address; the second `stride` bytes further on. */
export const gather = (first: Code, second: Code, offset = 0, stride = 0): Code =>
  v128.load64Lane(second, v128.load64Zero(first, offset), 1, offset + stride);

/** The low 32 bits of a vector's first or second float64. */
export const low32 = (x: Code, which: 0 | 1): Code => i32x4.extractLane(x, 2 * which);

const [LOOP, IF, ELSE, BRANCH_IF, END, RETURN, NOTHING] = [0x03, 0x04, 0x05, 0x0d, 0x0b, 0x0f, 0x40];

/** Runs `then` if the condition, an i32, is not 0, else `otherwise`; neither leaves a value. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...[...condition, IF, NOTHING, ...then],
  ...(otherwise.length === 0 ? [] : [ELSE, ...otherwise]),
  END,
];

/** Ends the function with a result. */
export const giveBack = (result: Code): Code => [...result, RETURN];

/** Runs the body, and repeats it while the condition, an i32, is not 0. */
export const loopWhile = (body: Code, condition: Code): Code => [
  ...[LOOP, NOTHING, ...body],
  ...[...condition, BRANCH_IF, 0],
  END,
];

/** A parameter or a local variable: the code that reads it, and the code that gives it a value. */
export type Local = { readonly get: Code; readonly set: (value: Code) => Code };

const numbered = (index: number): Local => ({
  get: [0x20, ...unsignedLeb128(index)],
  set: unary(0x21, ...unsignedLeb128(index)),
});

/** Declares local vectors. */
export const vectorLocals = (names: readonly string[]): Record<string, ValueType> =>
  Object.fromEntries(names.map((name) => [name, "v128"]));

/** The one function of a module. */
export type FunctionDefinition<Name extends string> = {
  readonly parameters: Readonly<Partial<Record<Name, ValueType>>>;
  /** Zero at first. */
  readonly locals: Readonly<Partial<Record<Name, ValueType>>>;
  readonly result: ValueType;
  /** Leaves the result on the stack. */
  readonly body: (local: Readonly<Record<Name, Local>>) => Code;
};

const list = (items: readonly Code[]): Code => [...unsignedLeb128(items.length), ...items.flat()];
const sized = (content: Code): Code => [...unsignedLeb128(content.length), ...content];
const text = (letters: string): Code => sized([...new TextEncoder().encode(letters)]);
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];

const HEAD = [...[0x00, 0x61, 0x73, 0x6d], ...[1, 0, 0, 0]]; // \0asm, version 1
const SECTIONS = { types: 1, imports: 2, functions: 3, exports: 7, codes: 10 };
const FUNCTION_TYPE = 0x60;
/** The kind of an export, the kind of an import, and the mark of a memory with a least size only. */
const [IS_FUNCTION, IS_MEMORY, AT_LEAST] = [0, 2, 0];

/** How local variables are declared: for each run of one type, its length and the type. */
function declared(types: readonly ValueType[]): Code[] {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return runs.map(({ type, count }) => [...unsignedLeb128(count), TYPES[type]]);
}

/** The bytes of a module that exports the function as `f` and imports the memory `m` of `m`, at least one page long. */
export function webAssemblyModule<Name extends string>(definition: FunctionDefinition<Name>): Uint8Array {
  const { parameters, locals, result, body } = definition;
  const takes = Object.values<ValueType>(parameters as Record<Name, ValueType>);
  const names = [...Object.keys(parameters), ...Object.keys(locals)] as Name[];
  const local = Object.fromEntries(names.map((name, index) => [name, numbered(index)]));
  const code = [
    ...list(declared(Object.values<ValueType>(locals as Record<Name, ValueType>))),
    ...[...body(local as Record<Name, Local>), END],
  ];
  const type = [FUNCTION_TYPE, ...list(takes.map((each) => [TYPES[each]])), ...list([[TYPES[result]]])];
  return Uint8Array.from([
    ...HEAD,
    ...section(SECTIONS.types, [type]),
    ...section(SECTIONS.imports, [[...text("m"), ...text("m"), IS_MEMORY, AT_LEAST, 1]]),
    ...section(SECTIONS.functions, [[0]]),
    ...section(SECTIONS.exports, [[...text("f"), IS_FUNCTION, 0]]),
    ...section(SECTIONS.codes, [sized(code)]),
  ]);
}
