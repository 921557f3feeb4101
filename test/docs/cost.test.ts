/** docs/cost.md says what the synthesized stacks cost, and a promise of it holds. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { writeBlocks } from "../../scripts/docs/blocks";
import { customMetricDollars } from "../../scripts/docs/cost/bill";
import { costBlocks, costsOf, HIGHEST_DOLLARS, type Costs } from "../../scripts/docs/cost/page";
import { quantitiesOf, runsADay, type TerraformJson } from "../../scripts/docs/cost/quantities";
import { SET_UPS, setUpName } from "../../scripts/docs/cost/set-ups";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import type { EnvironmentConfiguration } from "../../stacks/configuration";
import { synthesizeApp } from "../constructs/synthesize";

const ROOT = path.resolve(__dirname, "..", "..");

function stackOf(configuration: EnvironmentConfiguration): TerraformJson {
  const { prod: stack } = synthesizeApp((app) => new PisteStack(app, "prod", configuration));
  return stack?.json as TerraformJson;
}

describe("docs/cost.md", () => {
  let stacks: Record<string, TerraformJson>;
  let costs: Costs;
  beforeAll(async () => {
    stacks = Object.fromEntries(Object.entries(SET_UPS).map(([name, setUp]) => [name, stackOf(setUp)]));
    costs = await costsOf(stacks);
  }, 60_000);

  it("says what the script counts (`npm run docs -- --only cost` writes it)", async () => {
    const page = readFileSync(path.join(ROOT, "docs", "cost.md"), "utf8");
    expect(page).toBe(writeBlocks(page, await costBlocks(stacks)));
  });

  it("promises at most 5 dollars for one application, the dashboard apart, and that holds", () => {
    expect(HIGHEST_DOLLARS).toBe(5);
    const { dollars, dashboardDollars } = costs.applications(1);
    expect(dollars).toBeGreaterThan(1);
    expect(dollars).toBeLessThanOrEqual(HIGHEST_DOLLARS);
    expect(dashboardDollars).toBe(3);
  });

  it("takes what prod comes with for one application", async () => {
    expect(await quantitiesOf(stackOf(prod))).toEqual(await quantitiesOf(stacks[setUpName(1)] ?? {}));
  });

  it("says that one more account adds only its secret, give or take a cent", () => {
    expect(costs.oneMoreAccount.dollars).toBeCloseTo(0.4, 2);
    const line = (what: RegExp): number =>
      costs.oneMoreAccount.lines.find((each) => what.test(each.what))?.dollars ?? NaN;
    expect([line(/^secrets/), line(/^alarms/), line(/^custom/)]).toEqual([0.4, 0, 0]);
    const added = costs.manyAccounts.dollars - costs.applications(1).dollars;
    expect(added / 299).toBeCloseTo(costs.oneMoreAccount.dollars, 2);
  });

  it("knows when the cost is not in proportion to the applications", async () => {
    const name = setUpName(30);
    const { aws_secretsmanager_secret: secrets = {}, ...resource } = stacks[name]?.resource ?? {};
    const fewer = Object.fromEntries(Object.entries(secrets).slice(1));
    const spoilt = { ...stacks, [name]: { resource: { ...resource, aws_secretsmanager_secret: fewer } } };
    await expect(costsOf(spoilt)).rejects.toThrow(
      "secrets must be in proportion to the applications, got 89 and not 90",
    );
  });
});

describe("what AWS bills of a stack", () => {
  const resource = (type: string, ...resources: object[]): TerraformJson =>
    ({
      resource: { [type]: Object.fromEntries(resources.map((each, index) => [`r${index}`, each])) },
    }) as TerraformJson;

  it("is an alarm's metrics, not its expressions", async () => {
    const queries = [{ metric: {} }, { metric: {} }, { expression: "a + b" }];
    const alarms = resource("aws_cloudwatch_metric_alarm", { metric_name: "Ticks" }, { metric_query: queries });
    expect(await quantitiesOf(alarms)).toMatchObject({ alarms: 2, alarmMetrics: 3 });
  });

  it("is refused where it is not known", async () => {
    await expect(quantitiesOf(resource("aws_nat_gateway", {}))).rejects.toThrow("must say what aws_nat_gateway costs");
    await expect(quantitiesOf(resource("aws_ssm_parameter", { tier: "Advanced" }))).rejects.toThrow("add its price");
  });

  it("is what the schedule starts, by the function's settings", async () => {
    const stack = stackOf({ applications: [{ name: "chorus-pro", outageToleranceInMinutes: 20 }] });
    const { schedulerInvocations, lambdaInvocations, secretsManagerCalls, ...rest } = await quantitiesOf(stack);
    expect([schedulerInvocations, lambdaInvocations]).toEqual([43_200, 43_200]);
    // A refresh every 31 minutes: two more calls each.
    expect(secretsManagerCalls).toBe(43_200 + 2 * 30 * Math.ceil((24 * 60) / 31));
    expect(rest).toMatchObject({ secrets: 2, dashboards: 1, keys: 0 });
    expect(rest.customMetrics).toBeGreaterThanOrEqual(4);
    // Between 500 bytes and 2 kB a tick, kept for three months.
    expect(rest.logGigabytesIngested * 1024 ** 3).toBeGreaterThan(43_200 * 500);
    expect(rest.logGigabytesIngested * 1024 ** 3).toBeLessThan(43_200 * 2000);
    expect(rest.logGigabytesStored).toBeCloseTo(3 * rest.logGigabytesIngested, 9);
    // A quarter of a gigabyte for a tenth of a second, and a little more for refreshes.
    expect(rest.lambdaGigabyteSeconds).toBeGreaterThan(43_200 * 0.025);
    expect(rest.lambdaGigabyteSeconds).toBeLessThan(43_200 * 0.05);
  });

  it("grows by the calls of a look at the accounts' passwords, and by nothing for any other account", async () => {
    const structure = { identifier: "73282932000074", identifierType: "SIRET" } as const;
    const technicalAccounts = ["one", "two"].map((name) => ({ name, structure }));
    const { resource: resources = {} } = stackOf({ applications: [{ name: "chorus-pro", technicalAccounts }] });
    const [tick] = Object.values(resources["aws_scheduler_schedule"] ?? {});
    const withSchedule = (operation: string): TerraformJson => {
      const input = JSON.stringify({ environment: "prod", application: "chorus-pro", operation });
      const hourly = { schedule_expression: "rate(1 hour)", target: { ...(tick?.["target"] as object), input } };
      return { resource: { ...resources, aws_scheduler_schedule: { tick: tick ?? {}, hourly } } };
    };
    const without = await quantitiesOf({ resource: { ...resources, aws_scheduler_schedule: { tick: tick ?? {} } } });
    const looked = await quantitiesOf(withSchedule("passwords"));
    expect(looked.lambdaInvocations - without.lambdaInvocations).toBe(24 * 30);
    expect(looked.secretsManagerCalls - without.secretsManagerCalls).toBe(2 * 24 * 30);
    expect(looked.emails).toBe(without.emails);
    await expect(quantitiesOf(withSchedule("dance"))).rejects.toThrow("must say what a scheduled dance does");
  });

  it("is less for each of very many custom metrics", () => {
    expect(customMetricDollars(4)).toBeCloseTo(1.2, 9);
    expect(customMetricDollars(10_000)).toBeCloseTo(3000, 9);
    expect(customMetricDollars(10_010)).toBeCloseTo(3001, 9);
    expect(customMetricDollars(1_000_010)).toBeCloseTo(3000 + 24_000 + 37_500 + 0.2, 6);
  });

  it.each([
    ["cron(* * * * ? *)", 1440],
    ["cron(0/5 * * * ? *)", 288],
    ["cron(17 * * * ? *)", 24],
    ["cron(0 7,13 * * ? *)", 2],
    ["rate(1 hour)", 24],
    ["rate(10 minutes)", 144],
  ])("is %s so often a day", (expression, runs) => {
    expect(runsADay(expression)).toBe(runs);
  });

  it("is refused for a schedule that cannot be read", () => {
    expect(() => runsADay("at(2026-01-01T00:00:00)")).toThrow("the schedule at(2026-01-01T00:00:00) must be a rate");
  });
});
