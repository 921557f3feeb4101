/** Helpers of the rules: each returns the refused values, or none. */
import { checkBucket, isKeyArn } from "../../../aws/checks";

/** The provider of a resource; a member is set if it is known at synth and unambiguous. */
export interface UsedProvider {
  readonly version?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

/** Refuses a text, or each text of a list. */
export const texts =
  (isTaken: (text: string) => boolean) =>
  (value: unknown): readonly unknown[] =>
    [value].flat().filter((text) => typeof text === "string" && !text.includes("${") && !isTaken(text));

/** Refuses a list that is empty or too long, and reports its length. */
export const lengths =
  (most: number) =>
  (value: unknown): readonly unknown[] =>
    Array.isArray(value) && (value.length === 0 || value.length > most) ? [value.length] : [];

/** Refuses ARNs of another region or account than the provider's. AWS's own policies have no account. */
export const ofProvider =
  (member: "region" | "account") =>
  (value: unknown, provider: UsedProvider): readonly unknown[] =>
    texts((arn) => {
      const part = arn.split(":")[member === "region" ? 3 : 4];
      return provider[member] === undefined || part === undefined || part === "aws" || part === provider[member];
    })(value);

export const isStandardTopic = (arn: string): boolean => !/^arn:[^:]+:sns:.*\.fifo$/.test(arn);

/** True for an exact, older version. Terraform takes the newest of a range. */
export function isOlder(version: string | undefined, than: string): boolean {
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) return false;
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

export function isBucket(name: string): boolean {
  try {
    checkBucket("bucket", name);
    return true;
  } catch {
    return false;
  }
}

interface Statement {
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
}

/** In statements that use keys: resources that are neither a key nor a pattern. */
export function keysOfPolicy(value: unknown): readonly unknown[] {
  return statementsOf(value)
    .filter(({ Action = [] }) =>
      [Action].flat().some((action) => /^kms:(?:Decrypt|Encrypt|GenerateDataKey)/.test(action)),
    )
    .flatMap(({ Resource = [] }) => Resource)
    .filter((key) => !key.includes("${") && !key.includes("*") && !isKeyArn(key));
}

function statementsOf(policy: unknown): readonly Statement[] {
  if (typeof policy !== "string") return [];
  try {
    const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
    return [statements].flat();
  } catch {
    return [];
  }
}
