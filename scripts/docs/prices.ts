/** AWS's list prices in US dollars, free tiers not counted. Looked up in 2026; they differ little between regions. */
export const PRICES = {
  /** aws.amazon.com/secrets-manager/pricing */
  secretsManagerCall: 0.05 / 10_000,
  /** aws.amazon.com/lambda/pricing, arm64 */
  lambdaInvocation: 0.2 / 1_000_000,
  lambdaGigabyteSecond: 0.0000133334,
  /** aws.amazon.com/eventbridge/pricing */
  schedulerInvocation: 1 / 1_000_000,
} as const;
