export type Attributes = Readonly<Record<string, unknown>>;

export interface StackJson {
  readonly terraform?: { readonly required_providers?: { readonly aws?: { readonly version?: string } } };
  readonly provider?: { readonly aws?: readonly Attributes[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
}

/** The text, unless it contains a reference. */
export const written = (value: unknown): string | undefined =>
  typeof value === "string" && !value.includes("${") ? value : undefined;

export function providerOf(
  { provider: reference = "aws" }: Attributes,
  { provider }: StackJson,
): Attributes | undefined {
  return provider?.aws?.find(({ alias }) => reference === (typeof alias === "string" ? `aws.${alias}` : "aws"));
}

/** The account of the resource, if its provider allows exactly one. */
export function accountOf(attributes: Attributes, json: StackJson): string | undefined {
  const accounts = providerOf(attributes, json)?.["allowed_account_ids"];
  const [account, ...more] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  return more.length === 0 ? written(account) : undefined;
}
