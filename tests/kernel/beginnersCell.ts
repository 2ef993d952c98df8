/** A cell with what beginners stumble over: an array of one number, promises, a function of a number. */
export const beginnersCell = `import { target } from "intrinsic-params";
const x = new Float64Array([0.5]);
const later = async () => ({ loss: 0.25, list: [1, 2] });
const laterNumber = async () => 3;
const double = (n: number) => 2 * n;
const anything: any = { approximateLp: 1 };`;
