/** What the quantities of a month cost. */
import { CUSTOM_METRIC_TIERS, PRICES } from "../prices";
import type { Quantities } from "./quantities";

export interface BillLine {
  readonly what: string;
  /** How much of it is used, and for how much each. */
  readonly quantity: string;
  readonly dollars: number;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  /** Without the dashboard. */
  readonly dollars: number;
  readonly dashboardDollars: number;
}

const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
const each = (price: number): string => `$${price.toFixed(2)}`;

export function billOf(quantities: Quantities): Bill {
  const q = quantities;
  const dashboardDollars = q.dashboards * PRICES.dashboard;
  const lines: BillLine[] = [
    {
      what: "secrets",
      quantity: `${count(q.secrets)} × ${each(PRICES.secret)}`,
      dollars: q.secrets * PRICES.secret,
    },
    {
      what: "custom metrics",
      quantity: `${count(q.customMetrics)} × ${each(CUSTOM_METRIC_TIERS[0].price)}`,
      dollars: customMetricDollars(q.customMetrics),
    },
    {
      what: "alarms, by the metrics that they read",
      quantity: `${count(q.alarms)} with ${count(q.alarmMetrics)} × ${each(PRICES.alarmMetric)}`,
      dollars: q.alarmMetrics * PRICES.alarmMetric,
    },
    {
      what: "calls of Secrets Manager",
      quantity: `${count(q.secretsManagerCalls)} × $0.05 per 10,000`,
      dollars: q.secretsManagerCalls * PRICES.secretsManagerCall,
    },
    {
      what: "EventBridge Scheduler",
      quantity: `${count(q.schedulerInvocations)} × $1.00 per million`,
      dollars: q.schedulerInvocations * PRICES.schedulerInvocation,
    },
    {
      what: "Lambda",
      quantity: `${count(q.lambdaInvocations)} runs, ${count(q.lambdaGigabyteSeconds)} GB-seconds`,
      dollars: q.lambdaInvocations * PRICES.lambdaInvocation + q.lambdaGigabyteSeconds * PRICES.lambdaGigabyteSecond,
    },
    {
      what: "logs",
      quantity: `${(q.logGigabytesIngested * 1024).toFixed(0)} MB in, ${(q.logGigabytesStored * 1024).toFixed(0)} MB kept`,
      dollars: q.logGigabytesIngested * PRICES.logGigabyteIngested + q.logGigabytesStored * PRICES.logGigabyteStored,
    },
    { what: "e-mails of SNS", quantity: count(q.emails), dollars: q.emails * PRICES.email },
    { what: "standard SSM parameters", quantity: count(q.parameters), dollars: 0 },
    ...(q.keys === 0 ? [] : [{ what: "KMS keys", quantity: count(q.keys), dollars: q.keys * PRICES.key }]),
  ];
  return { lines, dollars: lines.reduce((sum, { dollars }) => sum + dollars, 0), dashboardDollars };
}

export function customMetricDollars(metrics: number): number {
  let below = 0;
  let dollars = 0;
  for (const { upTo, price } of CUSTOM_METRIC_TIERS) {
    dollars += Math.max(0, Math.min(metrics, upTo) - below) * price;
    below = upTo;
  }
  return dollars;
}
