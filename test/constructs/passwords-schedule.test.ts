import { describe, expect, it } from "@jest/globals";
import {
  AccessTokenSecret,
  ClientCredentialsSecret,
  PisteApplication,
  TokenRefresher,
  type TechnicalAccountConfiguration,
} from "../../constructs";
import { parseInput } from "../../lambda/token-refresh/contract";
import { synthesize, type Statement, type SynthesizedStack } from "./synthesize";

const NAME = "piste-qualif-chorus-pro-token-refresh";
const SCHEDULE = "aws_scheduler_schedule";
const PASSWORDS = { name: "piste-qualif-chorus-pro-passwords" };
const TICK = { name: "piste-qualif-chorus-pro-tick" };

const account = (name: string): TechnicalAccountConfiguration => ({
  name,
  structure: { identifier: "12345678200010", identifierType: "SIRET" },
});

const application = (...accounts: string[]): SynthesizedStack =>
  synthesize((stack) => {
    const technicalAccounts = accounts.map(account);
    new PisteApplication(stack, "application", { environment: "qualif", name: "chorus-pro", technicalAccounts });
  });

const refresher = (hasTechnicalAccounts?: boolean): SynthesizedStack =>
  synthesize((stack) => {
    const props = { environment: "qualif" as const };
    const built = new TokenRefresher(stack, "refresher", {
      ...props,
      clientCredentials: new ClientCredentialsSecret(stack, "client", props),
      accessToken: new AccessTokenSecret(stack, "token", props),
      hasTechnicalAccounts,
    });
    expect(built.passwordsSchedule?.nameInput).toBe(hasTechnicalAccounts === true ? PASSWORDS.name : undefined);
    expect(built.schedule.nameInput).toBe(TICK.name);
  });

const isAboutPasswords = ({ Action }: Statement): boolean => /ListSecretVersionIds|ssm:/.test(JSON.stringify(Action));

describe("the schedule that looks after passwords", () => {
  it("runs hourly beside the ticks, in their group and with their role, without retries", () => {
    const stack = refresher(true);
    expect(stack.all(SCHEDULE)).toHaveLength(2);
    const { target, ...schedule } = stack.only(SCHEDULE, PASSWORDS);
    expect(schedule).toMatchObject({
      group_name: stack.reference("aws_scheduler_schedule_group", "name"),
      schedule_expression: "cron(5 * * * ? *)",
      // So that not all applications look in the same second.
      flexible_time_window: { mode: "FLEXIBLE", maximum_window_in_minutes: 50 },
      depends_on: [stack.address("aws_iam_role_policy", { name: `invoke-${NAME}` })],
    });
    expect(target).toEqual({
      arn: stack.reference("aws_lambda_function", "arn"),
      role_arn: stack.reference("aws_iam_role", "arn", { name: "piste-qualif-chorus-pro-schedule" }),
      input: '{"environment":"qualif","application":"chorus-pro","operation":"passwords"}',
      retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 },
    });
    expect(parseInput(JSON.parse((target as { input: string }).input))).toMatchObject({ operation: "passwords" });
  });

  it.each([undefined, false])("is not there, nor its rights, with hasTechnicalAccounts %s", (hasTechnicalAccounts) => {
    const stack = refresher(hasTechnicalAccounts);
    expect(stack.only(SCHEDULE)).toMatchObject(TICK);
    expect(stack.policy(NAME).filter(isAboutPasswords)).toEqual([]);
  });

  it("is an application's that has technical accounts, and no other's", () => {
    expect(application().all(SCHEDULE)).toHaveLength(1);
    expect(application("lyon").all(SCHEDULE)).toHaveLength(2);
  });

  it("is made after all that its first run looks at; the ticks wait for nothing of it", () => {
    const stack = application("lyon", "paris");
    const secrets = ["lyon", "paris"].map((name) =>
      stack.address("aws_secretsmanager_secret", { name: `piste/qualif/chorus-pro/technical-account/${name}` }),
    );
    const parameters = ["/piste/qualif/chorus-pro", "/piste/qualif/chorus-pro/accounts/1"].map((name) =>
      stack.address("aws_ssm_parameter", { name }),
    );
    const policy = stack.address("aws_iam_role_policy", { name: `invoke-${NAME}` });
    const dependencies = stack.only(SCHEDULE, PASSWORDS)["depends_on"] as string[];
    expect([...dependencies].sort()).toEqual([policy, ...secrets, ...parameters].sort());
    expect(stack.only(SCHEDULE, TICK)["depends_on"]).toEqual([policy]);
  });
});

describe("the right to look after passwords", () => {
  const here = (service: string): string =>
    `arn:\${data.aws_partition.PistePartition.partition}:${service}:\${data.aws_region.PisteRegion.id}:` +
    "${data.aws_caller_identity.PisteAccount.account_id}";

  it("is to list versions of the application's accounts and to read its description, and never a value", () => {
    const stack = application("lyon");
    const description = `${here("ssm")}:parameter/piste/qualif/chorus-pro`;
    expect(stack.policy(NAME).filter(isAboutPasswords)).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:ListSecretVersionIds"],
        Resource: `${here("secretsmanager")}:secret:piste/qualif/chorus-pro/technical-account/*-??????`,
      },
      { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: [description, `${description}/accounts/*`] },
    ]);
    const reads = stack.policy(NAME).filter(({ Action }) => JSON.stringify(Action).includes("GetSecretValue"));
    expect(JSON.stringify(reads)).not.toContain("technical-account");
  });

  it("is as short for 300 accounts as for one", () => {
    const names = Array.from({ length: 300 }, (_, index) => `etablissement-${index}`);
    expect(application(...names).policy(NAME)).toEqual(application("lyon").policy(NAME));
  });
});
