import { defineConfig } from "vitest/config";

/** Tests that start kernels, browsers or whole set-ups, and those of what a person waits for; after the others. */
const SYSTEM = [
  "tests/kernel/**",
  "tests/browser/**",
  "tests/patience/**",
  "tests/slurm/**",
  "tests/scripts/clean-clone.test.ts",
];
/** The notebooks keep their time budgets only if nothing else runs beside them. */
const NOTEBOOKS = ["tests/notebooks/**"];
/** Run by `npm run endurance`. */
const ENDURANCE = ["tests/endurance/**"];
const files = (folders: string[]) => folders.map((folder) => folder.replace(/\*\*$/, "**/*.test.ts"));

/** Kernels that tests start do not write into the reader's history. */
export const env = { INTRINSIC_PARAMS_HISTORY: "off" };

export default defineConfig({
  test: {
    env,
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["tests/**/*.test.ts"],
          exclude: [...SYSTEM, ...NOTEBOOKS, ...ENDURANCE],
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: "system", include: files(SYSTEM), sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: "notebooks", include: files(NOTEBOOKS), sequence: { groupOrder: 2 } } },
    ],
  },
});
