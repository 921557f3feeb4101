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

const PAGE = path.resolve(__dirname, "..", "..", "docs", "security.md");

/** Of AWS Foundational Security Best Practices 1.0.0, for the services that are used here. */
const STANDARD = [
  ...[1, 2, 3, 4].map((number) => `SecretsManager.${number}`),
  ...[1, 2, 5].map((number) => `Lambda.${number}`),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 21].map((number) => `IAM.${number}`),
  ...[1, 2, 3, 5].map((number) => `KMS.${number}`),
  "SNS.4",
  ...[1, 2, 3, 5, 6, 8, 9, 12, 13, 19, 24, 25].map((number) => `S3.${number}`),
];

interface Row {
  readonly control: string;
  readonly isOfStandard: boolean;
  readonly here: string;
  readonly reason: string;
  readonly check: string;
}

const text = readFileSync(PAGE, "utf8");
const ROWS: readonly Row[] = text
  .split("\n")
  .filter((line) => /^\| [A-Za-z0-9]+\.\d+ \|/.test(line))
  .map((line) => {
    const [control = "", , standard, here = "", reason = "", check = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return { control, isOfStandard: standard === "✓", here, reason, check };
  });
const checksOf = (here: string): string[] => [
  ...new Set(ROWS.filter((row) => row.here === here).map(({ check }) => check)),
];

/** Every option that makes more of AWS, or lets a role do more. */
function withEveryOption(configuration: EnvironmentConfiguration): EnvironmentConfiguration {
  const [application] = configuration.applications;
  if (application === undefined) throw new Error("there is no application");
  const options = {
    connectionCheck: true,
    encryptionKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000",
    logRetentionInDays: 365,
    network: { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
  };
  return {
    ...configuration,
    account: "123456789012",
    alarmEmails: ["astreinte@exemple.fr"],
    encryptAlarms: true,
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

describe("the controls that docs/security.md calls", () => {
  let asTheyCome: Record<string, SynthesizedStack>;
  let withOptions: Record<string, SynthesizedStack>;
  beforeAll(() => {
    asTheyCome = synthesized({ qualif, prod });
    withOptions = synthesized({ qualif: withEveryOption(qualif), prod: withEveryOption(prod) });
  });

  const problemsOf = (check: string, stacks: Record<string, SynthesizedStack>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(stacks).map(([name, stack]) => [name, CHECKS[check]?.problems(stack) ?? ["?"]]));

  it.each(checksOf("met"))("met: %s, in the stacks as they come and with every option", (check) => {
    expect(problemsOf(check, asTheyCome)).toEqual({ qualif: [], prod: [] });
    expect(problemsOf(check, withOptions)).toEqual({ qualif: [], prod: [], state: [] });
  });

  it.each(checksOf("option"))("an option: %s, where it is chosen and not where it is not", (check) => {
    expect(problemsOf(check, withOptions)).toEqual({ qualif: [], prod: [], state: [] });
    for (const problems of Object.values(problemsOf(check, asTheyCome))) expect(problems).not.toEqual([]);
  });

  it.each(Object.entries(CHECKS))("are looked at: that %s would not be is found", (_, { problems, spoil, ofState }) => {
    for (const name of ofState ? ["state"] : ["qualif", "prod"]) {
      const stack = withOptions[name];
      if (stack === undefined) throw new Error(`there is no stack ${name}`);
      const json = JSON.parse(stack.text) as SpoilableJson;
      spoil(json);
      expect(problems(new SynthesizedStack(JSON.stringify(json), [], new Map()))).not.toEqual([]);
    }
  });
});

describe("docs/security.md", () => {
  it("has each control once, and says of it that it is met, an option or refused", () => {
    expect(ROWS.length).toBeGreaterThan(40);
    const controls = ROWS.map(({ control }) => control);
    expect(new Set(controls).size).toBe(controls.length);
    expect([...new Set(ROWS.map(({ here }) => here))].sort()).toEqual(["met", "option", "refused"]);
  });

  it("names a check that there is for what is met or an option, and a reason for what is refused", () => {
    for (const { control, here, reason, check } of ROWS) {
      if (here === "refused") {
        expect({ control, check, hasReason: reason.length > 20 }).toEqual({ control, check: "", hasReason: true });
      } else {
        expect({ control, check }).toEqual({ control, check: Object.keys(CHECKS).find((name) => name === check) });
      }
    }
  });

  it("names every check", () => {
    const named = new Set(ROWS.map(({ check }) => check));
    expect(Object.keys(CHECKS).filter((check) => !named.has(check))).toEqual([]);
  });

  it("leaves out no control of the standard for the services that are used", () => {
    const [, below = ""] = /Nothing here is of the kind that these are about:([^]*?)\n\n/.exec(text) ?? [];
    const notOurs = below.match(/\b(?:IAM|S3)\.\d+/g) ?? [];
    const ofStandard = ROWS.filter(({ isOfStandard }) => isOfStandard).map(({ control }) => control);
    expect([...ofStandard, ...notOurs].sort()).toEqual([...STANDARD].sort());
    const services = new Set(ROWS.map(({ control }) => control.split(".")[0]));
    expect([...services].sort()).toEqual(["CloudWatch", "IAM", "KMS", "Lambda", "S3", "SNS", "SecretsManager"]);
  });

  it("leads to pages that there are", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(readFileSync(path.resolve(path.dirname(PAGE), link), "utf8")).toBeDefined();
  });
});
