import js from "@eslint/js";
import tseslint from "typescript-eslint";

/**
 * Who may import whom. Each folder is followed by what it may import of ours; what is not listed is refused. A folder
 * with a slash stands for that file alone.
 */
const MAY_IMPORT = {
  piste: [],
  lambda: ["piste"],
  client: ["piste"],
  emulator: ["piste"],
  constructs: ["piste", "lambda/[^/]+/contract"],
  stacks: ["constructs"],
  simulation: ["piste", "lambda", "emulator"],
  scripts: ["piste", "lambda", "client", "emulator", "constructs", "simulation", "bench"],
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
          ...(folder === "constructs"
            ? [
                {
                  regex: "^(?:\\.\\./)+lambda/(?![^/]+/contract$)",
                  message: "Of lambda/, constructs/ imports contract.ts only.",
                },
              ]
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
    files: ["alarms", "calls", "command", "credentials", "doctor", "emulator", "init", "policy"].map(
      (folder) => `scripts/${folder}/**/*.ts`,
    ),
    ignores: ["scripts/command/terminal.ts"],
    rules: { "no-console": "error" },
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
