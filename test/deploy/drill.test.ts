/** The drill and the plan of `piste verify`, on a deployment in the emulated AWS. */
import * as path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { oneApplication, type Target } from "../../cli/command/target";
import { sdkAws } from "../../cli/command/sdk-aws";
import { drill, prepareDrill, type DrillOptions } from "../../cli/verify/drill";
import { leftByDrill, stopped } from "../../cli/verify/drill-mark";
import type { Scene } from "../../cli/verify/finding";
import { planned } from "../../cli/verify/plan";
import { runCommand } from "../../scripts/local/processes";
import { clone, type Clone } from "./clone";
import { openFixture, REGION, succeeded, type Fixture } from "./fixture";

const MINUTES = 60_000;
const UNCHANGED = { result: "as expected", measured: { add: 0, change: 0, destroy: 0 } };

let fixture: Fixture;
let repo: Clone;
beforeAll(async () => {
  fixture = await openFixture("drill");
  repo = clone();
  // The plan uses the environment variables of the verifying person.
  Object.assign(process.env, fixture.environment);
}, 2 * MINUTES);
afterAll(async () => {
  repo.remove();
  await fixture.close();
});

const plan = () => planned("qualif", undefined, repo.folder);

it(
  "a drill leaves no change for Terraform, and the next one repairs what a killed one left",
  async () => {
    expect(await plan()).toMatchObject({ result: "not seen", observed: { en: "no Terraform state here" } });
    const program = path.join(repo.folder, "node_modules", ".bin", "cdktf");
    const words = ["deploy", "qualif", "--auto-approve", "--skip-provider-lock"];
    await succeeded(runCommand(program, words, { cwd: repo.folder, env: fixture.environment }));
    expect(await plan()).toMatchObject(UNCHANGED);

    const sdk = sdkAws({ region: REGION, endpoint: fixture.endpoint, credentials: LOCAL_CREDENTIALS });
    // The emulator keeps no history of alarms.
    const aws = { ...sdk, alarmActions: () => Promise.resolve([]) };
    const application = await oneApplication({ environment: "qualif", aws } as unknown as Target);
    const alarm = "piste-qualif-chorus-pro-refresher-silent";
    const meanwhile: unknown[] = [];
    let now = Date.now();
    const scene: Partial<Scene> = {
      aws,
      observed: aws.observed(),
      application,
      now: () => now,
      resultOf: () => "as expected",
      sameOptions: "",
      say: () => undefined,
      sleep: async (milliseconds) => {
        now += milliseconds;
        if (meanwhile.length > 0) return;
        meanwhile.push((await plan()).measured);
        now = Date.now();
        // The emulator evaluates no alarm.
        await aws.setAlarmState(alarm, "ALARM", "no ticks");
      },
    };
    const interruption = new AbortController();
    const before = await aws.schedule(application.description.schedule);
    const options: DrillOptions = { allow: () => Promise.resolve(), interruptibly: (act) => act(interruption.signal) };
    await prepareDrill(scene as Scene, options);
    const rings = await drill(scene as Scene, interruption.signal);
    expect(rings.observed.en).toMatch(/^\d+ min after the last tick$/);
    expect(meanwhile).toEqual([{ add: 0, change: 1, destroy: 0 }]);
    expect(await aws.schedule(application.description.schedule)).toEqual(before);
    expect(await plan()).toMatchObject(UNCHANGED);

    await aws.setAlarmState(alarm, "OK", "ticks again");
    if (before === undefined) throw new Error("no schedule was deployed");
    await aws.updateSchedule(stopped(before, Date.now()));
    expect(await leftByDrill(aws, application.description)).toBeDefined();
    await expect(prepareDrill(scene as Scene, options)).rejects.toMatchObject({ owner: "wait" });
    expect(await aws.schedule(application.description.schedule)).toEqual(before);
  },
  8 * MINUTES,
);
