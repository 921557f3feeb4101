/**
 * Secret values are only in the emulated Secrets Manager: in no file, output, argument, environment or log, and in no
 * other request to the emulated AWS, in any encoding.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import { zipSync } from "fflate";
import { clientSecretName, technicalAccountSecretName, tokenSecretName } from "../../piste/names";
import { stateKey } from "../../aws/names";
import type { KeptEnvironment } from "./kept-environment";
import { succeeded } from "./fixture";
import { lookAtProcesses, type ShownByProcesses } from "./process-watch";

const MINUTE = 60_000;

const SECRETS = [clientSecretName, technicalAccountSecretName, tokenSecretName];

interface Found {
  readonly files: string[];
  readonly outputs: string[];
  readonly processes: string[];
  readonly requests: string[];
  readonly answers: string[];
}

const NOWHERE: Found = { files: [], outputs: [], processes: [], requests: [], answers: [] };

/** The state that the local PISTE shows to anyone. */
async function answersOf(kept: KeptEnvironment): Promise<string[]> {
  const paths = ["calls", "portal", "settings", "faults"];
  return Promise.all(paths.map(async (each) => (await fetch(`${kept.local.controlUrl}/${each}`)).text()));
}

async function find(kept: KeptEnvironment, shown: ShownByProcesses): Promise<Found> {
  const { canaries, requestLog } = kept;
  const having = (texts: readonly string[]): string[] => texts.filter((text) => canaries.in(text).length > 0);
  // `token --print` must print the token.
  const isToken = (output: string): boolean => canaries.values.includes(output.trim());
  return {
    files: canaries.inFiles(...kept.written),
    outputs: having([kept.said, ...kept.outputs].filter((output) => !isToken(output))),
    processes: having([...shown.arguments, ...shown.environments]),
    requests: requestLog.leaks(canaries),
    answers: having(await answersOf(kept)),
  };
}

/** @param keptUp the environment, once it is up. */
export function testNowhereElse(keptUp: () => KeptEnvironment): void {
  it(
    "is only in its own secret, after all commands and another plan",
    async () => {
      const kept = keptUp();
      const { requestLog, canaries } = kept;
      await planAgain(kept);
      const shown = await kept.watch.stop();

      canaries.add(...requestLog.secretValues());
      // From `npm start`, the commands and the runbooks.
      expect(canaries.values.length).toBeGreaterThan(10);
      for (const value of requestLog.secretValues()) {
        const names = requestLog.stored
          .filter(({ text }) => canaries.in(text).includes(value))
          .map(({ secret }) => secret);
        expect(new Set(names).size).toBe(1);
      }
      expect([...new Set(requestLog.stored.map(({ secret }) => secret))].sort()).toEqual(
        SECRETS.map((name) => name("qualif", "chorus-pro", "default")).sort(),
      );

      expect(await find(kept, shown)).toEqual(NOWHERE);

      // The search covered requests after the first value.
      expect(existsSync(path.join(kept.stackFolder, "trace.log"))).toBe(true);
      expect(existsSync(path.join(kept.stackFolder, "plan"))).toBe(true);
      const since = requestLog.since().join("\n");
      for (const what of ["PutLogEvents", "DescribeAlarms", "DescribeSecret", `GET /.*/${stateKey("qualif")}`]) {
        expect(since).toMatch(new RegExp(what));
      }
      for (const program of ["terraform plan", "moto_server", "start.ts", "piste.mjs"]) {
        expect(shown.arguments.join("\n")).toContain(program);
      }
      if (process.platform === "linux") expect(shown.environments.join("\n")).toContain("AWS_ENDPOINT_URL=");
    },
    2 * MINUTE,
  );

  it(
    "would be found elsewhere",
    async () => {
      const kept = keptUp();
      const value = `planted-${randomUUID()}`;
      kept.canaries.add(value);
      const base64 = Buffer.from(`login:${value}`).toString("base64");
      const [folder = "", home = "", temporary = ""] = kept.written;
      writeFileSync(path.join(folder, "planted.log"), `cpro-account: ${base64}\n`);
      writeFileSync(path.join(home, "planted.json"), JSON.stringify({ text: JSON.stringify({ value }) }));
      writeFileSync(path.join(temporary, "planted.zip"), zipSync({ state: Buffer.from(value) }));
      await succeeded(
        kept.type(
          `aws ssm put-parameter --region ${kept.local.region} --name /planted --type String --value "${base64}"`,
        ),
      );
      await succeeded(kept.type(`echo '{"error":"${value}"}'`));
      const script = "setTimeout(() => {}, 60_000)";
      const sleepers = [
        spawn(process.execPath, ["-e", script, value]),
        spawn(process.execPath, ["-e", script], { env: { VALUE: value } }),
      ];
      await sleep(500);
      const shown = await lookAtProcesses();
      for (const sleeper of sleepers) sleeper.kill("SIGKILL");

      const found = await find(kept, shown);
      rmSync(kept.place.path("typed.sh"));
      expect(found.files.sort()).toEqual(["planted.json", "planted.log", "planted.zip", "typed.sh"]);
      expect(found.outputs).toEqual([`{"error":"${value}"}\n`]);
      expect(found.processes).toHaveLength(shown.environments.length === 0 ? 1 : 2);
      expect(found.requests).toEqual(["AmazonSSM.PutParameter"]);
    },
    MINUTE,
  );
}

/** A plan after values were stored. The saved plan contains the state. */
async function planAgain(kept: KeptEnvironment): Promise<void> {
  await succeeded(kept.terraformIn("plan", "-no-color", "-out", "plan"));
}
