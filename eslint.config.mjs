import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** What others may know of a function: its contract, and for who invokes it what a run reports. */
const CONTRACTS = "lambda/[^/]+/(?:contract|report)";

/**
 * Who may import whom. Each folder is followed by what it may import of ours; what is not listed is refused. A folder
 * with a slash stands for that file alone.
 */
const MAY_IMPORT = {
  piste: [],
  lambda: ["piste"],
  client: ["piste"],
  emulator: ["piste"],
  aws: ["piste", CONTRACTS],
  constructs: ["piste", "aws", CONTRACTS],
  stacks: ["constructs"],
  simulation: ["piste", "aws", "lambda", "emulator"],
  cli: ["piste", "aws", "emulator", CONTRACTS],
  scripts: ["piste", "aws", "lambda", "client", "emulator", "constructs", "simulation", "cli"],
  examples: [],
};
const OURS = [...Object.keys(MAY_IMPORT), "test", "bench"];

const importDirections = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^(?:\\.\\./)+(?!(?:${[folder, ...allowed].join("|")})(?:/|$))(?:${OURS.join("|")}|main)(?:/|$)`,
            message: `${folder}/ imports ${allowed.join(", ") || "nothing of ours"} only.`,
          },
          ...(allowed.includes(CONTRACTS)
            ? [
                {
                  regex: `^(?:\\.\\./)+lambda/(?!${CONTRACTS.slice("lambda/".length)}$)`,
                  message: `Of lambda/, ${folder}/ imports contract.ts and report.ts only.`,
                },
              ]
            : []),
          ...(folder === "aws"
            ? [{ regex: "^(?:@cdktf/|cdktf|constructs)", message: "aws/ is AWS without cdktf." }]
            : []),
          {
            regex: "^@cdktf/provider-aws$",
            message: "Import resources by path: the barrel costs seconds at each synth.",
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["dist/", "cdktf.out/", ".piste/", "node_modules/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // Terraform's JSON and CloudWatch's format are indexed by name.
      "@typescript-eslint/dot-notation": "off",
      // Index signatures name what their keys are.
      "@typescript-eslint/consistent-indexed-object-style": "off",
      // A construct is made for what it adds to its scope.
      "no-new": "off",
      eqeqeq: "error",
    },
  },
  {
    // `instanceof` on a framework class fails silently where two copies are installed.
    files: ["constructs/**/*.ts", "stacks/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "BinaryExpression[operator='instanceof'][right.name!='Error']",
          message: "Use the framework's static guards.",
        },
      ],
    },
  },
  {
    // What commands write goes through one file, which takes out what would control a terminal.
    files: ["cli/**/*.ts"],
    ignores: ["cli/command/terminal.ts"],
    rules: { "no-console": "error" },
  },
  {
    // A part of the command is loaded when it runs.
    files: ["cli/**/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // They are projects of their own, which have the package's types once it is installed; a test checks them there.
    files: ["examples/**/*.ts"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ["**/*.mjs", "*.js"],
    languageOptions: {
      globals: {
        URL: "readonly",
        setInterval: "readonly",
        console: "readonly",
        process: "readonly",
        module: "writable",
      },
    },
  },
  ...importDirections,
);
