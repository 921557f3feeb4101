import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** The files of a function that other folders may import: its contract, and the type of its result. */
const CONTRACTS = "lambda/[^/]+/(?:contract|report)";

/** The folders that each folder may import. All others are refused. An entry with a slash stands for a file. */
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
            message: `${folder}/ may only import ${allowed.join(", ") || "packages"}.`,
          },
          ...(allowed.includes(CONTRACTS)
            ? [
                {
                  regex: `^(?:\\.\\./)+lambda/(?!${CONTRACTS.slice("lambda/".length)}$)`,
                  message: `${folder}/ may only import contract.ts and report.ts of lambda/.`,
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
      // Terraform's JSON and CloudWatch's format have arbitrary names.
      "@typescript-eslint/dot-notation": "off",
      // Index signatures name their keys.
      "@typescript-eslint/consistent-indexed-object-style": "off",
      // Constructs add themselves to their scope.
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
    // Commands write through terminal.ts, which removes terminal control sequences.
    files: ["cli/**/*.ts"],
    ignores: ["cli/command/terminal.ts"],
    rules: { "no-console": "error" },
  },
  {
    // Commands load their parts at run time.
    files: ["cli/**/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    // Separate projects, which get the package's types from an installation; a test checks them there.
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
