/** A history with alarms that look on: CloudWatch's, on what the function reports and what Lambda counts of it. */
import type { Environment } from "../piste/environments";
import { DEFAULT_APPLICATION } from "../piste/names";
import { tokenRefreshFunctionName } from "../aws/names";
import { Alarm, type AlarmDefinition, type AlarmState } from "./alarms";
import { shortName } from "./drill-row";
import type { Disturbance, History } from "./history";
import { MetricStore } from "./metric-store";
import { simulate } from "./simulation";

/** An alarm as it was synthesized, and whether it wakes someone. */
export interface DeployedAlarm {
  readonly definition: AlarmDefinition;
  readonly pages: boolean;
}

/** Minutes are those since the beginning. */
export interface AlarmEvent {
  readonly minute: number;
  /** Without the prefix of its application. */
  readonly alarm: string;
  readonly state: AlarmState;
  readonly pages: boolean;
}

export interface AlarmedHistory {
  readonly events: readonly AlarmEvent[];
  /** The first tick that was missed or failed in one way or another; undefined when none was. */
  readonly firstTroubleAtMinute: number | undefined;
  /** Of the token that a consumer reads, at the end of each minute. */
  readonly secondsLeft: readonly number[];
  /** The same, without what is beyond the usual life and so in doubt. */
  readonly surelyLeft: readonly number[];
  readonly active: readonly { readonly kind: Disturbance["kind"]; readonly from: number; readonly to: number }[];
}

const MINUTE_IN_MILLISECONDS = 60_000;

export async function playWithAlarms(
  history: History,
  environment: Environment,
  deployed: readonly DeployedAlarm[],
): Promise<AlarmedHistory> {
  const store = new MetricStore();
  const alarms = deployed.map(({ definition, pages }) => ({ alarm: new Alarm(definition), pages }));
  const functionErrors = {
    namespace: "AWS/Lambda",
    name: "Errors",
    dimensions: { FunctionName: tokenRefreshFunctionName(environment, DEFAULT_APPLICATION) },
  };
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
        for (const { alarm, pages } of alarms) {
          if (!alarm.evaluate(store, now)) continue;
          events.push({ minute: minuteOf(now), alarm: shortName(alarm.name, environment), state: alarm.state, pages });
        }
      },
      line: (_, line) => {
        store.addLine(line);
      },
      disturbance: (kind, start, end) => active.push({ kind, from: minuteOf(start), to: minuteOf(end) }),
      troubled: (at) => {
        firstTrouble ??= minuteOf(at);
      },
      failed: (startedAt) => {
        store.add(functionErrors, startedAt, 1);
      },
    },
  });
  return { events, firstTroubleAtMinute: firstTrouble, secondsLeft, surelyLeft, active };
}
