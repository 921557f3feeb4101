/** The alarms on the token and on the refresher's runs. Each has one cause and one owner. */
import {
  dueWhenSecondsLeft,
  lapsingWhenSecondsLeft,
  SECONDS_PER_MINUTE,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  TICK_IN_SECONDS,
} from "../../lambda/token-refresh/contract";
import { logGroupName } from "../names";
import {
  filled,
  LATEST_REPORT_IN_MINUTES,
  metricOf,
  ownerOf,
  query,
  watched,
  windowOf,
  type AlarmedRefresher,
  type AlarmRecord,
} from "./alarm";
import { functionMetric } from "./metric";

/** Minutes without a run that count as silence. Late reports and late ticks alone can leave seven empty. */
export const SILENT_MINUTES = 12;
/** Leaves room for minutes with other runs, and for the tick without which the condition has no value. */
const SILENCE_WINDOW_IN_MINUTES = SILENT_MINUTES + 10;

/** Ambiguous 401s of PISTE that count as a refusal. */
const SUSPECT_TRIES = 3;
/** Failed ticks before the alarm rings: the next tick usually repairs one. */
const LASTING_FAILURES = 3;
/** Holds one try at the slow pace with a late report. */
const DEGRADED_PERIOD_IN_SECONDS = windowOf(1);
/** A failure in each of three periods: PISTE has failed for longer than the middle one, ten minutes. */
const DEGRADED_PERIODS = 3;

export const logsOf = (functionName: string): string => `aws logs tail ${logGroupName(functionName)} --since 1h`;

export const TOKEN_RECORDS = {
  "token-lapsing": {
    severity: "page",
    runbook: "token-lapsing",
    means: "the tolerance is used up: the token ends in minutes",
    owner: "you; PISTE support when PISTE is down",
    drill: { ringsWithinInMinutes: 60, causes: [], looksBackInMinutes: LATEST_REPORT_IN_MINUTES + 4 },
    text: (subject) =>
      `The access token of ${ownerOf(subject)} could not be refreshed for ` +
      `${subject.settings.outageToleranceInMinutes} minutes and ends in a few more: API calls are about to fail. ` +
      "Cause: named by another alarm; if none rings, PISTE is down for longer than the tolerance.",
    first: ({ functionName }) => `${logsOf(functionName)} (\`class\` and \`meaning\` of each line)`,
    rule: (subject) => ({
      ...watched(metricOf("secondsToExpiry", subject)),
      period: TICK_IN_SECONDS,
      // One report is exact, so one is enough. Short-lived tokens lapse between two allowed writes: the window spans that
      // interval, so that they raise one alarm and not several an hour.
      evaluationPeriods: Math.ceil(SHORTEST_WRITE_INTERVAL_IN_SECONDS / TICK_IN_SECONDS) + 1,
      datapointsToAlarm: 1,
      comparisonOperator: "LessThanThreshold",
      threshold: lapsingWhenSecondsLeft(subject.settings),
      // Without reports the token still ends.
      treatMissingData: "ignore",
    }),
  },
  "credentials-rejected": {
    severity: "page",
    runbook: "credentials-rejected",
    means: "PISTE refuses the client credentials",
    owner: "the owner of the PISTE account, then you",
    drill: {
      ringsWithinInMinutes: 8,
      causes: ["rejection", "secret-reset", "corrupted-client-secret"],
      looksBackInMinutes: windowOf(SUSPECT_TRIES) / SECONDS_PER_MINUTE + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `PISTE refuses the client credentials of ${ownerOf(subject)}. The token ends about ` +
      `${Math.floor(dueWhenSecondsLeft(subject.settings) / SECONDS_PER_MINUTE)} minutes after the first refusal. Cause: the ` +
      "secret was reset on the PISTE portal, or the wrong pair was stored.",
    first: ({ functionName, clientSecretName }) =>
      `${logsOf(functionName)} (\`meaning\`), then store the OAuth2 pair of this environment in ${clientSecretName}`,
    rule: (subject) => ({
      metricQuery: [
        query("rejected", metricOf("rejected", subject), windowOf(SUSPECT_TRIES)),
        query("suspect", metricOf("suspect", subject), windowOf(SUSPECT_TRIES)),
        // One certain refusal is enough.
        { id: "certain", expression: `rejected * ${SUSPECT_TRIES}`, label: "Certain", returnData: false },
        filled("Refusals", "SUM([certain, suspect])"),
      ],
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: SUSPECT_TRIES,
      treatMissingData: "notBreaching",
    }),
  },
  "refresher-silent": {
    severity: "page",
    runbook: "refresher-silent",
    means: "the refresher does not run",
    owner: "you",
    drill: {
      // Longer when other operations ran meanwhile.
      ringsWithinInMinutes: SILENT_MINUTES + 5,
      causes: ["missed-ticks", "no-room"],
      looksBackInMinutes: SILENCE_WINDOW_IN_MINUTES + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `The token refresher of ${ownerOf(subject)} has stopped: no run in ${SILENT_MINUTES} of the last ` +
      `${SILENCE_WINDOW_IN_MINUTES} minutes. Cause: on our side, never PISTE's: the schedule is off, or its role may not ` +
      "invoke the function.",
    first: ({ scheduleGroupName, scheduleName, functionName }) =>
      `aws scheduler get-schedule --group-name ${scheduleGroupName} --name ${scheduleName}, then ${logsOf(functionName)}`,
    rule: (subject) => ({
      metricQuery: [
        query("ticks", metricOf("ticks", subject), TICK_IN_SECONDS),
        query("errors", functionMetric("Errors", subject.functionName), TICK_IN_SECONDS),
        query("invocations", functionMetric("Invocations", subject.functionName), TICK_IN_SECONDS),
        // 1 in a minute with a tick, killed ticks included; no value in any other minute.
        { id: "ticked", expression: "IF(SUM([ticks, errors]) > 0, 1)", label: "Ticked", returnData: false },
        {
          // 0 in a minute without a run, but no value while the window holds no tick: a first deployment does not ring, and
          // other runs do not end an alarm. Why: docs/decisions/monitoring.md.
          id: "runs",
          expression: "IF(FILL(ticked, REPEAT), FILL(invocations, 0))",
          label: "Runs since the first tick",
          returnData: true,
        },
      ],
      evaluationPeriods: SILENCE_WINDOW_IN_MINUTES,
      datapointsToAlarm: SILENT_MINUTES,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      treatMissingData: "ignore",
    }),
  },
  "refresher-failing": {
    severity: "page",
    runbook: "refresher-failing",
    means: "the refresher keeps failing, or Lambda cannot start it",
    owner: "you",
    drill: {
      ringsWithinInMinutes: 9,
      causes: ["aws-refuses", "answer-lost", "crashes", "no-room"],
      looksBackInMinutes: windowOf(LASTING_FAILURES) / SECONDS_PER_MINUTE + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `The token refresher of ${ownerOf(subject)} keeps failing. Cause: on our side: AWS refuses it (rights, a deleted ` +
      "secret, a key), the network's proxy refuses it, it times out, Lambda cannot start it, or it has a bug.",
    first: ({ functionName }) => `${logsOf(functionName)} (the lines with "outcome":"error")`,
    rule: ({ functionName }) => ({
      metricQuery: [
        query("errors", functionMetric("Errors", functionName), windowOf(LASTING_FAILURES)),
        // Lambda gave the event up. Throttles also counts tries of events that still run.
        query("dropped", functionMetric("AsyncEventsDropped", functionName), windowOf(LASTING_FAILURES)),
        // A failed scheduled run counts in both.
        filled("Failures", "MAX([errors, dropped])"),
      ],
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: LASTING_FAILURES,
      treatMissingData: "notBreaching",
    }),
  },
  "piste-degraded": {
    severity: "inform",
    runbook: "piste-degraded",
    means: "PISTE is down or slow; the token is still valid",
    owner: "PISTE",
    drill: {
      ringsWithinInMinutes: 25,
      causes: [],
      looksBackInMinutes:
        (DEGRADED_PERIODS * DEGRADED_PERIOD_IN_SECONDS) / SECONDS_PER_MINUTE + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `PISTE has given no token to ${ownerOf(subject)} for more than ten minutes: it is down, throttles, or gives an invalid ` +
      "answer. The token is still valid and survives an outage of " +
      `${subject.settings.outageToleranceInMinutes} minutes; after that, token-lapsing rings. Only look at PISTE's status.`,
    first: ({ functionName }) => `${logsOf(functionName)} (\`class\` and \`status\`)`,
    rule: (subject) => ({
      metricQuery: [
        query("unavailable", metricOf("unavailable", subject), DEGRADED_PERIOD_IN_SECONDS),
        query("throttled", metricOf("throttled", subject), DEGRADED_PERIOD_IN_SECONDS),
        query("invalid", metricOf("invalid-response", subject), DEGRADED_PERIOD_IN_SECONDS),
        filled("Failures", "SUM([unavailable, throttled, invalid])"),
      ],
      evaluationPeriods: DEGRADED_PERIODS,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      treatMissingData: "notBreaching",
    }),
  },
} as const satisfies Record<string, AlarmRecord<AlarmedRefresher>>;
