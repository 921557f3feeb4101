/** `npm test`: every check, and what came of them in one line. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { LOCAL, ROOT } from "./local/folders";
import { fail } from "./local/user-error";

interface Check {
  readonly title: string;
  /** A program of node_modules/.bin and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Where jest puts its own count; a check without one counts as one. */
  readonly results?: string;
}

interface Count {
  passed: number;
  failed: number;
}

const RESULTS = path.join(LOCAL, "test-results");

function jest(title: string, project: string, ...more: string[]): Check {
  const results = path.join(RESULTS, `${project}.json`);
  const output = ["--json", "--outputFile", results, "--reporters", "default"];
  return { title, command: ["jest", "--selectProjects", project, ...output, ...more], results };
}

const CHECKS: readonly Check[] = [
  { title: "Format", command: ["prettier", "--check", "."] },
  { title: "Lint, import directions included", command: ["eslint", "."] },
  { title: "Types", command: ["tsc", "-p", "."] },
  { title: "Secrets: none in any file", command: ["secretlint", "--secretlintignore", ".gitignore", "**/*"] },
  jest("Unit tests", "unit"),
  jest("Simulated years (about 3 min)", "campaign"),
  // One after the other: each has Terraform and emulators of its own, and two cores.
  jest("Deployments with Terraform into the emulated AWS (about 6 min)", "deploy", "--runInBand"),
];

/** Takes longer than every change should wait for. */
const LONG_CHECKS: readonly Check[] = [jest("Long tests", "long", "--runInBand")];

function run([program, ...programArguments]: Check["command"]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, "node_modules", ".bin", program), programArguments, {
      cwd: ROOT,
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** The runner's own count. Tests that were skipped or files that could not be run are failures. */
function countOf({ results }: Check, code: number | null): Count {
  if (results === undefined) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!existsSync(results)) return { passed: 0, failed: 1 };
  const jestResults = JSON.parse(readFileSync(results, "utf8")) as Record<
    "numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests" | "numRuntimeErrorTestSuites",
    number
  >;
  const failed =
    jestResults.numFailedTests +
    jestResults.numPendingTests +
    jestResults.numTodoTests +
    jestResults.numRuntimeErrorTestSuites;
  return { passed: jestResults.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

async function main({ all }: { readonly all: boolean }): Promise<void> {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  const total: Count = { passed: 0, failed: 0 };
  for (const check of all ? [...CHECKS, ...LONG_CHECKS] : CHECKS) {
    console.log(`\n── ${check.title}`);
    const startedAt = Date.now();
    const count = countOf(check, await run(check.command));
    total.passed += count.passed;
    total.failed += count.failed;
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.log(`── ${count.failed === 0 ? "passed" : `${count.failed} FAILED`} in ${seconds} s`);
  }
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
}

new Command("npm test --")
  .description(
    "Runs every check: format, lint, types, secrets, unit tests, simulated years, deployments into the emulated AWS.",
  )
  .option("--all", "also the long ones", false)
  .action((options: { readonly all: boolean }) => main(options).catch(fail))
  .parse();
