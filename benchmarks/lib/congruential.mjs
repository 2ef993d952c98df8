/** The multiplier and the increment of Numerical Recipes' generator modulo 2^32. */
const [MULTIPLIER, INCREMENT] = [1664525, 1013904223];

/** A linear congruential generator: 32 bits with each call, the same in every run. */
export function congruential(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    return state;
  };
}
