/** The finding of a check: the observation, and if it is as expected. */
import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { FactId } from "../../aws/facts";
import type { DescribedApplication } from "../described-applications";
import type { Text } from "../../piste/language";
import type { Aws } from "../command/aws";
import type { ObservedAws } from "./observed-aws";
import type { Look } from "./watch";

export type Result = "as expected" | "otherwise" | "not seen";

export interface Finding {
  readonly result: Result;
  readonly observed: Text;
  /** The observation in numbers, for receipts: without names and addresses. */
  readonly measured: Readonly<Record<string, number>>;
}

export interface Scene {
  readonly aws: Aws;
  readonly observed: ObservedAws;
  readonly application: DescribedApplication;
  /** ARNs of roles that read the token. */
  readonly consumers: readonly string[];
  readonly definitions: () => Promise<readonly MetricAlarm[]>;
  readonly looks: () => Promise<readonly [Look, ...Look[]]>;
  /** Stops the ticks until the alarm rings. Undefined without `--drill`. */
  readonly drilled: (() => Promise<Finding>) | undefined;
  /** Compares the deployment with Terraform's plan. */
  readonly plan: () => Promise<Finding>;
  readonly say: (text: Text) => void;
  /** Ends early when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
  /** The options of this command, repeated in the commands that it suggests. */
  readonly sameOptions: string;
  /** AWS's clock. */
  readonly now: () => number;
  /** The result of a fact that was checked before. */
  readonly resultOf: (fact: FactId) => Result | undefined;
}

export type Check = (scene: Scene) => Promise<Finding>;

export const finding = (result: Result, en: string, fr: string, measured: Finding["measured"] = {}): Finding => ({
  result,
  observed: { en, fr },
  measured,
});
export const judged = (isAsExpected: boolean, en: string, fr: string, measured: Finding["measured"] = {}): Finding =>
  finding(isAsExpected ? "as expected" : "otherwise", en, fr, measured);
