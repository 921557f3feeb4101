/** Plays a history, and evaluates CloudWatch alarms on the metrics of function and Lambda, which may come late. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { LATEST_REPORT_IN_MINUTES } from "../aws/alarms/alarm";
import type { Environment } from "../piste/environments";
import { DEFAULT_APPLICATION } from "../piste/names";
import { tokenRefreshFunctionName } from "../aws/names";
import { Alarm, type AlarmDefinition, type AlarmState } from "./alarms";
import { shortName } from "./drill-row";
import type { Disturbance, History } from "./history";
import { MetricStore, type MetricId } from "./metric-store";
import { simulate } from "./simulation";

/** A synthesized alarm, and whether it pages. */
export interface DeployedAlarm {
  readonly definition: AlarmDefinition;
  readonly pages: boolean;
}

/** Minutes count from the beginning. */
export interface AlarmEvent {
  readonly minute: number;
  /** Name without the application's prefix. */
  readonly alarm: string;
  readonly state: AlarmState;
  readonly pages: boolean;
}

export interface AlarmedHistory {
  readonly events: readonly AlarmEvent[];
  /** The first tick that was missed or failed; undefined if none. */
  readonly firstTroubleAtMinute: number | undefined;
  /** Seconds of validity of the stored token, at the end of each minute. */
  readonly secondsLeft: readonly number[];
  /** The same, counting no more than the usual lifetime. */
  readonly surelyLeft: readonly number[];
  readonly active: readonly { readonly kind: Disturbance["kind"]; readonly from: number; readonly to: number }[];
}

const MINUTE_IN_MILLISECONDS = 60_000;

/** Delay of metrics: none, the longest that alarms must tolerate, or random up to that. */
export type ReportDelay = "prompt" | "late" | "any";

export function delaysInMilliseconds(delay: ReportDelay, seed: number): () => number {
  const latest = LATEST_REPORT_IN_MINUTES * MINUTE_IN_MILLISECONDS;
  if (delay === "prompt") return () => 0;
  if (delay === "late") return () => latest;
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator) * latest;
}

/** Delays reports. */
export class LateReports {
  private waiting: { readonly at: number; readonly add: () => void }[] = [];

  constructor(private readonly delay: () => number) {}

  send(now: number, add: () => void): void {
    this.waiting.push({ at: now + this.delay(), add });
  }

  arriveUntil(now: number): void {
    for (const { at, add } of this.waiting) if (at <= now) add();
    this.waiting = this.waiting.filter(({ at }) => at > now);
  }
}

export async function playWithAlarms(
  history: History,
  environment: Environment,
  deployed: readonly DeployedAlarm[],
  delay: ReportDelay = "any",
): Promise<AlarmedHistory> {
  const store = new MetricStore();
  const alarms = deployed.map(({ definition, pages }) => ({ alarm: new Alarm(definition), pages }));
  const reports = new LateReports(delaysInMilliseconds(delay, history.seed));
  const dimensions = { FunctionName: tokenRefreshFunctionName(environment, DEFAULT_APPLICATION) };
  const ofFunction = (name: string): MetricId => ({ namespace: "AWS/Lambda", name, dimensions });
  const [invocations, errors, dropped] = [
    ofFunction("Invocations"),
    ofFunction("Errors"),
    ofFunction("AsyncEventsDropped"),
  ];
  const events: AlarmEvent[] = [];
  const secondsLeft: number[] = [];
  const surelyLeft: number[] = [];
  const active: { kind: Disturbance["kind"]; from: number; to: number }[] = [];
  let firstTrouble: number | undefined;
  let beginning = 0;
  const minuteOf = (at: number): number => (at - beginning) / MINUTE_IN_MILLISECONDS;
  await simulate(history, {
    environment,
    observer: {
      begins: (at) => {
        beginning = at;
      },
      minute: (now, left, _, sure) => {
        secondsLeft.push(left);
        surelyLeft.push(sure);
        reports.arriveUntil(now);
        for (const { alarm, pages } of alarms) {
          if (!alarm.evaluate(store, now)) continue;
          events.push({ minute: minuteOf(now), alarm: shortName(alarm.name, environment), state: alarm.state, pages });
        }
      },
      line: (now, line) => {
        reports.send(now, () => {
          store.addLine(line);
        });
      },
      disturbance: (kind, start, end) => active.push({ kind, from: minuteOf(start), to: minuteOf(end) }),
      troubled: (at) => {
        firstTrouble ??= minuteOf(at);
      },
      // A successful run reports 0 Errors: "Types of metrics for Lambda functions".
      ran: (startedAt, failed) => {
        reports.send(startedAt, () => {
          store.add(invocations, startedAt, 1);
          store.add(errors, startedAt, failed ? 1 : 0);
        });
      },
      dropped: (now) => {
        reports.send(now, () => {
          store.add(dropped, now, 1);
        });
      },
    },
  });
  return { events, firstTroubleAtMinute: firstTrouble, secondsLeft, surelyLeft, active };
}
