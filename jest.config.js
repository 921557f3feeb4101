/**
 * Projects: `unit`; `smoke`, the main job with real tools; `package` and `long`, only for `npm run test:all`. In
 * folders that mirror the sources, `.long.test.ts` marks tests that are slow or start programs.
 */
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, sourceMaps: "inline" }] },
  moduleFileExtensions: ["ts", "js", "json"],
};

/** These tests also load a dependency that is only published as ES modules. */
const withRealTools = {
  ...common,
  transform: { "^.+\\.(ts|js)$": common.transform["^.+\\.ts$"] },
  transformIgnorePatterns: ["/node_modules/(?!get-port/)"],
};

const FOLDERS_OF_LONG_TESTS = ["campaign", "deploy", "long"];
const packed = {
  globalSetup: "<rootDir>/test/package/pack.ts",
  globalTeardown: "<rootDir>/test/package/remove-tarball.ts",
};

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: [
        ...[...FOLDERS_OF_LONG_TESTS, "package"].map((folder) => `<rootDir>/test/${folder}/`),
        "\\.long\\.test\\.ts$",
      ],
      globalSetup: "<rootDir>/test/build-lambda.ts",
    },
    { ...withRealTools, ...packed, displayName: "smoke", testMatch: ["<rootDir>/test/*/smoke.test.ts"] },
    {
      ...withRealTools,
      ...packed,
      displayName: "package",
      testMatch: ["<rootDir>/test/package/*.test.ts"],
      testPathIgnorePatterns: ["/smoke\\.test\\.ts$"],
    },
    {
      ...withRealTools,
      displayName: "long",
      testMatch: [
        ...FOLDERS_OF_LONG_TESTS.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
        "<rootDir>/test/**/*.long.test.ts",
      ],
      testPathIgnorePatterns: ["/smoke\\.test\\.ts$"],
      globalSetup: "<rootDir>/test/build-lambda.ts",
    },
  ],
};
