/** `npm run prove-on-aws` against an emulated AWS, completely and killed in each step. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListScheduleGroupsCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { startEmulator, type Emulator } from "../../emulator";
import { endProcesses } from "../../scripts/local/processes";
import { clone, type Clone } from "../deploy/clone";
import { openFixture, REGION, type Fixture } from "../deploy/fixture";

const MINUTES = 60_000;
const ACCOUNT = "123456789012";
/** A run of `npm run prove-on-aws` in its own process group. */
class Run {
  private text = "";
  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.text += chunk.toString()));
    }
  }

  static start(place: Clone, fixture: Fixture, words: readonly string[], piped?: object): Run {
    const script = place.path("scripts", "with-dependencies.mjs");
    const child = spawn(process.execPath, [script, "prove-on-aws.ts", "--account-id", ACCOUNT, ...words], {
      // The command's `--local` finds the running environment here.
      cwd: fixture.folder,
      env: { ...process.env, PISTE_AWS_EMULATOR_URL: fixture.endpoint },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    child.stdin.end(piped === undefined ? "" : JSON.stringify(piped));
    return new Run(child);
  }

  get output(): string {
    return this.text;
  }

  async says(words: string): Promise<void> {
    while (!this.text.includes(words)) {
      if (this.child.exitCode !== null) throw new Error(`ended before it said ${words}:\n${this.text}`);
      await sleep(20);
    }
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }

  /** Kills its group, like a machine switched off; processes in other groups continue. */
  async kill(): Promise<void> {
    process.kill(-(this.child.pid ?? 0), "SIGKILL");
    await this.ended();
  }
}

describe("npm run prove-on-aws", () => {
  let fixture: Fixture;
  let piste: Emulator;
  let [here, elsewhere]: Clone[] = [];
  beforeAll(async () => {
    fixture = await openFixture("proof");
    piste = await startEmulator();
    [here, elsewhere] = [clone(), clone()];
    const { tokenEndpoint, apiBaseUrl, controlUrl } = piste;
    const kept = { tokenEndpoint, apiBaseUrl, controlUrl, awsEndpoint: fixture.endpoint, region: REGION };
    mkdirSync(path.join(fixture.folder, ".piste"));
    writeFileSync(
      path.join(fixture.folder, ".piste", "local.json"),
      JSON.stringify({ ...kept, environment: "qualif" }),
    );
    await makeOthers();
  }, 2 * MINUTES);
  const running = new Set<Run>();
  afterEach(async () => {
    for (const run of running) if ((run.child.exitCode ?? run.child.signalCode) === null) await run.kill();
    running.clear();
  });
  afterAll(async () => {
    for (const place of [here, elsewhere]) {
      await Promise.all(place?.runs().map(endProcesses) ?? []);
      place?.remove();
    }
    await piste.stop();
    await fixture.close();
  });

  const prove = (place: Clone | undefined, ...words: string[]): Run => proveWith(undefined, place, ...words);
  const proveWith = (piped: object | undefined, place: Clone | undefined, ...words: string[]): Run => {
    if (place === undefined) throw new Error("there is no clone");
    const run = Run.start(place, fixture, ["--yes", ...words], piped);
    running.add(run);
    return run;
  };
  const where = () => ({ endpoint: fixture.endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  const secrets = () => new SecretsManagerClient(where());

  /** Other names, and a name of the proof without its tag. */
  async function makeOthers(): Promise<void> {
    await secrets().send(new CreateSecretCommand({ Name: "piste/qualif/cdktf-piste-proof2/client" }));
    await secrets().send(new CreateSecretCommand({ Name: "piste/qualif/cdktf-piste-proof/client-of-ours" }));
    await new SNSClient(where()).send(new CreateTopicCommand({ Name: "piste-qualif-cdktf-piste-proof2-inform" }));
    const alarm = { Namespace: "Piste", MetricName: "Ticks", Period: 60, EvaluationPeriods: 1, Threshold: 1 };
    const rule = { ComparisonOperator: "LessThanThreshold", Statistic: "Sum" } as const;
    const AlarmName = "piste-qualif-cdktf-piste-proof-of-ours";
    await new CloudWatchClient(where()).send(new PutMetricAlarmCommand({ ...alarm, ...rule, AlarmName }));
  }
  const OTHERS = [
    "piste-qualif-cdktf-piste-proof-of-ours",
    "piste-qualif-cdktf-piste-proof2-inform",
    "piste/qualif/cdktf-piste-proof/client-of-ours",
    "piste/qualif/cdktf-piste-proof2/client",
  ];

  /** All resources of the emulated AWS. */
  async function names(): Promise<string[]> {
    const { SecretList = [] } = await secrets().send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
    const { Parameters = [] } = await new SSMClient(where()).send(new DescribeParametersCommand({}));
    const { Functions = [] } = await new LambdaClient(where()).send(new ListFunctionsCommand({}));
    const { logGroups = [] } = await new CloudWatchLogsClient(where()).send(new DescribeLogGroupsCommand({}));
    const { MetricAlarms = [] } = await new CloudWatchClient(where()).send(new DescribeAlarmsCommand({}));
    const { Topics = [] } = await new SNSClient(where()).send(new ListTopicsCommand({}));
    const { Roles = [] } = await new IAM(where()).listRoles();
    const { ScheduleGroups = [] } = await new SchedulerClient(where()).send(new ListScheduleGroupsCommand({}));
    return [
      ...[...SecretList, ...Parameters].map(({ Name }) => Name),
      ...Functions.map(({ FunctionName }) => FunctionName),
      ...logGroups.map(({ logGroupName }) => logGroupName),
      ...MetricAlarms.map(({ AlarmName }) => AlarmName),
      ...Topics.map(({ TopicArn }) => TopicArn?.split(":").at(-1)),
      ...ScheduleGroups.map(({ Name }) => Name).filter((name) => name !== "default"),
      ...Roles.map(({ RoleName }) => RoleName),
    ].sort() as string[];
  }

  it(
    "removes the resources and processes of a run that was killed during deployment, and then completes",
    async () => {
      const killed = prove(here);
      await killed.says("application/inform/topic: Creation complete");
      await killed.kill();
      const run = proveWith({ client_id: randomUUID(), client_secret: randomUUID() }, here);
      expect({ code: await run.ended(), output: run.output }).toMatchObject({ code: 0 });
      expect(run.output).toContain("Left by an earlier run, and removed: ");
      expect(run.output).toContain("Proven: every step went as expected.");
      expect(await names()).toEqual(OTHERS);
    },
    6 * MINUTES,
  );

  it(
    "is refused on another machine while a run may be active; there --clean removes only its leftovers",
    async () => {
      const killed = prove(here);
      await killed.says("3 of 4");
      await killed.kill();
      await Promise.all(here?.runs().map(endProcesses) ?? []);
      const left = await names();
      for (const each of ["-token-refresh", "/client", "-inform", "/accounts/1", "-token-lapsing", "-schedule"]) {
        expect(left).toContainEqual(expect.stringMatching(new RegExp(`cdktf-piste-proof${each}$`)));
      }
      const refused = prove(elsewhere);
      expect({ code: await refused.ended(), left: await names() }).toEqual({ code: 1, left });
      expect(refused.output).toContain("may be active on another machine");
      const clean = prove(elsewhere, "--clean");
      expect({ code: await clean.ended(), output: clean.output }).toMatchObject({ code: 0 });
      expect(await names()).toEqual(OTHERS);

      const Name = "piste/qualif/cdktf-piste-proof/client";
      await secrets().send(new CreateSecretCommand({ Name }));
      expect(await prove(elsewhere, "--clean").ended()).toBe(0);
      expect(await names()).toContain(Name);
      await secrets().send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    },
    6 * MINUTES,
  );

  it(
    "destroys after Ctrl-C, and later removes the leftovers of a run killed during destruction",
    async () => {
      const stopped = prove(here);
      await stopped.says("2 of 4");
      // npm sends these for one Ctrl-C.
      stopped.child.kill("SIGINT");
      stopped.child.kill("SIGINT");
      expect({ code: await stopped.ended(), output: stopped.output }).toMatchObject({ code: 130 });
      expect(stopped.output).toContain("nothing is left, by tag and by name");
      expect(await names()).toEqual(OTHERS);
      expect(here?.runs()).toEqual([]);

      const killed = prove(here);
      await killed.says("application/inform/topic: Destruction complete");
      await killed.kill();
      expect(await prove(here, "--clean").ended()).toBe(0);
      expect(await names()).toEqual(OTHERS);
    },
    6 * MINUTES,
  );
});
