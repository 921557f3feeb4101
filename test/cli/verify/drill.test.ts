import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CommandMaker } from "../../../cli/command/options";
import { CommandError } from "../../../cli/command/failure";
import { receiptSchema } from "../../../cli/command/receipt";
import { policyOf } from "../../../cli/policy/policies";
import type { DrillOptions } from "../../../cli/verify/drill";
import { checkDrillable, STARTS_BY_ITSELF_IN_MINUTES } from "../../../cli/verify/drill-mark";
import { runVerify } from "../../../cli/verify/run";
import { exitCodeOf, receiptOf, verify, type Checked, type Verification } from "../../../cli/verify/verify";
import type { FactId } from "../../../aws/facts";
import { arn, ACCOUNT, REGION, roleArn } from "../../iam/arns";
import { isAllowed } from "../../iam/simulator";
import { APPLICATION, DocumentedAws, type KeptSchedule } from "./documented-aws";
import { plan, targetOf } from "./drill-fixture";
import * as v from "valibot";

const MINUTE = 60_000;

let aws: DocumentedAws;
let before: KeptSchedule;
beforeEach(async () => {
  aws = await DocumentedAws.start("qualif");
  before = aws.schedule;
});
afterEach(async () => {
  await aws.stop();
  expect(aws.problems).toEqual([]);
});

interface Ran {
  readonly verification: Verification;
  readonly said: readonly string[];
  readonly asked: readonly string[];
}

async function run(more: Partial<DrillOptions> & { readonly drilled?: boolean } = {}): Promise<Ran> {
  const said: string[] = [];
  const asked: string[] = [];
  const { drilled = true, ...options } = more;
  const drill: DrillOptions = {
    allow: (what) => Promise.resolve(void asked.push(what.en)),
    interruptibly: (act) => act(interruption.signal),
    ...options,
  };
  const verification = await verify(targetOf(aws), {
    drill: drilled ? drill : undefined,
    plan,
    sleep: (milliseconds) => Promise.resolve((aws.now += milliseconds)),
    say: (text) => said.push(text.en),
    onChecked: () => undefined,
  });
  return { verification, said, asked };
}
let interruption = new AbortController();
beforeEach(() => {
  interruption = new AbortController();
});

const refused = async (more?: Parameters<typeof run>[0]): Promise<CommandError> => {
  const error: unknown = await run(more).catch((thrown: unknown) => thrown);
  if (!(error instanceof CommandError)) throw new Error("expected a refusal");
  return error;
};
const of = (fact: FactId, { checked }: Verification): Checked => {
  const found = checked.find((one) => one.fact === fact);
  if (found === undefined) throw new Error(`${fact} was not checked`);
  return found;
};
const changes = (): number => aws.asked.filter(({ operation }) => operation === "UpdateSchedule").length;
/** Acts after the operation's nth call. */
function onTime(operation: string, nth: number, act: () => unknown): void {
  let times = 0;
  aws.after.set(operation, () => (++times === nth ? act() : undefined));
}
/** The state that a drill leaves when it is killed after the stop. */
async function killed(): Promise<void> {
  aws.after.set("UpdateSchedule", () => aws.denied.add("GetSchedule").add("UpdateSchedule"));
  expect(exitCodeOf((await run()).verification)).toBe(5);
  aws.after.clear();
  aws.denied.clear();
}

describe("a drill", () => {
  it("stops the ticks, sees the alarm go off and notify, and restores the schedule", async () => {
    const { verification, said, asked } = await run();
    expect(of("silence-rings", verification)).toMatchObject({
      result: "as expected",
      measured: { minutesAfterLastTick: 13, ticksAfterStop: 0 },
    });
    expect(of("alarm-actions", verification)).toMatchObject({
      result: "as expected",
      measured: { ringing: 1, changes: 9 },
    });
    expect(verification.checked.filter(({ result }) => result === "otherwise")).toEqual([]);
    expect(changes()).toBe(2);
    expect(aws.schedule).toEqual(before);
    expect(asked).toEqual([expect.stringMatching(/stops the ticks of piste-qualif.* real alarm\. Ctrl-C starts/)]);
    expect(said.join("\n")).toMatch(
      /ticks are stopped\. refresher-silent should ring between 11:1.*It rings.*restored/s,
    );
    expect(v.parse(receiptSchema, receiptOf(verification, aws.now)).facts["silence-rings"]?.measured).toMatchObject({
      minutesAfterLastTick: 13,
    });
  });

  it("sets a date on which the ticks start by themselves, before a token expires", async () => {
    await killed();
    const { at, schedule } = aws.schedules[1] ?? {};
    expect((schedule?.StartDate ?? 0) * 1000 - (at ?? 0)).toBe(STARTS_BY_ITSELF_IN_MINUTES * MINUTE);
    const { Description: description, StartDate: start, ...rest } = schedule ?? {};
    expect({ ...rest, Description: before.Description }).toEqual(before);
    expect([description, start]).toEqual([expect.stringContaining(before.Description ?? "?"), expect.any(Number)]);
  });

  it("first says how long the token lasts", async () => {
    aws.secondsToExpiry = 1200;
    expect((await run()).asked[0]).toContain("20 minutes left; with fewer than 24, calls may fail");
  });

  it.each([
    [
      "production",
      () => {
        checkDrillable("prod");
      },
    ],
    [
      "the emulated AWS",
      () => {
        checkDrillable("qualif", true);
      },
    ],
  ])("is refused in %s", (_, check) => {
    expect(check).toThrow(CommandError);
  });

  it("is refused in production before AWS is called", async () => {
    const open = (): never => {
      throw new Error("AWS was called");
    };
    const around = { open, sleep: () => Promise.resolve(), plan };
    await expect(runVerify(new CommandMaker("en"), "prod", { drill: true, yes: true }, around)).rejects.toMatchObject({
      owner: "operator",
    });
  });

  it("stops nothing after a no", async () => {
    const allow = (): Promise<never> => Promise.reject(new CommandError({ en: "no", fr: "non" }, "operator"));
    expect((await refused({ allow })).message).toBe("no");
    expect(changes()).toBe(0);
  });

  it("reports an alarm that does not go off, and starts the ticks again", async () => {
    aws.rings = false;
    const { verification } = await run();
    expect(of("silence-rings", verification)).toMatchObject({ result: "otherwise", observed: { en: "not in 22 min" } });
    expect(aws.schedule).toEqual(before);
  });

  it("reports ticks that go on after the stop", async () => {
    aws.stops = false;
    const { verification } = await run();
    expect(of("silence-rings", verification).observed.en).toBe("ticks went on after the stop");
    expect(aws.schedule).toEqual(before);
  });

  it("reports an alarm that goes off too early", async () => {
    onTime("UpdateSchedule", 1, () => (aws.rangAt = aws.now + MINUTE));
    expect(of("silence-rings", (await run()).verification)).toMatchObject({ result: "otherwise" });
  });

  it("reports an action that is refused", async () => {
    onTime("UpdateSchedule", 1, () => (aws.actionRefused = true));
    const { verification } = await run();
    expect(of("silence-rings", verification).result).toBe("as expected");
    expect(of("alarm-actions", verification)).toMatchObject({ result: "otherwise" });
    expect(aws.schedule).toEqual(before);
  });

  it("does not begin while ticks are missing", async () => {
    aws.hasTick = (minutesAgo) => ![20, 21, 22].includes(minutesAgo);
    expect(of("silence-rings", (await run()).verification).result).toBe("not seen");
    expect(changes()).toBe(0);
  });

  it.each<[string, (schedule: KeptSchedule) => KeptSchedule]>([
    ["is stopped already", (schedule) => ({ ...schedule, State: "DISABLED" })],
    ["has a StartDate already", (schedule) => ({ ...schedule, StartDate: 1 })],
    [
      "runs another function",
      ({ Target: target, ...all }) => ({ ...all, Target: { ...target, Arn: `${target.Arn}-other` } }),
    ],
    [
      // A forged description may name production's function and schedule.
      "runs the ticks of another environment",
      ({ Target: target, ...all }) => ({
        ...all,
        Target: { ...target, Input: target.Input.replace('"qualif"', '"prod"') },
      }),
    ],
    [
      "runs another operation",
      ({ Target: target, ...all }) => ({
        ...all,
        Target: { ...target, Input: target.Input.replace("tick", "passwords") },
      }),
    ],
  ])("does not stop a schedule that %s", async (_, change) => {
    aws.schedules.push({ at: aws.deployedAt, schedule: change(before) });
    expect((await refused()).owner).toBe("operator");
    expect(changes()).toBe(0);
  });

  it("does not begin while the alarm is in ALARM", async () => {
    aws.rangAt = aws.now;
    expect((await refused()).owner).toBe("wait");
    expect(changes()).toBe(0);
  });

  it("waits while the alarm has no data, as after a first deployment", async () => {
    aws.silentHasDataAt = aws.now + 15 * MINUTE;
    const { verification } = await run();
    expect(of("silence-rings", verification).result).toBe("as expected");
    expect(aws.schedules[1]?.at).toBeGreaterThanOrEqual(aws.silentHasDataAt);
  });

  it("stops nothing while the alarm has no data", async () => {
    aws.silentHasDataAt = Infinity;
    const { verification } = await run();
    expect(of("silence-rings", verification)).toMatchObject({ result: "not seen", owner: "wait" });
    expect(changes()).toBe(0);
  });

  it("keeps a schedule that was deployed meanwhile, and says so", async () => {
    const deployed = { ...before, ScheduleExpression: "cron(*/2 * * * ? *)" };
    onTime("UpdateSchedule", 1, () => aws.schedules.push({ at: aws.now, schedule: deployed }));
    aws.rings = false;
    const { verification } = await run();
    expect(of("silence-rings", verification).soWhat.en).toContain("changed during the drill");
    expect(aws.schedule).toEqual(deployed);
  });
});

it("judges nothing when somebody else, such as another drill, has started the ticks meanwhile", async () => {
  onTime("UpdateSchedule", 1, () => aws.schedules.push({ at: aws.now, schedule: before }));
  const { verification } = await run();
  expect(of("silence-rings", verification).result).toBe("not seen");
  expect(aws.schedule).toEqual(before);
});

it("judges nothing when this machine slept until the ticks had started by themselves", async () => {
  onTime("UpdateSchedule", 1, () => (aws.now += 50 * MINUTE));
  const { verification } = await run();
  expect(of("silence-rings", verification).result).toBe("not seen");
  expect(aws.schedule).toEqual(before);
});

describe("an interruption starts the ticks again", () => {
  it.each([
    ["before the stop", "SimulatePrincipalPolicy", 1, 0, "interrupted"],
    ["at the stop", "UpdateSchedule", 1, 2, "interrupted"],
    ["while it waits for the alarm", "DescribeAlarms", 12, 2, "interrupted"],
    ["while it waits for the action", "FilterLogEvents", 11, 2, "13 min after the last tick"],
    ["while it starts them again", "UpdateSchedule", 2, 2, "13 min after the last tick"],
  ] as const)("%s", async (_, operation, time, changed, observed) => {
    onTime(operation, time, () => {
      interruption.abort();
    });
    const { verification } = await run();
    expect(of("silence-rings", verification).observed.en).toBe(observed);
    expect(interruption.signal.aborted).toBe(true);
    expect(changes()).toBe(changed);
    expect(aws.schedule).toEqual(before);
  });
});

it("starts the ticks again even if AWS does not show the stop yet", async () => {
  onTime("UpdateSchedule", 1, () => {
    aws.staleLooks = 2;
    interruption.abort();
  });
  await run();
  expect(aws.schedule).toEqual(before);
  expect(changes()).toBe(2);
});

describe("a refusal of AWS", () => {
  it.each(["DescribeAlarms", "FilterLogEvents"])("of %s during the drill starts the ticks again", async (operation) => {
    onTime("UpdateSchedule", 1, () => aws.denied.add(operation));
    const { verification } = await run();
    expect(of("silence-rings", verification)).toMatchObject({ result: "not seen", owner: "aws" });
    expect(aws.schedule).toEqual(before);
  });

  it("of the stop changes nothing, and names the policy", async () => {
    aws.denied.add("UpdateSchedule");
    const { verification } = await run();
    expect(of("silence-rings", verification).soWhat.en).toContain("npx piste policy verifier --drill");
    expect(aws.schedule).toEqual(before);
  });

  it("of the start prints when the ticks start by themselves, and the command", async () => {
    onTime("UpdateSchedule", 1, () => aws.denied.add("UpdateSchedule"));
    const { verification, said } = await run();
    expect(said.join("\n")).toMatch(
      /COULD NOT BE STARTED AGAIN\. It starts by itself at 11:\d\d .*: `npx piste verify qualif --application chorus-pro --drill`/,
    );
    expect(exitCodeOf(verification)).toBe(5);
  });
});

describe("the schedule that a killed drill leaves", () => {
  it("is reported by the next verify, which changes nothing", async () => {
    await killed();
    const count = changes();
    const { said } = await run({ drilled: false });
    expect(said[0]).toMatch(/A drill stopped the refresher's schedule .* ticks start again at 11:\d\d/);
    expect(changes()).toBe(count);
  });

  it("starts by itself", async () => {
    await killed();
    aws.now += 40 * MINUTE;
    const { said, verification } = await run({ drilled: false });
    expect(said[0]).toMatch(/was killed: ticks start again at 11:\d\d/);
    expect(of("silence-rings", verification).result).toBe("not seen");
    expect(aws.asked.length).toBeGreaterThan(0);
  });

  it.each([0, 40])("is restored by the next drill, which then ends: after %i minutes", async (minutes) => {
    await killed();
    aws.now += minutes * MINUTE;
    expect((await refused()).owner).toBe("wait");
    expect(aws.schedule).toEqual(before);
  });
});

describe("`piste policy verifier --drill`", () => {
  it("prints the rights that the drill needs, and no others", async () => {
    await run();
    const options = { environment: "qualif", application: APPLICATION, region: REGION, accountId: ACCOUNT } as const;
    const sids = (drill: boolean): string[] =>
      policyOf("verifier", { ...options, drill }).map(({ statement: { Sid = "" } }) => Sid);
    expect(sids(true).filter((sid) => !sids(false).includes(sid))).toEqual(["StopTicks", "KeepScheduleRole"]);
    const statements = policyOf("verifier", { ...options, drill: true }).map(({ statement }) => statement);
    const principal = roleArn("verifier");
    const world = { identity: new Map([[principal, [{ name: "printed", statements }]]]), resource: new Map() };
    const schedule = (name: string): string => arn("scheduler", `schedule/piste-qualif-${name}`);
    const may = (action: string, resource: string, context = {}): Promise<boolean> =>
      isAllowed(world, { principal, call: { action, resource, context } });
    const own = schedule("chorus-pro/piste-qualif-chorus-pro-tick");
    const { RoleArn: role } = before.Target;
    const passedTo = { "iam:PassedToService": "scheduler.amazonaws.com" };
    const asked = new Set(aws.asked.map(({ operation }) => operation));
    for (const operation of ["GetSchedule", "UpdateSchedule"]) {
      expect(asked).toContain(operation);
      expect(await may(`scheduler:${operation}`, own)).toBe(true);
      expect(await may(`scheduler:${operation}`, schedule("other/piste-qualif-other-tick"))).toBe(false);
    }
    expect(await may("iam:PassRole", role, passedTo)).toBe(true);
    expect(await may("iam:PassRole", role, { "iam:PassedToService": "lambda.amazonaws.com" })).toBe(false);
    expect(await may("iam:PassRole", roleArn("other"), passedTo)).toBe(false);
    for (const operation of ["CreateSchedule", "DeleteSchedule"]) {
      expect(await may(`scheduler:${operation}`, own)).toBe(false);
    }
  });

  it("gives no right to read or stop the schedule of production", () => {
    const options = { environment: "prod", application: APPLICATION, region: REGION, accountId: ACCOUNT } as const;
    const actions = policyOf("verifier", options).flatMap(({ statement: { Action } }) => Action);
    expect(actions.filter((action) => /^scheduler:|PassRole/.test(action))).toEqual([]);
  });
});
