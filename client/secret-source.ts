/** A source of secrets: returns the current value of a secret by name. */

export interface SecretValue {
  readonly value: string;
  /**
   * Changes whenever another value is stored.
   * @default - the value itself tells
   */
  readonly versionId?: string | undefined;
  /**
   * The labels of the version.
   * @default - none are known
   */
  readonly labels?: readonly string[] | undefined;
  /**
   * When it was stored, by AWS's clock, in epoch seconds.
   * @default - unknown
   */
  readonly storedAt?: number | undefined;
  /**
   * AWS's time in its answer, in whole epoch seconds.
   * @default - unknown, and this machine's clock is believed
   */
  readonly answeredAt?: number | undefined;
}

/**
 * Gives the current value of a secret. What it throws means that it cannot be had now.
 *
 * @param secretId the secret's name or ARN.
 */
export type SecretSource = (secretId: string) => Promise<string | SecretValue>;
