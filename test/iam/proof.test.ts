import { describe, expect, it } from "@jest/globals";
import type { Statement } from "../constructs/synthesize";
import { keyArn, roleArn, secretArn } from "./arns";
import { BREAK_GLASS_ROLE } from "./everything";
import { refusedByPolicies } from "./outside";
import { needlessParts, shortcomings, type Case } from "./proof";
import { administrator, defaultKeyPolicy, isOfAws } from "./service-calls";
import { isAllowed, type Call, type Request, type World } from "./simulator";
import { ADMINISTRATOR } from "./all-policies";

const READER = roleArn("reader");
const [SECRET, OTHER] = [secretArn("one"), secretArn("other")];
const STAGE = "secretsmanager:VersionStage";

const asks = (action: string, resource: string, context: Call["context"] = {}): Request => ({
  principal: READER,
  call: { action: `secretsmanager:${action}`, resource, context },
});
const READ = asks("GetSecretValue", SECRET, { [STAGE]: "AWSCURRENT" });
const OUTSIDE = [
  asks("GetSecretValue", OTHER, { [STAGE]: "AWSCURRENT" }),
  asks("GetSecretValue", SECRET, { [STAGE]: "AWSPREVIOUS" }),
  asks("DeleteSecret", SECRET),
];
const READ_STATEMENT: Statement = {
  Effect: "Allow",
  Action: ["secretsmanager:GetSecretValue"],
  Resource: SECRET,
  Condition: { "ForAnyValue:StringEquals": { [STAGE]: ["AWSCURRENT"] } },
};

function caseOf(statements: readonly Statement[], more: Partial<Case> = {}): Case {
  const identity = new Map([[READER, [{ name: "policy", statements }]]]);
  return { world: { identity, resource: new Map() }, needed: [READ], outside: OUTSIDE, ...more };
}

describe("the proof", () => {
  it("accepts a correct policy", async () => {
    const proof = caseOf([READ_STATEMENT]);
    expect([await shortcomings(proof), await needlessParts(proof)]).toEqual([[], []]);
  });

  it("finds needed calls that are refused, and outside calls that are allowed", async () => {
    const found = await shortcomings(caseOf([{ ...READ_STATEMENT, Resource: OTHER }]));
    expect(found).toEqual([
      expect.stringMatching(/^needed and refused: .*:role\/reader secretsmanager:GetSecretValue .*secret:one-/),
      expect.stringMatching(/^outside and allowed: .*secret:other-/),
    ]);
  });

  it.each<[string, Statement, RegExp]>([
    [
      "action",
      { ...READ_STATEMENT, Action: ["secretsmanager:GetSecretValue", "secretsmanager:TagResource"] },
      /the action secretsmanager:TagResource$/,
    ],
    ["resource", { ...READ_STATEMENT, Resource: [SECRET, secretArn("third")] }, /the resource .*secret:third-AbCdEf$/],
    [
      "value",
      { ...READ_STATEMENT, Condition: { "ForAnyValue:StringEquals": { [STAGE]: ["AWSCURRENT", "OLD"] } } },
      /the value OLD of secretsmanager:VersionStage$/,
    ],
    [
      "condition",
      {
        ...READ_STATEMENT,
        Condition: { ...(READ_STATEMENT.Condition as object), StringEquals: { "aws:SecureTransport": "true" } },
      },
      /the condition StringEquals aws:SecureTransport$/,
    ],
  ])("finds a needless %s", async (_, statement, message) => {
    expect(await needlessParts(caseOf([statement]))).toEqual([expect.stringMatching(message)]);
  });

  it("finds a repeated statement", async () => {
    expect(await needlessParts(caseOf([READ_STATEMENT, READ_STATEMENT]))).toHaveLength(2);
  });

  it("finds a policy that no call needs", async () => {
    const found = await needlessParts(caseOf([READ_STATEMENT], { needed: [] }));
    expect(found).toEqual([`policy of ${READER}: no call needs it`]);
  });

  it("finds tolerated calls that are no longer allowed", async () => {
    const tolerated = [asks("GetSecretValue", SECRET)];
    expect(await shortcomings(caseOf([READ_STATEMENT], { tolerated }))).toEqual([
      expect.stringMatching(/^tolerated and refused: /),
    ]);
  });
});

describe("the simulator", () => {
  const worldOf = (...statements: Statement[]): World => caseOf(statements).world;

  it("rejects a condition key that the action does not have", async () => {
    const world = worldOf({ Effect: "Allow", Action: "secretsmanager:ListSecretVersionIds", Resource: "*" });
    const request = asks("ListSecretVersionIds", SECRET, { [STAGE]: "AWSCURRENT" });
    await expect(isAllowed(world, request)).rejects.toThrow(
      "secretsmanager:ListSecretVersionIds does not know the condition keys secretsmanager:VersionStage",
    );
  });

  it("rejects an invalid policy and an unknown action", async () => {
    const invalid = worldOf({ Effect: "Permit", Action: "*", Resource: "*" }, READ_STATEMENT);
    await expect(isAllowed(invalid, READ)).rejects.toThrow("cannot be judged");
    const all = worldOf({ Effect: "Allow", Action: "*", Resource: "*" });
    await expect(isAllowed(all, asks("ReadSecretValue", SECRET))).rejects.toThrow("invalid.action");
  });

  it("compares the encryption context of a key", async () => {
    const key = keyArn(1);
    const statement = {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: key,
      Condition: { StringLike: { "kms:EncryptionContext:SecretARN": secretArn("one") } },
    };
    const world: World = { ...worldOf(statement), resource: new Map([[key, defaultKeyPolicy(key)]]) };
    const decrypt = (secret: string): Request => ({
      principal: READER,
      call: { action: "kms:Decrypt", resource: key, context: { "kms:EncryptionContext:SecretARN": secret } },
    });
    expect(await isAllowed(world, decrypt(SECRET))).toBe(true);
    expect(await isAllowed(world, decrypt(OTHER))).toBe(false);
  });

  it("allows GetCallerIdentity without any right", async () => {
    const call = { action: "sts:GetCallerIdentity", resource: "*", context: {} };
    expect(await isAllowed({ identity: new Map(), resource: new Map() }, { principal: READER, call })).toBe(true);
  });
});

describe("Deny statements in a secret's policy", () => {
  const deny = (Action: string[], Condition?: object): Statement => ({
    Effect: "Deny",
    Principal: "*",
    Action,
    Resource: "*",
    ...(Condition && { Condition }),
  });
  const caseWith = (...statements: Statement[]): Case => {
    const resource = new Map([[SECRET, { name: "guard", statements }]]);
    const all = [ADMINISTRATOR, BREAK_GLASS_ROLE].map(administrator);
    const identity = new Map([...caseOf([READ_STATEMENT]).world.identity, ...all]);
    const world = { identity, resource };
    return {
      world,
      needed: [READ],
      outside: [...OUTSIDE, ...refusedByPolicies(world)],
      concerns: (policy) => !isOfAws(policy),
    };
  };

  it("are proven with principals that may do anything else", async () => {
    const proof = caseWith(
      deny(["secretsmanager:*"], { Bool: { "aws:SecureTransport": "false" } }),
      deny(["secretsmanager:GetSecretValue"], { ArnNotLike: { "aws:PrincipalArn": [READER] } }),
      deny(["secretsmanager:DeleteSecret"]),
    );
    expect(proof.outside).toHaveLength(OUTSIDE.length + 5);
    expect([await shortcomings(proof), await needlessParts(proof)]).toEqual([[], []]);
  });

  it("are too wide if they refuse a needed call", async () => {
    const proof = caseWith(deny(["secretsmanager:GetSecretValue"], { ArnNotLike: { "aws:PrincipalArn": [OTHER] } }));
    expect(await shortcomings(proof)).toEqual([expect.stringMatching(/^needed and refused: /)]);
  });

  it("cannot be proven with an unknown condition key", () => {
    expect(() =>
      caseWith(deny(["secretsmanager:*"], { StringEquals: { "aws:RequestedRegion": "eu-west-1" } })),
    ).toThrow("guard: unknown condition key aws:RequestedRegion");
  });
});
