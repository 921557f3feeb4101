/** Unit tests and, in a project of their own, tests that deploy for real. */
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" }, sourceMaps: "inline" }] },
  moduleFileExtensions: ["ts", "js", "json"],
};

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/test/deploy/"],
      globalSetup: "<rootDir>/test/build-lambda.ts",
    },
    { ...common, displayName: "deploy", testMatch: ["<rootDir>/test/deploy/**/*.test.ts"] },
  ],
};
