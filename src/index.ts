/** Everything a notebook may use: named exports only, one block for each room. */
export {};
