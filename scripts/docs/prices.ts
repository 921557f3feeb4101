/**
 * AWS's list prices in US dollars, a month where nothing else is said, free tiers not counted. As known in 2026; check
 * them on the pages that are named. Those of us-east-1 and eu-west-3 are the same but for logs.
 */
export const PRICES = {
  /** aws.amazon.com/secrets-manager/pricing */
  secret: 0.4,
  secretsManagerCall: 0.05 / 10_000,
  /** aws.amazon.com/lambda/pricing, arm64 */
  lambdaInvocation: 0.2 / 1_000_000,
  lambdaGigabyteSecond: 0.0000133334,
  /** aws.amazon.com/eventbridge/pricing */
  schedulerInvocation: 1 / 1_000_000,
  /** aws.amazon.com/cloudwatch/pricing, standard resolution: for each metric that an alarm reads */
  alarmMetric: 0.1,
  dashboard: 3,
  /** aws.amazon.com/cloudwatch/pricing: 0.50 and 0.03 in us-east-1, 0.57 and 0.03 in eu-west-1; for eu-west-3, rounded up */
  logGigabyteIngested: 0.6,
  logGigabyteStored: 0.032,
  /** aws.amazon.com/sns/pricing */
  email: 2 / 100_000,
  /** aws.amazon.com/kms/pricing */
  key: 1,
} as const;

/** aws.amazon.com/cloudwatch/pricing: custom metrics, up to so many for so much each. */
export const CUSTOM_METRIC_TIERS = [
  { upTo: 10_000, price: 0.3 },
  { upTo: 250_000, price: 0.1 },
  { upTo: 1_000_000, price: 0.05 },
  { upTo: Infinity, price: 0.02 },
] as const;

/** AWS counts 30 days for a month of a secret. */
export const DAYS_PER_MONTH = 30;

/** Assumed, not measured on AWS: what Lambda bills for a tick that waits. */
export const TICK_BILLED_SECONDS = 0.1;
