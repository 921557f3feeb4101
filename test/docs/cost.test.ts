/** The READMEs' "at most 5 USD a month": the resources of the synthesized stack, times prices. docs/cost.md has the same table. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import type { EnvironmentConfiguration } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { synthesizeApp, type Block } from "../constructs/synthesize";

const PAGE = readFileSync(path.join(ROOT, "docs", "cost.md"), "utf8");

/** US dollars a month for each resource; docs/cost.md has the sources. */
const DOLLARS: Readonly<Record<string, (resource: Block) => number>> = {
  aws_secretsmanager_secret: () => 0.4,
  aws_cloudwatch_metric_alarm: (alarm) => 0.1 * metricsReadBy(alarm),
  aws_cloudwatch_dashboard: () => 3,
  aws_kms_key: () => 1,
  aws_ssm_parameter: ({ tier }) => (tier === "Advanced" ? 0.05 : 0),
};

/** Free, or billed by use, which {@link dollarsOfUse} counts. */
const FREE = [
  "aws_cloudwatch_log_group",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_kms_alias",
  "aws_lambda_function",
  "aws_lambda_function_event_invoke_config",
  "aws_scheduler_schedule",
  "aws_scheduler_schedule_group",
  "aws_secretsmanager_secret_policy",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
];

/** Expressions are free. */
function metricsReadBy({ metric_query: queries }: Block): number {
  if (!Array.isArray(queries)) return 1;
  return (queries as Block[]).filter(({ metric }) => metric !== undefined).length;
}

const TICKS = 30 * 24 * 60;
/** A token that is due at the age of 20 min 40 s is refreshed every 21 minutes. */
const REFRESHES = Math.ceil(TICKS / 21);
/** The password checks. */
const HOURS = 30 * 24;

/** For an application: a tick reads the token, a refresh also reads the credentials and writes the token. */
const secretsManagerCalls = (accounts: number): number => TICKS + 2 * REFRESHES + HOURS * accounts;

/**
 * For a second trail of the account. Calls of Secrets Manager are management events, which are free for the first trail;
 * with a customer's key most calls, except password checks, also make an event of KMS.
 */
function dollarsOfSecondTrail(accounts: number, hasKey: boolean): number {
  const calls = secretsManagerCalls(accounts);
  const callsOfKms = hasKey ? calls - HOURS * accounts : 0;
  return (2 / 100_000) * (calls + callsOfKms);
}

/** For an application in a month without failures. */
function dollarsOfUse(accounts: number): number {
  const runs = TICKS + HOURS;
  // Assumed: 100 ms of each run at 256 MB, 400 ms more of a refresh; 1 kB of logs a run, kept for three months.
  const gigabyteSeconds = 0.25 * (0.1 * runs + 0.4 * REFRESHES);
  const gigabytesOfLogs = runs / 1e6;
  // Metrics without a failure: Ticks, SecondsToExpiry, Refreshes, RefreshMilliseconds, PasswordDaysLeft,
  // PasswordChecks.
  const customMetrics = 6;
  return (
    0.3 * customMetrics +
    (0.05 / 10_000) * secretsManagerCalls(accounts) +
    (1 / 1e6) * runs +
    (0.2 / 1e6) * runs +
    0.0000133334 * gigabyteSeconds +
    (0.6 + 3 * 0.032) * gigabytesOfLogs
  );
}

/** Without the dashboard. @throws Error if the stack has a resource of unknown price. */
function dollarsOf(configuration: EnvironmentConfiguration, accounts: number): number {
  const { prod: stack } = synthesizeApp((app) => new PisteStack(app, "prod", { ...configuration, dashboard: false }));
  return Object.entries(stack?.json.resource ?? {}).reduce((sum, [type, resources]) => {
    const price = DOLLARS[type];
    if (price === undefined && !FREE.includes(type))
      throw new Error(`add what ${type} costs, here and to docs/cost.md`);
    return sum + Object.values(resources).reduce((all, resource) => all + (price?.(resource) ?? 0), 0);
  }, dollarsOfUse(accounts));
}

const application = (accounts: number): EnvironmentConfiguration => ({
  applications: [
    {
      name: "chorus-pro",
      technicalAccounts: Array.from({ length: accounts }, (_, index) => ({
        name: `account-${index}`,
        structure: { identifier: "73282932000074", identifierType: "SIRET" },
      })),
    },
  ],
});

/** The first three dashboards are free with at most this many metrics each. */
const FREE_METRICS = 50;

describe("the environment's dashboard", () => {
  /** Without expressions. */
  function metricsShown(count: number): number {
    const applications = Array.from({ length: count }, (_, index) => ({
      ...application(1).applications[0],
      name: `application-${index}`,
    }));
    const { prod: stack } = synthesizeApp((app) => new PisteStack(app, "prod", { applications }));
    const { widgets } = JSON.parse(String(stack?.only("aws_cloudwatch_dashboard")["dashboard_body"])) as {
      readonly widgets: readonly { readonly properties: { readonly metrics?: readonly (readonly unknown[])[] } }[];
    };
    return widgets.flatMap(({ properties }) => properties.metrics ?? []).filter(([name]) => typeof name === "string")
      .length;
  }

  it("is free for as many applications as the page says", () => {
    const [, most = ""] = /up to (\d+) applications/.exec(PAGE) ?? [];
    expect(metricsShown(Number(most))).toBeLessThanOrEqual(FREE_METRICS);
    expect(metricsShown(Number(most) + 1)).toBeGreaterThan(FREE_METRICS);
    expect(PAGE).toContain(`${metricsShown(1)} metrics of each application`);
  });
});

describe("one application with the defaults", () => {
  it("costs at most 5 dollars a month without the dashboard, in an account with one trail", () => {
    expect(dollarsOf(prod, 1)).toBeGreaterThan(4);
    expect(dollarsOf(prod, 1)).toBeLessThanOrEqual(5);
    expect(PAGE).toContain(`| **one application** | | | **$${dollarsOf(prod, 1).toFixed(2)}** |`);
  });

  it("costs at most 6.50 dollars a month in an account with a second trail", () => {
    const total = dollarsOf(prod, 1) + dollarsOfSecondTrail(1, false);
    expect(total).toBeLessThanOrEqual(6.5);
    expect(PAGE).toContain(`| **with a second trail** | | | **$${total.toFixed(2)}** |`);
  });

  it("costs about twice as much for this trail with a customer's key", () => {
    const [without, withKey] = [dollarsOfSecondTrail(1, false), dollarsOfSecondTrail(1, true)];
    expect(withKey / without).toBeCloseTo(2, 1);
    expect(PAGE).toContain(`$${withKey.toFixed(2)} in place of $${without.toFixed(2)}`);
  });

  it("costs about 0.40 more for each further technical account", () => {
    expect(dollarsOf(application(2), 2) - dollarsOf(application(1), 1)).toBeCloseTo(0.4, 2);
  });
});
