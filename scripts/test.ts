/** `npm test`: runs every check and sums up the results in one line. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { LOCAL, ROOT } from "./local/folders";
import { fail } from "../cli/command/fail";

interface Check {
  readonly title: string;
  /** A program of node_modules/.bin and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Jest's result file; a check without one counts as one test. */
  readonly results?: string;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** By default Jest leaves one core idle: half of them on a machine with two. */
const ALL_CORES = "--maxWorkers=100%";

/** Makes property tests do all their runs instead of a tenth: test/runs.ts. */
const EVERY_RUN = "PISTE_TEST_EVERY_RUN";

const RESULTS = path.join(LOCAL, "test-results");

function jest(title: string, project: string, ...more: string[]): Check {
  const results = path.join(RESULTS, `${project}.json`);
  const output = ["--json", "--outputFile", results, "--reporters", "default"];
  return { title, command: ["jest", "--selectProjects", project, ...output, ...more], results };
}

const STATIC: readonly Check[] = [
  { title: "Lint, import directions included", command: ["eslint", "."] },
  { title: "Format", command: ["prettier", "--check", "."] },
  { title: "Types", command: ["tsc", "-p", "."] },
  { title: "Secrets: none in any file", command: ["secretlint", "--secretlintignore", ".gitignore", "**/*"] },
];

/** Checks of a stage run in parallel. The first shows its output at once, the others when they end. */
const STAGES: readonly (readonly Check[])[] = [
  STATIC,
  [jest("Unit tests (about two minutes)", "unit", ALL_CORES)],
  [jest("The main job, deployed and installed (about a minute)", "smoke", ALL_CORES)],
];

/** For `npm run test:all`, where property tests also do ten times as many runs. */
const LONG_STAGES: typeof STAGES = [
  [jest("The package, installed in other projects", "package", ALL_CORES)],
  [jest("Long tests: faults, years of simulation, every example (about an hour)", "long", ALL_CORES)],
];

/** @param output takes the program's output; undefined to show it. @returns the program's exit code. */
function run(
  [program, ...programArguments]: Check["command"],
  output: Buffer[] | undefined,
  priority: number,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, "node_modules", ".bin", program), programArguments, {
      cwd: ROOT,
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      stdio: ["ignore", output ? "pipe" : "inherit", output ? "pipe" : "inherit"],
    });
    if (child.pid !== undefined) setPriority(child.pid, priority);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => output?.push(part));
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** Jest's count. Skipped tests and files that could not run count as failures. */
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

interface Outcome {
  readonly check: Check;
  readonly count: Count;
  readonly seconds: string;
  readonly output: readonly Buffer[];
}

const { PRIORITY_NORMAL, PRIORITY_BELOW_NORMAL } = constants.priority;

/** The shown check gets priority: its programs have time limits. */
async function runCheck(check: Check, priority: number): Promise<Outcome> {
  const output: Buffer[] = [];
  const startedAt = Date.now();
  const isShown = priority === PRIORITY_NORMAL;
  const count = countOf(check, await run(check.command, isShown ? undefined : output, priority));
  return { check, count, seconds: ((Date.now() - startedAt) / 1000).toFixed(1), output };
}

const heading = ({ title }: Check): void => {
  console.log(`\n── ${title}`);
};

function conclude({ count, seconds, output }: Outcome): Count {
  process.stdout.write(Buffer.concat(output));
  console.log(`── ${count.failed === 0 ? "passed" : `${count.failed} FAILED`} in ${seconds} s`);
  return count;
}

async function runStage(stage: readonly Check[]): Promise<Count[]> {
  if (stage.length > 1) console.log(`\n── In parallel: ${stage.map(({ title }) => title).join("; ")}`);
  for (const shown of stage.slice(0, 1)) heading(shown);
  const outcomes = await Promise.all(
    stage.map((check, index) => runCheck(check, index === 0 ? PRIORITY_NORMAL : PRIORITY_BELOW_NORMAL)),
  );
  return outcomes.map((outcome, index) => {
    if (index > 0) heading(outcome.check);
    return conclude(outcome);
  });
}

async function main({ all }: { readonly all: boolean }): Promise<void> {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  if (all) process.env[EVERY_RUN] = "1";
  const counts: Count[] = [];
  for (const stage of all ? [...STAGES, ...LONG_STAGES] : STAGES) {
    counts.push(...(await runStage(stage)));
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  console.log(`\n${passed} passed, ${failed} failed`);
}

new Command("npm test --")
  .description(
    "Runs the checks for every change: lint, types, format, secrets, unit tests, and the main job, deployed and installed.",
  )
  .option("--all", "also runs the long tests (about an hour)", false)
  .action((options: { readonly all: boolean }) => main(options).catch(fail))
  .parse();
