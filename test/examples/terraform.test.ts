/** The HCL module equals the construct: change both together. */
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { PisteApplication } from "../../constructs";
import { RUNBOOKS } from "../../aws/alarms/alarms";
import {
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  lapsingWhenSecondsLeft,
  SECONDS_PER_MINUTE,
} from "../../lambda/token-refresh/contract";
import { API_CATALOGUE } from "../../piste/api-catalogue";
import { beginningsOf } from "../../piste/api-path";
import type { Environment } from "../../piste/environments";
import { synthesize } from "../constructs/synthesize";
import { namedOfHcl, namedOfJson, parsedHcl, without, type Named, type Values } from "./hcl";

const MODULE = path.resolve(__dirname, "..", "..", "terraform");

/** Intended differences: path of the zip, dependencies, and topics of alarms. */
const OWN = ["depends_on", "filename", "source_code_hash", "alarm_actions", "ok_actions"];
/** Needs evaluation: test/long asks the real Terraform. */
const EXPRESSIONS = ["insecure_value", "input"];

/** Not in the module: it uses existing topics, and only the constructs have guard rails. */
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

const { outageToleranceInMinutes, reserveInMinutes } = DEFAULT_REFRESH_SETTINGS;

/** Values of complex locals with the defaults; test/long asks the real Terraform with others. */
function locals(name: string): Values {
  return {
    prefix: "",
    scope: "openid",
    function_variables: "${local.settings}",
    log_retention: 90,
    runbooks: `cdktf-piste: ${RUNBOOKS}`,
    lapsing: lapsingWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS),
    minutes_left_when_due: String(Math.floor(dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS) / SECONDS_PER_MINUTE)),
    refresher_role_arn: `<aws_iam_role ${name}-token-refresh arn>`,
    refresher_role_name: `${name}-token-refresh`,
    schedule_role_arn: `<aws_iam_role ${name}-schedule arn>`,
    schedule_role_name: `${name}-schedule`,
  };
}

describe.each(["qualif", "prod"] as const)("the Terraform module in %s", (environment) => {
  const variables = {
    environment,
    application: "chorus-pro",
    outage_tolerance_in_minutes: String(outageToleranceInMinutes),
    reserve_in_minutes: String(reserveInMinutes),
  };
  let theirs: Named;
  let ours: Named;
  beforeAll(async () => {
    theirs = constructs(environment);
    ours = await namedOfHcl(MODULE, variables, locals(`piste-${environment}-chorus-pro`));
  });

  it("has the construct's resources by name, and no others", () => {
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    expect(ours.size).toBeGreaterThan(20);
  });

  it("gives each the construct's attributes, policies right by right", () => {
    for (const [name, values] of theirs) {
      expect({ name, ...comparable(ours.get(name)) }).toEqual({ name, ...comparable(values) });
    }
  });
});

it("knows the APIs of the catalogue, their scopes and base paths", async () => {
  const [{ api_scopes: scopes, api_paths: paths } = {}] = (await parsedHcl(path.join(MODULE, "main.tf"))).locals ?? [];
  const known = Object.entries(API_CATALOGUE).map(([name, { scope }]) => [name, scope]);
  expect(scopes).toEqual(Object.fromEntries(known));
  const beginnings = Object.values(API_CATALOGUE).flatMap(beginningsOf);
  expect([...Object.keys(scopes as Values), ...(paths as string[])].sort()).toEqual(
    beginnings.map(({ beginning }) => beginning).sort(),
  );
});
