import { defineConfig } from "@playwright/test";

import { ARTIFACTS } from "./places.ts";

export default defineConfig({
  testDir: "scenarios",
  outputDir: `${ARTIFACTS}/failed`,
  globalSetup: "./setup.ts",
  reporter: [["./reporter.ts"]],
  // A workbench and its browser keep one core busy while they start.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: { actionTimeout: 30_000 },
});
