export type Attributes = Readonly<Record<string, unknown>>;

/** What is looked at of what Terraform will receive. */
export interface StackJson {
  readonly terraform?: { readonly required_providers?: { readonly aws?: { readonly version?: string } } };
  readonly provider?: { readonly aws?: readonly Attributes[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
}

/** A text, unless Terraform fills it in. */
export const written = (value: unknown): string | undefined =>
  typeof value === "string" && !value.includes("${") ? value : undefined;

export function providerOf(
  { provider: reference = "aws" }: Attributes,
  { provider }: StackJson,
): Attributes | undefined {
  return provider?.aws?.find(({ alias }) => reference === (typeof alias === "string" ? `aws.${alias}` : "aws"));
}

/** The one account in which the resource can be. */
export function accountOf(attributes: Attributes, json: StackJson): string | undefined {
  const accounts = providerOf(attributes, json)?.["allowed_account_ids"];
  const [account, ...more] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  return more.length === 0 ? written(account) : undefined;
}
