import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";

const FOLDER = path.resolve(__dirname, "..", "..", ".github", "workflows");

type Permissions = Readonly<Record<string, string>> | string;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Permissions;
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (file: string): Workflow => parse(readFileSync(path.join(FOLDER, file), "utf8")) as Workflow;
const FILES = readdirSync(FOLDER);
const WORKFLOWS = FILES.map((file) => [file, read(file)] as const);
const jobsOf = ({ jobs }: Workflow): [string, Job][] => Object.entries(jobs);
const stepsOf = (workflow: Workflow): Step[] => jobsOf(workflow).flatMap(([, { steps = [] }]) => steps);
const commandsOf = (workflow: Workflow): string[] => stepsOf(workflow).flatMap(({ run }) => run ?? []);

/** Rights of jobs besides reading the repository. */
const GRANTED: Readonly<Record<string, Permissions>> = {
  "publish.yml publish": { contents: "read", "id-token": "write" },
  "prove-on-aws.yml prove": { contents: "read", "id-token": "write" },
};

describe.each(WORKFLOWS)("the workflow %s", (file, workflow) => {
  const text = readFileSync(path.join(FOLDER, file), "utf8");

  it("uses actions only by commit hash, with the version in a comment", () => {
    const used = [...stepsOf(workflow), ...jobsOf(workflow).map(([, job]) => job)].flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) {
      expect(action).toMatch(/^(?:actions\/[a-z-]+|aws-actions\/configure-aws-credentials)@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`uses: ${action} # v\\d+\\.\\d+\\.\\d+$`, "m"));
    }
  });

  it("may only read the repository, except listed jobs", () => {
    expect([{}, { contents: "read" }]).toContainEqual(workflow.permissions);
    for (const [name, { permissions }] of jobsOf(workflow)) {
      if (permissions === undefined) continue;
      expect(permissions).toEqual(GRANTED[`${file} ${name}`] ?? { contents: "read" });
    }
  });

  it("never runs a stranger's change with more than the stranger's rights", () => {
    const harmless = ["push", "pull_request", "schedule", "workflow_dispatch"];
    expect(Object.keys(workflow.on).filter((event) => !harmless.includes(event))).toEqual([]);
  });

  it("has no expressions in command lines, and no secrets", () => {
    // Refuses harmless expressions too: names of branches and titles could be code in a shell.
    expect(commandsOf(workflow).filter((command) => command.includes("${{"))).toEqual([]);
    expect(text).not.toMatch(/\bsecrets\b|github\.(?:event|head_ref|token)/);
  });

  it("keeps no credential of the repository", () => {
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((checkout) => checkout.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  it("installs packages from the lockfile, without their scripts", () => {
    const installs = commandsOf(workflow).filter((command) => /\bnpm (?:ci|i|install|exec)\b|\bnpx\b/.test(command));
    expect(installs.filter((command) => command !== "npm ci --ignore-scripts")).toEqual([]);
  });

  it("has a time limit, on GitHub's own machines", () => {
    for (const [, job] of jobsOf(workflow)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(180);
      expect(job["runs-on"]).toMatch(/^(?:ubuntu-\d\d\.\d\d|\$\{\{ matrix\.os \}\})$/);
    }
  });
});

it("an action is at one version in all workflows", () => {
  const used = WORKFLOWS.flatMap(([, workflow]) => stepsOf(workflow).flatMap(({ uses }) => uses ?? []));
  const actions = [...new Set(used)].map((action) => action.replace(/@.*$/, ""));
  expect(actions.filter((action, index) => actions.indexOf(action) !== index)).toEqual([]);
});

it("only the listed jobs may get an identity token, each after a person's approval", () => {
  expect(Object.keys(GRANTED).every((job) => FILES.includes(job.split(" ")[0] ?? ""))).toBe(true);
  expect(FILES.filter((file) => readFileSync(path.join(FOLDER, file), "utf8").includes("id-token")).sort()).toEqual([
    "prove-on-aws.yml",
    "publish.yml",
  ]);
  for (const [file, workflow] of WORKFLOWS) {
    for (const [name, job] of jobsOf(workflow)) {
      if (GRANTED[`${file} ${name}`] !== undefined) expect(job.environment).toMatch(/^[a-z-]+$/);
    }
  }
});

describe("proving on AWS", () => {
  const workflow = read("prove-on-aws.yml");
  const steps = workflow.jobs["prove"]?.steps ?? [];
  const isAws = ({ uses }: Step): boolean => uses?.startsWith("aws-actions/") ?? false;
  const isClean = ({ run }: Step): boolean => run?.endsWith(" --clean") ?? false;

  it("is started only by a person, one run at a time", () => {
    expect(Object.keys(workflow.on)).toEqual(["workflow_dispatch"]);
    expect(workflow).toMatchObject({ concurrency: "prove-on-aws" });
  });

  it("has a time limit above the longest run, and no AWS credentials during installation", () => {
    const script = readFileSync(path.resolve(FOLDER, "..", "..", "scripts", "prove-on-aws.ts"), "utf8");
    const longest = Number(/LONGEST_RUN_IN_MINUTES = (\d+)/.exec(script)?.[1]);
    expect(workflow.jobs["prove"]?.["timeout-minutes"]).toBeGreaterThan(longest);
    expect(steps.findIndex(({ run }) => run?.startsWith("npm ci") ?? false)).toBeLessThan(steps.findIndex(isAws));
  });

  it("always removes leftovers, with a new session", () => {
    const clean = steps.findIndex(isClean);
    const [session] = steps.slice(0, clean).filter(isAws).slice(-1);
    expect([steps[clean], session]).toMatchObject([{ if: "always()" }, { if: "always()" }]);
    expect(steps.filter(isAws)).toHaveLength(2);
  });
});

describe("publishing", () => {
  const workflow = read("publish.yml");
  const [test, pack, publish] = ["test", "pack", "publish"].map((name) => workflow.jobs[name]);
  const commandsOfJob = (job: Job | undefined): string[] => job?.steps?.flatMap(({ run }) => run ?? []) ?? [];
  const actionsOfJob = (job: Job | undefined): string[] =>
    job?.steps?.flatMap(({ uses }) => uses?.replace(/@.*$/, "") ?? []) ?? [];

  it("is started only by the tag of a version", () => {
    expect(workflow.on).toEqual({ push: { tags: ["v*"] } });
    expect(commandsOf(workflow).join("\n")).toContain('= "$GITHUB_REF_NAME"');
  });

  it("comes after every check and the audit", () => {
    expect(commandsOfJob(test)).toEqual(
      expect.arrayContaining(["npm ci --ignore-scripts", "bash .ci/run", "npm run audit"]),
    );
    expect([pack?.needs, publish?.needs]).toEqual(["test", "pack"]);
    expect(Object.keys(workflow.jobs)).toEqual(["test", "pack", "publish"]);
  });

  it("packs on a machine without tests, which install packages outside the lockfile", () => {
    expect(commandsOfJob(pack)).toEqual([
      "npm ci --ignore-scripts",
      expect.stringMatching(/^npm pkg set "repository\.url=[^"]+"$/),
      'npm pack --pack-destination "$RUNNER_TEMP"',
      "npm run sbom",
    ]);
    // It gets nothing of other jobs: no artifact, no cache, and no Python for the emulator.
    expect(actionsOfJob(pack)).toEqual([
      "actions/checkout",
      "actions/setup-node",
      "actions/upload-artifact",
      "actions/upload-artifact",
    ]);
    const [, node] = pack?.steps ?? [];
    expect(node?.with?.["package-manager-cache"]).toBe(false);
    expect(actionsOfJob(test)).not.toContain("actions/upload-artifact");
  });

  it("runs no package's code in the job with the identity token, which a person approves", () => {
    expect(publish?.environment).toBe("npm");
    expect(commandsOfJob(publish)).toEqual([
      "npm publish ./cdktf-piste-*.tgz --provenance --access public --ignore-scripts",
    ]);
    expect(actionsOfJob(publish)).toEqual(["actions/setup-node", "actions/download-artifact"]);
  });
});

it("all checks run on each push and pull request", () => {
  const ci = read("ci.yml");
  expect(ci.on).toEqual({ push: null, pull_request: null });
  expect(commandsOf(ci)).toEqual(["bash .ci/run"]);
});

it("packages are checked for advisories each week", () => {
  const audit = read("audit.yml");
  expect(audit.on).toMatchObject({ schedule: [{ cron: expect.stringMatching(/ \* \* 1$/) }] });
  expect(commandsOf(audit)).toContain("npm run audit");
});
