import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { EnvironmentConfiguration } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { addStateStacks } from "../../stacks/state-stack";
import { SynthesizedStack, synthesizeApp } from "../constructs/synthesize";
import { CHECKS, type SpoilableJson } from "./checks";

const PAGE = path.resolve(__dirname, "..", "..", "SECURITY.md");

/** The rows of the page: met, option or refused, and the name of the check. */
const ROWS = readFileSync(PAGE, "utf8")
  .split("\n")
  .filter((line) => /^\| [A-Za-z0-9]+\.\d+[, ]/.test(line))
  .map((line) => {
    const [, here = "", check = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return { here, check };
  });

it("finds the table of controls", () => {
  expect(ROWS.length).toBeGreaterThan(20);
  expect(
    ROWS.map(({ check }) => check)
      .filter((check) => check !== "")
      .sort(),
  ).toEqual(Object.keys(CHECKS).sort());
});

const checksOf = (here: string): string[] => [
  ...new Set(ROWS.filter((row) => row.here === here).map(({ check }) => check)),
];

/** Every option that creates more resources, or gives a role more rights. */
function withEveryOption(configuration: EnvironmentConfiguration): EnvironmentConfiguration {
  const [application] = configuration.applications;
  if (application === undefined) throw new Error("no application");
  const options = {
    connectionCheck: true,
    landingZone: {
      encryptionKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000",
      logRetentionInDays: 365,
      network: { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
    },
  };
  return {
    ...configuration,
    account: "123456789012",
    alarmEmails: ["astreinte@exemple.fr"],
    encryptAlarms: true,
    accessAlarm: true,
    state: { bucket: "my-company-terraform-state" },
    applications: [
      { ...application, ...options },
      { ...application, ...options, name: "second-scope", clientCredentialsOf: application.name, scope: "second" },
    ],
  };
}

const synthesized = (environments: { qualif: EnvironmentConfiguration; prod: EnvironmentConfiguration }) =>
  synthesizeApp((app) => {
    new PisteStack(app, "qualif", environments.qualif);
    new PisteStack(app, "prod", environments.prod);
    addStateStacks(app, environments);
  });

describe("the controls that SECURITY.md calls", () => {
  let byDefault: Record<string, SynthesizedStack>;
  let withOptions: Record<string, SynthesizedStack>;
  beforeAll(() => {
    byDefault = synthesized({ qualif, prod });
    withOptions = synthesized({ qualif: withEveryOption(qualif), prod: withEveryOption(prod) });
  });

  const problemsOf = (check: string, stacks: Record<string, SynthesizedStack>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(stacks).map(([name, stack]) => [name, CHECKS[check]?.problems(stack) ?? ["?"]]));

  it.each(checksOf("met"))("met: %s, in the default stacks and with every option", (check) => {
    expect(problemsOf(check, byDefault)).toEqual({ qualif: [], prod: [] });
    expect(problemsOf(check, withOptions)).toEqual({ qualif: [], prod: [], state: [] });
  });

  it.each(checksOf("option"))("an option: %s, only in stacks that choose it", (check) => {
    expect(problemsOf(check, withOptions)).toEqual({ qualif: [], prod: [], state: [] });
    for (const problems of Object.values(problemsOf(check, byDefault))) expect(problems).not.toEqual([]);
  });

  it.each(Object.entries(CHECKS))("have a check that finds its violation: %s", (_, { problems, spoil, ofState }) => {
    for (const name of ofState ? ["state"] : ["qualif", "prod"]) {
      const stack = withOptions[name];
      if (stack === undefined) throw new Error(`no stack ${name}`);
      const json = JSON.parse(stack.text) as SpoilableJson;
      spoil(json);
      expect(problems(new SynthesizedStack(JSON.stringify(json), [], new Map()))).not.toEqual([]);
    }
  });
});
