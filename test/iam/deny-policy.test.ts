/** The service control policy of SECURITY.md: what it denies an administrator, and what it leaves to everyone. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { codeBlocks } from "../docs/runbook-pages";
import { ADMINISTRATOR } from "./all-policies";
import { arn, functionArn, roleArn, secretArn } from "./arns";
import { administrator } from "./service-calls";
import { isAllowed, type Policy, type World } from "./simulator";

const PAGE = readFileSync(path.resolve(__dirname, "../../SECURITY.md"), "utf8");
const [BLOCK, ...MORE] = codeBlocks(PAGE).filter(({ info }) => info === "json");
const POLICY = JSON.parse(BLOCK?.code ?? "{}") as { readonly Statement: Policy["statements"] };

const DEPLOYER = roleArn("deployer");
const FUNCTION = functionArn("piste-prod-chorus-pro-token-refresh");
const ROLE = roleArn("piste-prod-chorus-pro-token-refresh");
const ROLE_WITH_PATH = roleArn("piste-prod-chorus-pro-token-refresh", "/service/");
const CLIENT = secretArn("piste/prod/chorus-pro/client");
const TOPIC = arn("sns", "piste-prod-page");
const RULE = arn("events", "rule/piste-prod-chorus-pro-unexpected-read");

/** Each way an administrator has to the refresher's secrets: the action and its resource. */
const ATTACKS: readonly (readonly [action: string, resource: string])[] = [
  ["lambda:UpdateFunctionConfiguration", FUNCTION],
  ["lambda:UpdateFunctionCode", FUNCTION],
  ["lambda:AddPermission", FUNCTION],
  ["lambda:CreateFunctionUrlConfig", FUNCTION],
  ["lambda:PutRuntimeManagementConfig", FUNCTION],
  ["lambda:PutFunctionEventInvokeConfig", FUNCTION],
  ["iam:PassRole", ROLE],
  ["iam:PassRole", ROLE_WITH_PATH],
  ["iam:UpdateAssumeRolePolicy", ROLE],
  ["iam:PutRolePolicy", ROLE_WITH_PATH],
  ["iam:AttachRolePolicy", ROLE],
  // A new role of the same name counts as the former one, in this policy and in a secret's.
  ["iam:CreateRole", ROLE],
  ["iam:UpdateAssumeRolePolicy", DEPLOYER],
  ["iam:CreateRole", DEPLOYER],
  ["secretsmanager:PutResourcePolicy", CLIENT],
  ["secretsmanager:DeleteResourcePolicy", CLIENT],
  ["secretsmanager:ReplicateSecretToRegions", CLIENT],
  ["events:DisableRule", RULE],
  ["events:RemoveTargets", RULE],
  ["sns:DeleteTopic", TOPIC],
  ["sns:SetTopicAttributes", TOPIC],
];

/** All of them may do anything else. */
function worldWith(...denied: readonly Policy["statements"][number][]): World {
  const all = [ADMINISTRATOR, DEPLOYER, ROLE].map(administrator);
  const policy = { name: "of SECURITY.md", statements: denied };
  return {
    identity: new Map(all.map(([principal, policies]) => [principal, [...policies, policy]])),
    resource: new Map(),
  };
}
const world = worldWith(...POLICY.Statement);
const may = (principal: string, action: string, resource: string, of = world): Promise<boolean> =>
  isAllowed(of, { principal, call: { action, resource, context: {} } });

describe("the service control policy of SECURITY.md", () => {
  it("is the page's one policy, and short enough for AWS", () => {
    expect(MORE).toEqual([]);
    // "Quotas for AWS Organizations": 5,120 characters.
    expect(JSON.stringify(POLICY).length).toBeLessThanOrEqual(5120);
  });

  it.each(ATTACKS)("denies an administrator %s on %s, but not the deployer", async (action, resource) => {
    expect(await may(ADMINISTRATOR, action, resource, worldWith())).toBe(true);
    expect(await may(ADMINISTRATOR, action, resource)).toBe(false);
    expect(await may(DEPLOYER, action, resource)).toBe(true);
  });

  it("denies only the actions of these attacks and their counterparts", () => {
    const denied = POLICY.Statement.flatMap(({ Action }) => Action).filter(
      (action) => !ATTACKS.some(([attack]) => attack === action),
    );
    expect(denied.sort()).toEqual([
      "events:DeleteRule",
      "events:PutRule",
      "events:PutTargets",
      "iam:DeleteRolePermissionsBoundary",
      "iam:PutRolePermissionsBoundary",
      "lambda:CreateFunction",
      "lambda:DeleteFunctionCodeSigningConfig",
      "lambda:PutFunctionCodeSigningConfig",
      "lambda:UpdateFunctionEventInvokeConfig",
      "lambda:UpdateFunctionUrlConfig",
      "sns:RemovePermission",
    ]);
  });

  it.each([
    ["lambda:InvokeFunction", FUNCTION],
    ["lambda:GetFunctionConfiguration", FUNCTION],
    ["lambda:UpdateFunctionConfiguration", functionArn("billing")],
    ["secretsmanager:PutSecretValue", CLIENT],
    ["secretsmanager:DescribeSecret", CLIENT],
    ["secretsmanager:PutResourcePolicy", secretArn("other")],
    ["iam:PassRole", roleArn("billing")],
    ["events:PutRule", arn("events", "rule/other")],
    ["sns:SetTopicAttributes", arn("sns", "other")],
    ["iam:CreateRole", roleArn("billing")],
  ])("leaves an administrator %s on %s", async (action, resource) => {
    expect(await may(ADMINISTRATOR, action, resource)).toBe(true);
  });

  it("leaves the refresher its own calls, and no way to more", async () => {
    expect(await may(ROLE, "secretsmanager:GetSecretValue", CLIENT)).toBe(true);
    expect(await may(ROLE, "lambda:UpdateFunctionConfiguration", FUNCTION)).toBe(false);
  });

  it("exempts only the deployer's role, not one whose name begins or ends like it", async () => {
    for (const name of ["deployer-2", "my-deployer"]) {
      const other = roleArn(name);
      const [principal, policies] = administrator(other);
      const statements = { name: "of SECURITY.md", statements: POLICY.Statement };
      const of: World = { identity: new Map([[principal, [...policies, statements]]]), resource: new Map() };
      expect(await may(other, "lambda:UpdateFunctionConfiguration", FUNCTION, of)).toBe(false);
    }
  });
});
