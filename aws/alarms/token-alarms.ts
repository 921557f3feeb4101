/** The alarms on the token and on the refresher's runs. Each has one cause and one owner. */
import {
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

/**
 * Minutes without a run that count as silence. Reports may be late, and a tick may come in the next minute: then as many as
 * seven of them are without a run although all is well.
 */
export const SILENT_MINUTES = 12;
/** Some minutes may have other runs, and the oldest must have a tick: otherwise the condition has no value. */
const SILENCE_WINDOW_IN_MINUTES = SILENT_MINUTES + 10;

/** PISTE's ambiguous 401 counts as a refusal when it is given so many times. */
const SUSPECT_TRIES = 3;
/** One failing tick is healed by the next one; so many are not. */
const LASTING_FAILURES = 3;
/** Holds a try at the slow pace, the report of which is late. */
const DEGRADED_PERIOD_IN_SECONDS = windowOf(1);
/** A failure in each of three periods: PISTE has failed for more than the one in the middle, ten minutes. */
const DEGRADED_PERIODS = 3;

export const logsOf = (functionName: string): string => `aws logs tail ${logGroupName(functionName)} --since 1h`;

export const TOKEN_RECORDS = {
  "token-lapsing": {
    severity: "page",
    runbook: "token-lapsing",
    means: "the tolerance is used up: the token ends in minutes",
    owner: "you, to tell consumers; PISTE's support, when PISTE is down",
    drill: { ringsWithinInMinutes: 60, causes: [], looksBackInMinutes: LATEST_REPORT_IN_MINUTES + 4 },
    text: (subject) =>
      `The access token of ${ownerOf(subject)} could not be refreshed for ` +
      `${subject.settings.outageToleranceInMinutes} minutes and ends in a few: calls of its APIs are about to fail. ` +
      "Cause: PISTE is down for longer than the tolerance, or what another alarm says.",
    first: ({ functionName }) => `${logsOf(functionName)} (\`class\` and \`meaning\` of each line)`,
    rule: (subject) => ({
      ...watched(metricOf("secondsToExpiry", subject)),
      period: TICK_IN_SECONDS,
      // One report is enough: it is exact, and it may come late. Tokens of a short life end and are replaced as often as the
      // write limit allows: the window spans that, so that they raise one alarm and not two an hour.
      evaluationPeriods: Math.ceil(SHORTEST_WRITE_INTERVAL_IN_SECONDS / TICK_IN_SECONDS) + 1,
      datapointsToAlarm: 1,
      comparisonOperator: "LessThanThreshold",
      threshold: lapsingWhenSecondsLeft(subject.settings),
      // When the refresher stops reporting, the token goes on ending.
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
      causes: ["rejection", "secret-reset", "spoilt-client-secret"],
      looksBackInMinutes: windowOf(SUSPECT_TRIES) / SECONDS_PER_MINUTE + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `PISTE refuses the client credentials of ${ownerOf(subject)}: once for certain, or ${SUSPECT_TRIES} times in its ` +
      "ambiguous way. The token lasts for at most " +
      `${subject.settings.outageToleranceInMinutes + subject.settings.reserveInMinutes} minutes or so. Cause: the secret was ` +
      "reset on the PISTE portal, or the wrong pair was stored.",
    first: ({ functionName, clientSecretName }) =>
      `${logsOf(functionName)} (\`meaning\`), then store the OAuth2 pair of this environment in ${clientSecretName}`,
    rule: (subject) => ({
      metricQuery: [
        query("rejected", metricOf("rejected", subject), windowOf(SUSPECT_TRIES)),
        query("suspect", metricOf("suspect", subject), windowOf(SUSPECT_TRIES)),
        // A certain refusal weighs as much as all the ambiguous ones that are needed.
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
      // More where other runs are counted.
      ringsWithinInMinutes: SILENT_MINUTES + 5,
      causes: ["missed-ticks", "no-room"],
      looksBackInMinutes: SILENCE_WINDOW_IN_MINUTES + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `No run of the token refresher of ${ownerOf(subject)} was seen in ${SILENT_MINUTES} of the last ` +
      `${SILENCE_WINDOW_IN_MINUTES} minutes. Cause: ours, never PISTE's: the schedule is off, or its role may not invoke the ` +
      "function.",
    first: ({ scheduleGroupName, scheduleName, functionName }) =>
      `aws scheduler get-schedule --group-name ${scheduleGroupName} --name ${scheduleName}, then ${logsOf(functionName)}`,
    rule: (subject) => ({
      metricQuery: [
        query("ticks", metricOf("ticks", subject), TICK_IN_SECONDS),
        query("errors", functionMetric("Errors", subject.functionName), TICK_IN_SECONDS),
        query("invocations", functionMetric("Invocations", subject.functionName), TICK_IN_SECONDS),
        // A tick, also one that was killed before it could report. Where this is 0, as after any other run that succeeded, IF
        // gives no value.
        { id: "ticked", expression: "IF(SUM([ticks, errors]) > 0, 1)", label: "Ticked", returnData: false },
        {
          // Zero in a minute without a run, once a tick was seen. Before the first tick, and when the last one has left the
          // window, there is no condition and so no value: a first deployment does not ring, and an alarm that rings goes on
          // although other runs, such as the hourly look at passwords, are counted.
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
    means: "the refresher fails at each run, or Lambda has no room to run it",
    owner: "you",
    drill: {
      ringsWithinInMinutes: 9,
      causes: ["aws-refuses", "answer-lost", "crashes", "no-room"],
      looksBackInMinutes: windowOf(LASTING_FAILURES) / SECONDS_PER_MINUTE + LATEST_REPORT_IN_MINUTES,
    },
    text: (subject) =>
      `The token refresher of ${ownerOf(subject)} fails, and not for one tick only. Cause: ours, never PISTE's: AWS refuses ` +
      "it (rights, a deleted secret, a key), the network's proxy does, it runs into its time-out, Lambda has no room for it, or it has a bug.",
    first: ({ functionName }) => `${logsOf(functionName)} (the lines with "outcome":"error")`,
    rule: ({ functionName }) => ({
      metricQuery: [
        query("errors", functionMetric("Errors", functionName), windowOf(LASTING_FAILURES)),
        // Lambda gave the event up: after a run that failed, or a minute without room. (It counts in Throttles each try of
        // an event that may still run.)
        query("dropped", functionMetric("AsyncEventsDropped", functionName), windowOf(LASTING_FAILURES)),
        // A failed run of the schedule is in both.
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
      `PISTE has given no token to ${ownerOf(subject)} for more than ten minutes: it is down, throttles, or answers with ` +
      "something else. The token is still valid; an outage of " +
      `${subject.settings.outageToleranceInMinutes} minutes is survived, and after that another alarm pages. There is nothing ` +
      "to do but to look at PISTE's status.",
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
