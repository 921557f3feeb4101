/** Reads the deployed policies from the emulated AWS, in the form of the unit tests. */
import { readOutput } from "../constructs/synthesize";
import { AppliedStack } from "../iam/applied";
import { keyArn, REGION, secretArn } from "../iam/arns";

/** Policies by name, under the name of their role or secret, or `key`. */
export type Policies = Record<string, Record<string, unknown>>;

const isSecret = (name: string): boolean => name.startsWith("piste/");

/** The policies that the unit tests assume to be applied. */
export function resolvedPolicies(output: string, stack: string): Policies {
  const synthesized = readOutput(output)[stack];
  if (synthesized === undefined) throw new Error(`there is no stack ${stack}`);
  const applied = new AppliedStack(synthesized);
  const inline = applied.rolePolicies;
  const policies = applied.roles.map(({ name, trust }): readonly [string, Record<string, unknown>] => {
    const own = (inline.get(name) ?? []).map((policy) => [policy.name, policy.statements] as const);
    return [name, { trust: trust.statements, ...Object.fromEntries(own) }];
  });
  const ofResources = applied.resourcePolicies;
  const key = ofResources.get(keyArn(9))?.statements;
  const secrets = applied.secrets.flatMap(({ name, arn }) => {
    const policy = ofResources.get(arn)?.statements;
    return policy === undefined ? [] : [[name, { policy }] as const];
  });
  return {
    ...Object.fromEntries<Record<string, unknown>>([...policies, ...secrets]),
    ...(key && { key: { policy: key } }),
  };
}

/** Calls AWS's API over HTTP, so that no further SDK client is needed. */
export async function askAws(
  endpoint: string,
  service: string,
  headers: Record<string, string>,
  body: string,
): Promise<string> {
  const authorization =
    `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/${service}/aws4_request, ` +
    "SignedHeaders=host, Signature=none";
  const answer = await fetch(endpoint, { method: "POST", headers: { authorization, ...headers }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} answered ${answer.status}: ${text}`);
  return text;
}

/** AWS chooses parts of the names of secrets and keys. */
function statementsOf(document: string): unknown {
  const named = document
    .replace(/:secret:([a-z0-9/-]+)-[A-Za-z0-9]{6}(?=")/g, (_, name: string) =>
      secretArn(name).slice(secretArn("").indexOf(":secret:")),
    )
    .replace(/:key\/[0-9a-f-]{36}/g, keyArn(9).slice(keyArn(9).indexOf(":key/")));
  return (JSON.parse(named) as { Statement: unknown }).Statement;
}

/** @param expected names the policies to read. */
export async function deployedPolicies(endpoint: string, expected: Policies): Promise<Policies> {
  const iam = async (action: string, RoleName: string, more: Record<string, string> = {}): Promise<string> => {
    const body = new URLSearchParams({ Action: action, Version: "2010-05-08", RoleName, ...more }).toString();
    return askAws(endpoint, "iam", { "content-type": "application/x-www-form-urlencoded" }, body);
  };
  const found = (xml: string, element: string): string[] =>
    [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, text = ""]) => text);
  const documentIn = (xml: string, element: string): unknown =>
    statementsOf(decodeURIComponent(found(xml, element)[0] ?? "").replaceAll("&quot;", '"'));

  const json = async <T>(service: string, target: string, input: object): Promise<T> => {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return JSON.parse(await askAws(endpoint, service, headers, JSON.stringify(input))) as T;
  };

  const policies: Policies = {};
  for (const name of Object.keys(expected)) {
    if (name === "key") {
      const { Keys } = await json<{ Keys: { KeyId: string }[] }>("kms", "TrentService.ListKeys", {});
      const [{ KeyId } = { KeyId: "none" }] = Keys;
      const input = { KeyId, PolicyName: "default" };
      const { Policy } = await json<{ Policy: string }>("kms", "TrentService.GetKeyPolicy", input);
      policies[name] = { policy: statementsOf(Policy) };
    } else if (isSecret(name)) {
      const target = "secretsmanager.GetResourcePolicy";
      const { ResourcePolicy } = await json<{ ResourcePolicy: string }>("secretsmanager", target, { SecretId: name });
      policies[name] = { policy: statementsOf(ResourcePolicy) };
    } else {
      const trust = documentIn(await iam("GetRole", name), "AssumeRolePolicyDocument");
      const own: Record<string, unknown> = { trust };
      for (const policy of found(await iam("ListRolePolicies", name), "member")) {
        own[policy] = documentIn(await iam("GetRolePolicy", name, { PolicyName: policy }), "PolicyDocument");
      }
      policies[name] = own;
    }
  }
  return policies;
}
