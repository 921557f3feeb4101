/** A source of secrets: returns the current value of a secret by name. */

export interface SecretValue {
  readonly value: string;
  /**
   * Changes with each stored value.
   * @default - the value itself
   */
  readonly versionId?: string | undefined;
  /**
   * The labels of the version.
   * @default - none
   */
  readonly labels?: readonly string[] | undefined;
  /**
   * When the value was stored, by AWS's clock, in epoch seconds.
   * @default - unknown
   */
  readonly storedAt?: number | undefined;
  /**
   * AWS's time in its answer, in whole epoch seconds.
   * @default - unknown; this machine's clock counts
   */
  readonly answeredAt?: number | undefined;
}

/**
 * Returns the current value of a secret, or throws.
 *
 * @param secretId the secret's name or ARN.
 */
export type SecretSource = (secretId: string) => Promise<string | SecretValue>;
