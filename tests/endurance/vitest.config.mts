import { defineConfig } from "vitest/config";
import { env } from "../../vitest.config.mjs";

/** `npm run endurance`: what takes too long to run with the other tests, one file after the other. */
export default defineConfig({
  test: {
    env,
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    pool: "forks",
    fileParallelism: false,
    reporters: ["verbose"],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
  },
});
