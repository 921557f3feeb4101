/** The policies of what was deployed, asked of the emulated AWS, in the words that the unit tests resolve them to. */
import { readOutput } from "../constructs/synthesize";
import { AppliedStack } from "../iam/applied";
import { keyArn, REGION, secretArn } from "../iam/arns";

/** By the name of the role, or the word `key`: its documents, by their names. */
export type Policies = Record<string, Record<string, unknown>>;

/** What the tests of policies take to be applied. */
export function resolvedPolicies(output: string, stack: string): Policies {
  const synthesized = readOutput(output)[stack];
  if (synthesized === undefined) throw new Error(`there is no stack ${stack}`);
  const applied = new AppliedStack(synthesized);
  const inline = applied.rolePolicies;
  const policies = applied.roles.map(({ name, trust }) => {
    const own = (inline.get(name) ?? []).map((policy) => [policy.name, policy.statements] as const);
    return [name, { trust: trust.statements, ...Object.fromEntries(own) }] as const;
  });
  const key = applied.resourcePolicies.get(keyArn(9))?.statements;
  return { ...Object.fromEntries(policies), ...(key && { key: { policy: key } }) };
}

/** As an AWS that knows the account: no key of an SDK that nothing else here needs. */
async function ask(endpoint: string, service: string, headers: Record<string, string>, body: string): Promise<string> {
  const authorization =
    `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/${service}/aws4_request, ` +
    "SignedHeaders=host, Signature=none";
  const answer = await fetch(endpoint, { method: "POST", headers: { authorization, ...headers }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} answered ${answer.status}: ${text}`);
  return text;
}

/** Secrets and keys have parts of their names from AWS. */
function statementsOf(document: string): unknown {
  const named = document
    .replace(/:secret:([a-z0-9/-]+)-[A-Za-z0-9]{6}(?=")/g, (_, name: string) =>
      secretArn(name).slice(secretArn("").indexOf(":secret:")),
    )
    .replace(/:key\/[0-9a-f-]{36}/g, keyArn(9).slice(keyArn(9).indexOf(":key/")));
  return (JSON.parse(named) as { Statement: unknown }).Statement;
}

/** @param expected whose roles are asked for. */
export async function deployedPolicies(endpoint: string, expected: Policies): Promise<Policies> {
  const iam = async (action: string, RoleName: string, more: Record<string, string> = {}): Promise<string> => {
    const body = new URLSearchParams({ Action: action, Version: "2010-05-08", RoleName, ...more }).toString();
    return ask(endpoint, "iam", { "content-type": "application/x-www-form-urlencoded" }, body);
  };
  const found = (xml: string, element: string): string[] =>
    [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, text = ""]) => text);
  const documentIn = (xml: string, element: string): unknown =>
    statementsOf(decodeURIComponent(found(xml, element)[0] ?? "").replaceAll("&quot;", '"'));

  const policies: Policies = {};
  for (const role of Object.keys(expected).filter((name) => name !== "key")) {
    const own: Record<string, unknown> = { trust: documentIn(await iam("GetRole", role), "AssumeRolePolicyDocument") };
    for (const name of found(await iam("ListRolePolicies", role), "member")) {
      own[name] = documentIn(await iam("GetRolePolicy", role, { PolicyName: name }), "PolicyDocument");
    }
    policies[role] = own;
  }
  if (expected["key"] === undefined) return policies;
  const kms = async <T>(operation: string, input: object): Promise<T> => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${operation}` };
    return JSON.parse(await ask(endpoint, "kms", headers, JSON.stringify(input))) as T;
  };
  const { Keys } = await kms<{ Keys: { KeyId: string }[] }>("ListKeys", {});
  for (const { KeyId } of Keys) {
    const { Policy } = await kms<{ Policy: string }>("GetKeyPolicy", { KeyId, PolicyName: "default" });
    policies["key"] = { policy: statementsOf(Policy) };
  }
  return policies;
}
