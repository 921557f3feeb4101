/** Unit tests and, in a project of their own, tests that deploy for real. */
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, sourceMaps: "inline" }] },
  moduleFileExtensions: ["ts", "js", "json"],
};

/** Tests that run programs also load a dependency that is published as ES modules only. */
const withRealTools = {
  ...common,
  transform: { "^.+\\.(ts|js)$": common.transform["^.+\\.ts$"] },
  transformIgnorePatterns: ["/node_modules/(?!get-port/)"],
};

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["deploy", "campaign", "package", "long"].map((folder) => `<rootDir>/test/${folder}/`),
      globalSetup: "<rootDir>/test/build-lambda.ts",
    },
    { ...common, displayName: "campaign", testMatch: ["<rootDir>/test/campaign/**/*.test.ts"] },
    {
      ...common,
      displayName: "package",
      testMatch: ["<rootDir>/test/package/**/*.test.ts"],
      globalSetup: "<rootDir>/test/package/pack.ts",
      globalTeardown: "<rootDir>/test/package/remove-tarball.ts",
    },
    { ...withRealTools, displayName: "deploy", testMatch: ["<rootDir>/test/deploy/**/*.test.ts"] },
    { ...withRealTools, displayName: "long", testMatch: ["<rootDir>/test/long/**/*.test.ts"] },
  ],
};
