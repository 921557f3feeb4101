import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { logLine } from "../../lambda/token-refresh/report";
import { technicalAccountSecretName } from "../../piste/names";
import { EXIT_CODES } from "../../cli/command/failure";
import { emulatedAws } from "../../aws/local/environment";
import { findProgram } from "../../scripts/local/find-program";
import type { CommandResult } from "../../scripts/local/processes";
import { AWS_ONLY, commandBlocks, english, exportsOf, readPage, RUNBOOKS } from "../docs/runbook-pages";
import { endPrograms, Program } from "./clone";
import { KeptEnvironment } from "./kept-environment";
import { succeeded } from "./fixture";
import { testPisteCommands } from "./piste-commands";
import { testNowhereElse } from "./nowhere-else";

const MINUTES = 60_000;

const LOG_GROUP = "/aws/lambda/piste-qualif-chorus-pro-token-refresh";
const CHECK_LOG_GROUP = "/aws/lambda/piste-qualif-chorus-pro-connection-check";
const ACCOUNT_SECRET = technicalAccountSecretName("qualif", "chorus-pro", "default");

/** The reasons why some blocks need AWS itself; every other block must run here unchanged. */
const AWS_ONLY_BLOCKS: Readonly<Record<string, string>> = {
  "connection-refused: aws lambda invoke":
    "the emulator runs no function without Docker, and with it would call PISTE itself",
  "passwords-unchecked: aws lambda invoke": "the emulator runs no function without Docker",
  "unexpected-access: aws cloudtrail lookup-events": "the emulator records no events",
  "connection-refused: aws logs filter-log-events":
    "the connection check is opt-in, so its log group is not deployed here",
};

/** Pasted values, by kind of secret. */
const PASTED = {
  client: { client_id: randomUUID(), client_secret: randomUUID() },
  account: { login: "TECH_1_12345678901234@cpro.fr", password: `canary-${randomUUID()}` },
};

interface Block {
  readonly runbook: string;
  readonly code: string;
  readonly awsOnly: boolean;
  /** Variables that earlier blocks set in the reader's shell. */
  readonly exported: string;
}

const blocks: Block[] = RUNBOOKS.flatMap((runbook) => {
  const all = commandBlocks(readPage(english(runbook)));
  return all.map(({ info, code }, index) => ({
    runbook,
    code,
    awsOnly: info === AWS_ONLY,
    exported: exportsOf(all.slice(0, index)),
  }));
});

/** `aws <service> <command>` of each command in a block. */
const operationsOf = (code: string): string[] =>
  [...code.matchAll(/\baws ([a-z]+ [a-z-]+)/g)].map(([, operation = ""]) => `aws ${operation}`);

it("only commands that need AWS itself are marked `aws-only`", () => {
  const marked = blocks
    .filter(({ awsOnly }) => awsOnly)
    .flatMap(({ runbook, code }) => operationsOf(code).map((operation) => `${runbook}: ${operation}`));
  expect(marked.sort()).toEqual(Object.keys(AWS_ONLY_BLOCKS).sort());
});

describe("in a kept local environment", () => {
  let kept: KeptEnvironment;

  const type = (code: string, pasted?: object): Promise<CommandResult> => kept.type(code, pasted);
  const log = async (group: string, lines: readonly string[]): Promise<void> => {
    const events = kept.place.path("events.json");
    // Later than earlier lines: readers take the last line, and the emulator ignores filter patterns and returns streams
    // one after another.
    const timestamp = Date.now() + 60 * MINUTES;
    writeFileSync(events, JSON.stringify(lines.map((message) => ({ timestamp, message: `${message}\n` }))));
    const stream = `--log-group-name ${group} --log-stream-name ${randomUUID()} --region ${kept.local.region}`;
    await succeeded(type(`aws logs create-log-stream ${stream}`));
    await succeeded(type(`aws logs put-log-events ${stream} --log-events file://events.json`));
  };
  /** Marks the stored account like the connection check. */
  const refuse = async (): Promise<void> => {
    const account = `--region ${kept.local.region} --secret-id ${ACCOUNT_SECRET}`;
    const current = `Versions[?contains(VersionStages,'AWSCURRENT')].VersionId`;
    await succeeded(
      type(
        `aws secretsmanager update-secret-version-stage ${account} --version-stage REFUSED ` +
          `--move-to-version-id "$(aws secretsmanager list-secret-version-ids ${account} --query "${current}" --output text)"`,
      ),
    );
  };
  /** Hides Docker: without it the emulator answers an invocation with its input. */
  const withoutDocker = async <T>(run: () => Promise<T>): Promise<T> => {
    const useDocker = async (use_docker: boolean): Promise<void> => {
      const body = JSON.stringify({ lambda: { use_docker } });
      const answer = await fetch(`${kept.local.awsEndpoint}/moto-api/config`, { method: "POST", body });
      expect(answer.ok).toBe(true);
    };
    await useDocker(false);
    try {
      return await run();
    } finally {
      await useDocker(true);
    }
  };

  beforeAll(async () => {
    if (findProgram("aws") === undefined) {
      throw new Error(
        "The AWS CLI is not on PATH, and the runbooks' commands are run with it. Install it: " +
          "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html, or `pipx install awscli`.",
      );
    }
    kept = await KeptEnvironment.open();
  }, 3 * MINUTES);
  afterAll(async () => {
    await kept.close();
    await endPrograms();
  });

  // First, since the runbooks store values that PISTE does not know.
  describe("piste", () => {
    testPisteCommands(() => kept);
  });

  describe("the runbooks", () => {
    beforeAll(async () => {
      // A runbook stores this pair and renews the token with it.
      const { controlUrl } = kept.local;
      const known = await fetch(`${controlUrl}/clients`, { method: "POST", body: JSON.stringify(PASTED.client) });
      expect(known.status).toBe(200);
      // Lent for the block that needs it.
      await succeeded(
        type(`aws logs create-log-group --region ${kept.local.region} --log-group-name ${CHECK_LOG_GROUP}`),
      );
      await log(CHECK_LOG_GROUP, [
        '{"operation":"check","outcome":"api-not-selected","verdict":"refused","meaning":"gone"}',
      ]);
    }, MINUTES);

    // For each runbook, since one may have renewed the token, which also logs.
    beforeEach(async () => {
      // The log lines of a ringing alarm.
      const failed = logLine(
        { environment: "qualif", application: "chorus-pro", operation: "tick" },
        { outcome: "failed", reason: "server-error", class: "unavailable", meaning: "PISTE is down.", expiresAt: 1 },
        { ticks: 1, unavailable: 1 },
        Date.now(),
        "request",
      );
      await log(LOG_GROUP, [
        failed,
        "Task timed out after 30.00 seconds",
        '{"operation":"passwords","meaning":"soon"}',
      ]);
    }, MINUTES);

    it.each(RUNBOOKS)(
      "every command of %s runs",
      async (runbook) => {
        for (const { code, exported } of blocks.filter((block) => block.runbook === runbook)) {
          if (code.includes("REFUSED")) await refuse();
          const pasted = code.includes("/technical-account/") ? PASTED.account : PASTED.client;
          // The emulator cannot run functions; `--local` does.
          const here = code.replace(/^npx piste (.*)$/gm, "node cli/piste.mjs $1 --lang en --local");
          const run = (): Promise<CommandResult> => type(`${exported}\n${here}`, pasted);
          const { code: status, output } = await (code.includes("lambda invoke") ? withoutDocker(run) : run());
          if (code.includes("cloudtrail lookup-events")) {
            // The emulator has no event history, so the test checks only that the command is valid and sent.
            expect(output).toContain("when calling the LookupEvents operation");
            continue;
          }
          expect({ code, status, output: status === 0 ? "" : output }).toEqual({ code, status: 0, output: "" });
          // A command that reads a log must find its lines.
          if (code.includes("filter-log-events")) expect(output).toMatch(/"meaning":"|Task timed out/);
          if (code.includes("token renew")) expect(output).toContain("the token was replaced");
          if (code.includes("lambda invoke")) expect(output).toMatch(/^\{"environment":"qualif",/);
          for (const value of Object.values(pasted)) expect(output).not.toContain(value);
        }
      },
      2 * MINUTES,
    );
  });

  it(
    "detects a wrong name, option or region",
    async () => {
      const [first] = blocks.filter(({ runbook, awsOnly }) => runbook === "refresher-silent" && !awsOnly);
      const code = first?.code ?? "";
      const wrong = [
        code.replace("--name piste-qualif-chorus-pro-tick", "--name piste-qualif-chorus-pro-tock"),
        code.replace("--query", "--qwery"),
        code.replace(/^export .*$/m, ""),
      ];
      for (const changed of wrong) {
        expect(changed).not.toBe(code);
        expect((await type(changed)).code).not.toBe(0);
      }
    },
    MINUTES,
  );

  describe("piste alarms test", () => {
    const run = async (...words: string[]): Promise<Program> => {
      const variables = {
        ...emulatedAws(kept.local.awsEndpoint, kept.local.region),
        AWS_REGION: "",
        AWS_DEFAULT_REGION: "",
      };
      const program = Program.start(kept.place, "../cli/piste.ts", ["alarms", "test", ...words], variables);
      await program.ended();
      return program;
    };

    it(
      "reports missing and existing subscriptions, and a wrong region",
      async () => {
        const nobody = await run("qualif", "--region", kept.local.region, "--json");
        // The first lines say that AWS is the emulator.
        const report = JSON.parse(nobody.output.slice(nobody.output.indexOf("{"))) as {
          topics: { topic: string; alarms: string[]; outcome: string }[];
          silent: { severity: string; reason: string }[];
          left: unknown[];
        };
        expect(report.silent.length).toBeGreaterThan(0);
        for (const each of report.silent) expect(each).toMatchObject({ severity: "inform", reason: "no-subscription" });
        // The emulator has no history of actions, so the command cannot report their results.
        expect(new Set(report.topics.map(({ outcome }) => outcome))).toEqual(new Set(["unknown"]));
        expect(report.left).toEqual([]);
        expect(nobody.child.exitCode).toBe(1);
        expect(report.topics.flatMap(({ alarms }) => alarms)).toContain("piste-qualif-chorus-pro-token-lapsing");

        for (const { topic } of report.topics) {
          const subscribe = `aws sns subscribe --region ${kept.local.region} --topic-arn ${topic} --protocol email`;
          await succeeded(type(`${subscribe} --notification-endpoint nuit@exemple.fr`));
        }
        const local = await type("node cli/piste.mjs alarms test qualif --local");
        expect(local).toMatchObject({ code: 0 });
        expect(local.output).toMatch(/receives it\s+nuit@exemple\.fr \(email\)/);
        expect(local.output).toContain("not tested here");

        const elsewhere = await run("qualif", "--region", "eu-west-1");
        expect(elsewhere.child.exitCode).toBe(EXIT_CODES.operator);
        expect(elsewhere.output.replace(/\s+/g, " ")).toContain(
          "in the region eu-west-1, but there is one in eu-west-3: add `--region eu-west-3`",
        );
        const nowhere = await run("qualif");
        expect(nowhere.child.exitCode).toBe(EXIT_CODES.operator);
        expect(nowhere.output).toContain("--region eu-west-3");
        expect(nowhere.output).not.toContain("    at ");
      },
      MINUTES,
    );
  });

  // Last, after all work with values.
  describe("a secret value", () => {
    testNowhereElse(() => kept);
  });
});
