/** What a check gives: what was observed of a fact, and whether it is as expected. */
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
  /** The same in numbers, which a receipt may hold: no name and no address. */
  readonly measured: Readonly<Record<string, number>>;
}

export interface Scene {
  readonly aws: Aws;
  readonly observed: ObservedAws;
  readonly application: DescribedApplication;
  /** ARNs of roles that consume. */
  readonly consumers: readonly string[];
  readonly definitions: () => Promise<readonly MetricAlarm[]>;
  readonly looks: () => Promise<readonly [Look, ...Look[]]>;
  /** Stops the ticks until the alarm rings; undefined where nobody asked for that. */
  readonly drilled: (() => Promise<Finding>) | undefined;
  /** What Terraform would change. */
  readonly plan: () => Promise<Finding>;
  readonly say: (text: Text) => void;
  /** Ends early when the signal is given. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
  /** The options by which the target was found, for the commands that a person may type next. */
  readonly sameOptions: string;
  /** AWS's clock. */
  readonly now: () => number;
  /** Of the facts before. */
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
