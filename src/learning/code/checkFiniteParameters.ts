import { shown } from "../../common/shown";

/** @throws TypeError or RangeError unless the parameters are lists of finite numbers with something in each. */
export function checkFiniteParameters(parameters: readonly Float32Array[]): void {
  if (!Array.isArray(parameters) || !parameters.every((each) => each instanceof Float32Array))
    throw new TypeError(
      `Expected a list of Float32Arrays, as trainedNumbers gives; got ${shown(parameters)}.`,
    );
  if (parameters.length === 0 || parameters.some(({ length }) => length === 0))
    throw new RangeError(`Expected numbers in every parameter; got ${shown(parameters)}.`);
  for (const parameter of parameters) {
    const wrong = parameter.find((value) => !Number.isFinite(value));
    if (wrong !== undefined)
      throw new RangeError(`Numbers must be finite; got ${shown(wrong)}: train again.`);
  }
}
