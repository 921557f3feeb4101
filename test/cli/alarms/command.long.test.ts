/** The command as a program: interruptions, and its question on a real terminal. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { EXIT_CODES } from "../../../cli/command/failure";
import { SIGNALS } from "../../../cli/command/interruption";
import { described } from "../fake-aws";
import { piste, PseudoTerminal } from "../pseudo-terminal";
import { AlarmingAws } from "./alarming-aws";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

const TOPIC = "arn:aws:sns:eu-west-3:123456789012:piste-qualif-inform";
const LAPSING = "piste-qualif-chorus-pro-token-lapsing";

let aws: AlarmingAws;
beforeEach(async () => {
  aws = await AlarmingAws.start();
  const { description } = described({ environment: "qualif", name: "chorus-pro" });
  aws.parameters.set("/piste/qualif/chorus-pro", JSON.stringify(description));
  aws.add(LAPSING, [TOPIC]);
  aws.subscribed.set(TOPIC, [["jour@exemple.fr", true]]);
});
afterEach(() => aws.stop());

const variables = (): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: "C",
  NODE_NO_WARNINGS: "1",
  AWS_ENDPOINT_URL: aws.endpoint,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});

function start(...words: readonly string[]): {
  readonly child: ChildProcessWithoutNullStreams;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
} {
  const [file = "", ...more] = piste("alarms", "test", "qualif", "--region", "eu-west-3", ...words);
  const child = spawn(file, more, { env: variables() });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { child, kill: (signal) => child.kill(signal), ended: ended.then(([code, out, err]) => ({ code, out, err })) };
}

describe("piste alarms test", () => {
  it("prints its report as JSON, and progress on standard error", async () => {
    const { code, out, err } = await start("--json").ended;
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      topics: [{ topic: TOPIC, tested: LAPSING, outcome: "accepted" }],
    });
    expect(code).toBe(0);
    expect(err).toContain(`${LAPSING}: put back to OK`);
  });

  it("ends with 1 when a topic refuses CloudWatch", async () => {
    aws.refusing.set(TOPIC, "CloudWatch Alarms is not authorized to perform: SNS:Publish");
    const { code, out } = await start().ended;
    expect(out).toContain("REFUSED");
    expect(code).toBe(1);
  });

  it("ends with 5 when AWS denies access", async () => {
    aws.denied.set("SetAlarmState", "AccessDeniedException");
    expect((await start().ended).code).toBe(EXIT_CODES.aws);
  });

  it.each(["2>&1 | true", "2> >(true) | true", "2>&1 | head -n 1"])(
    "puts the alarm back after its output was closed: %s",
    async (reader) => {
      const command = piste("alarms", "test", "qualif", "--region", "eu-west-3")
        .map((word) => `'${word}'`)
        .join(" ");
      const shell = spawn("bash", ["-c", `${command} ${reader}; exit \${PIPESTATUS[0]}`], { env: variables() });
      shell.stdout.resume();
      const code = await new Promise((resolve) => shell.once("close", resolve));
      expect(aws.set.map(([name, state]) => `${name} ${state}`)).toEqual([`${LAPSING} ALARM`, `${LAPSING} OK`]);
      expect(code).toBe(0);
    },
  );

  it("puts the alarm back after its terminal was closed", async () => {
    const { child, kill, ended } = start();
    ended.catch(() => undefined);
    const code = new Promise((resolve) => child.once("exit", resolve));
    aws.recording = false;
    aws.after.set("SetAlarmState", async () => {
      aws.after.clear();
      child.stdout.destroy();
      child.stderr.destroy();
      kill("SIGHUP");
      await sleep(100);
    });
    expect(await code).toBe(130);
    expect(aws.set.map(([name, state]) => `${name} ${state}`)).toEqual([`${LAPSING} ALARM`, `${LAPSING} OK`]);
  });

  it.each(SIGNALS)("puts the alarm back once after two %s, and ends as shells expect", async (signal) => {
    aws.recording = false;
    const running = start();
    while (aws.set.length === 0) await sleep(20);
    aws.after.set("SetAlarmState", async () => {
      running.kill(signal);
      await sleep(100);
    });
    running.kill(signal);
    const { code, err } = await running.ended;
    expect(aws.set.map(([name, state]) => `${name} ${state}`)).toEqual([`${LAPSING} ALARM`, `${LAPSING} OK`]);
    expect(aws.alarms.get(LAPSING)?.state).toBe("OK");
    expect(err.match(/Interrupted: putting the alarms back/g)).toHaveLength(1);
    expect(code).toBe(130);
  });
});

describe("its question", () => {
  const ASK = `
    const { allowPaging, personAt } = require(${JSON.stringify(path.resolve("cli/alarms/before-paging.ts"))});
    allowPaging("prod", [{ name: "piste-prod-chorus-pro-token-lapsing" }], { yes: false, person: personAt("fr") }).then(
      () => console.log("allowed"),
      (error) => console.log(error.text.fr),
    );`;
  const program = (): PseudoTerminal => {
    const [file = "", ...words] = piste().slice(0, 3);
    return PseudoTerminal.start([file, ...words, "--eval", ASK]);
  };

  it.each([
    ["oui\r", "allowed"],
    ["y\r", "allowed"],
    ["n\r", "Rien n'a été envoyé."],
    ["\r", "Rien n'a été envoyé."],
    ["\u0004", "Rien n'a été envoyé."],
  ])("takes %j for: %s", async (keys, expected) => {
    const terminal = program();
    await terminal.until(/réveille l'astreinte.*token-lapsing.*Continuer \? \(o\/N\)/s);
    terminal.type(keys);
    expect(await terminal.end()).toBe(0);
    expect(terminal.shown).toContain(expected);
  });

  it("ends at Ctrl-C, and nothing is sent", async () => {
    const terminal = program();
    await terminal.until(/Continuer/);
    terminal.type("\u0003");
    await terminal.end();
    expect(terminal.shown).not.toMatch(/allowed/);
  });
});
