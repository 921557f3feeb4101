export type Attributes = Readonly<Record<string, unknown>>;

/** What is looked at of what Terraform will receive. */
export interface StackJson {
  readonly terraform?: { readonly required_providers?: { readonly aws?: { readonly version?: string } } };
  readonly provider?: { readonly aws?: readonly Attributes[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
}
