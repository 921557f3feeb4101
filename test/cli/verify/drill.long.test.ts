/** The drill as a program: interrupted and killed. */
import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { SIGNALS } from "../../../cli/command/interruption";
import { leftByDrill } from "../../../cli/verify/drill-mark";
import { verify } from "../../../cli/verify/verify";
import { DocumentedAws, type KeptSchedule } from "./documented-aws";
import { plan, targetOf } from "./drill-fixture";

// Starting programs is slow on a busy machine.
jest.setTimeout(120_000);

let aws: DocumentedAws;
let before: KeptSchedule;
beforeEach(async () => {
  aws = await DocumentedAws.start("qualif");
  before = aws.schedule;
});
afterEach(() => aws.stop());

const ROOT = path.resolve(__dirname, "../../..");

function start(): {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
} {
  const program = path.join(__dirname, "drill-program.ts");
  const words = ["--import", path.join(ROOT, "node_modules/tsx/dist/loader.mjs"), program, aws.endpoint];
  const child = spawn(process.execPath, words, { env: { ...process.env, LC_ALL: "C", NODE_NO_WARNINGS: "1" } });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdout.resume();
  return { child, ended: Promise.all([code, text(child.stderr)]).then(([ended, err]) => ({ code: ended, err })) };
}

/** Acts after the operation's nth call since the stop, which is the first UpdateSchedule. */
function onTime(operation: string, nth: number, act: () => unknown): void {
  let times = 0;
  aws.after.set(operation, () => {
    const isStopped = operation === "UpdateSchedule" || aws.schedules.length > 1;
    return isStopped && ++times === nth ? act() : undefined;
  });
}
const PHASES = [
  ["at the stop", "UpdateSchedule", 1],
  ["while it waits for the alarm", "DescribeAlarms", 5],
  ["after the alarm", "FilterLogEvents", 1],
  ["before it starts them again", "GetSchedule", 1],
] as const;

describe("the program", () => {
  it("drills and prints its observations", async () => {
    const { code, err } = await start().ended;
    expect(err).toMatch(/The drill stops the ticks[^]*ticks are stopped[^]*It rings[^]*schedule is restored/);
    expect(code).toBe(0);
    expect(aws.schedule).toEqual(before);
  });

  it.each([
    ...PHASES.map((phase) => ["SIGINT", ...phase] as const),
    ...SIGNALS.map((signal) => [signal, ...PHASES[1]] as const).slice(1),
  ])("starts the ticks again after two %s %s", async (signal, _, operation, time) => {
    const { child, ended } = start();
    onTime(operation, time, async () => {
      child.kill(signal);
      await sleep(50);
      child.kill(signal);
      await sleep(50);
    });
    const { code, err } = await ended;
    expect(err.match(/Interrupted: starting the schedule again/g)).toHaveLength(1);
    expect(code).toBe(130);
    expect(aws.schedule).toEqual(before);
  });

  it.each(PHASES)("killed %s, is noticed by verify and repaired by the next drill", async (_, operation, time) => {
    const { child, ended } = start();
    onTime(operation, time, () => child.kill("SIGKILL"));
    expect((await ended).code).toBeNull();
    aws.after.clear();
    expect(aws.schedule).not.toEqual(before);
    expect(
      await leftByDrill(targetOf(aws).aws, { environment: "qualif", schedule: { group: "g", name: "n" } } as never),
    ).toBeDefined();
    const said: string[] = [];
    await verify(targetOf(aws), {
      plan,
      sleep: (milliseconds) => Promise.resolve((aws.now += milliseconds)),
      say: (line) => said.push(line.en),
      onChecked: () => undefined,
    });
    expect(said[0]).toContain("A drill stopped the refresher's schedule");

    const { code, err } = await start().ended;
    expect(err).toContain("The schedule is restored");
    expect(code).toBe(4);
    expect(aws.schedule).toEqual(before);
  });

  it("killed after the ticks were started again, leaves the schedule as it was", async () => {
    const { child, ended } = start();
    onTime("UpdateSchedule", 2, () => child.kill("SIGKILL"));
    await ended;
    expect(aws.schedule).toEqual(before);
  });
});
