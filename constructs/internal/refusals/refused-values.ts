/** What the rules refuse of a value: nothing when it is taken. */
import { checkBucket, isKeyArn } from "../../../aws/checks";

/** The provider of a resource; each member where it is known at synth, and one. */
export interface UsedProvider {
  readonly version?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

/** Of one text, or of each in a list. */
export const texts =
  (isTaken: (text: string) => boolean) =>
  (value: unknown): readonly unknown[] =>
    [value].flat().filter((text) => typeof text === "string" && !text.includes("${") && !isTaken(text));

/** Of a list, how long it is. */
export const lengths =
  (most: number) =>
  (value: unknown): readonly unknown[] =>
    Array.isArray(value) && (value.length === 0 || value.length > most) ? [value.length] : [];

/** Of ARNs, whether a part of them is the provider's; AWS's own policies are of no account. */
export const ofProvider =
  (member: "region" | "account") =>
  (value: unknown, provider: UsedProvider): readonly unknown[] =>
    texts((arn) => {
      const part = arn.split(":")[member === "region" ? 3 : 4];
      return provider[member] === undefined || part === undefined || part === "aws" || part === provider[member];
    })(value);

export const isStandardTopic = (arn: string): boolean => !/^arn:[^:]+:sns:.*\.fifo$/.test(arn);

/** Whether it is one version, and an older one: not a range, of which Terraform takes the newest. */
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

/** Of statements that use keys: what is no key, nor a pattern. */
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
