/** The example in Terraform's own language says what the construct says; whatever changes there must change here. */
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { PisteApplication } from "../../constructs";
import type { Environment } from "../../piste/environments";
import { synthesize } from "../constructs/synthesize";
import { namedOfHcl, namedOfJson, without, type Named, type Values } from "./hcl";

const EXAMPLE = path.resolve(__dirname, "..", "..", "examples", "terraform");

/** Written differently on purpose: where the zip is, what waits for what, and whom alarms tell. */
const OWN = ["depends_on", "filename", "source_code_hash", "alarm_actions", "ok_actions"];
/** More than a lookup: the real Terraform is asked, in test/long. */
const EXPRESSIONS = ["insecure_value", "input"];

/** Not in the example: the topics are brought in, and guard rails are left to the constructs. */
const WITHOUT = /^aws_(?:sns_topic|secretsmanager_secret_policy) /;

function constructs(environment: Environment): Named {
  const { json } = synthesize((stack) => {
    const structure = { identifier: "12345678200010", identifierType: "SIRET" } as const;
    new PisteApplication(stack, "piste", {
      environment,
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure }],
    });
  });
  const { resource = {} } = json;
  const kept = [...namedOfJson(resource)].filter(([name]) => !WITHOUT.test(name));
  return new Map(kept);
}

function comparable(values: Values = {}): Values {
  const kept = Object.entries(without(values, [...OWN, ...EXPRESSIONS])).map(([key, value]) =>
    key === "target" ? [key, without(value as Values, EXPRESSIONS)] : [key, value],
  );
  return Object.fromEntries(kept) as Values;
}

describe.each(["qualif", "prod"] as const)("the Terraform example in %s", (environment) => {
  const variables = { environment, application: "chorus-pro", region: "eu-west-3", scope: "openid" };
  let theirs: Named;
  let ours: Named;
  beforeAll(async () => {
    theirs = constructs(environment);
    ours = await namedOfHcl(EXAMPLE, variables);
  });

  it("has the construct's resources by name, and no others but what lets a consumer read", () => {
    const names = [...ours.keys()].filter(
      (name) => name !== `aws_iam_role_policy read-piste-${environment}-chorus-pro`,
    );
    expect(names.sort()).toEqual([...theirs.keys()].sort());
    expect(names.length).toBeGreaterThan(20);
  });

  it("gives each what the construct gives it, policies right by right", () => {
    for (const [name, values] of theirs) {
      expect({ name, ...comparable(ours.get(name)) }).toEqual({ name, ...comparable(values) });
    }
  });
});

it("lets a consumer read what grantRead lets it read, of what has a fixed name", async () => {
  const { json } = synthesize((stack) => {
    const piste = new PisteApplication(stack, "piste", { environment: "qualif", name: "chorus-pro" });
    piste.accessToken.grantRead(new IamRole(stack, "consumer", { name: "consumer", assumeRolePolicy: "{}" }));
  });
  const granted = [...namedOfJson(json.resource ?? {})].find(([name]) => name.startsWith("aws_iam_role_policy read-"));
  const ours = await namedOfHcl(EXAMPLE, { environment: "qualif", application: "chorus-pro", region: "eu-west-3" });
  const policy = ours.get("aws_iam_role_policy read-piste-qualif-chorus-pro")?.["policy"] as readonly string[];
  const ofToken = granted?.[1]["policy"] as readonly string[];
  // All are in one expression: what is done to them is compared here, whom it reaches in test/long.
  const withoutResource = (right: string): string[] => right.split(" | ").filter((_, index) => index !== 1);
  expect(ofToken).toHaveLength(1);
  expect(policy.map(withoutResource)).toEqual(ofToken.map(withoutResource));
});
