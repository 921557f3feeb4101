/** The alarms on technical accounts' passwords, which the refresher checks once an hour. */
import {
  HOUR_IN_SECONDS,
  LATEST_REPORT_IN_MINUTES,
  metricOf,
  ownerOf,
  query,
  watched,
  type AlarmedRefresher,
  type AlarmRecord,
} from "./alarm";
import { logsOf } from "./token-alarms";

const passwordLogs = (functionName: string): string => `${logsOf(functionName)} --filter-pattern passwords`;

const reminder = (daysLeft: number) =>
  ({
    severity: "inform",
    runbook: "password-expiring",
    means: `a technical account's password ends in fewer than ${daysLeft} days`,
    owner: "the structure's gestionnaire principal, then you",
    drill: { ringsWithinInMinutes: LATEST_REPORT_IN_MINUTES + 2, causes: [], looksBackInMinutes: 60 },
    text: (subject) =>
      `The password of a technical account of ${ownerOf(subject)} ends in fewer than ${daysLeft} days. Chorus Pro then ` +
      "refuses every call of that account. Only the structure's gestionnaire principal can change it, on the portal, in " +
      "office hours.",
    first: ({ functionName }) => `${passwordLogs(functionName)} (which accounts)`,
    rule: (subject) => ({
      ...watched(metricOf("passwordDaysLeft", subject)),
      period: HOUR_IN_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: "LessThanThreshold",
      threshold: daysLeft,
      treatMissingData: "ignore",
    }),
  }) as const satisfies AlarmRecord<AlarmedRefresher>;

/** Scheduler starts a check within 50 minutes of each hour: two starts are at most 110 minutes apart. */
const CHECK_PERIOD_IN_SECONDS = 2 * HOUR_IN_SECONDS;
/** One or two failed checks leave one period empty. */
const UNCHECKED_PERIODS = 2;
const UNCHECKED_HOURS = (UNCHECKED_PERIODS * CHECK_PERIOD_IN_SECONDS) / HOUR_IN_SECONDS;

export const PASSWORD_RECORDS = {
  "password-expiring": reminder(30),
  "password-expiring-15": reminder(15),
  "password-expiring-7": reminder(7),
  "passwords-unchecked": {
    severity: "inform",
    runbook: "passwords-unchecked",
    means: `the hourly check of passwords has not succeeded for ${UNCHECKED_HOURS} hours`,
    owner: "you",
    drill: {
      ringsWithinInMinutes: UNCHECKED_HOURS * 60 + LATEST_REPORT_IN_MINUTES,
      causes: ["no-password-checks", "password-checks-fail"],
      looksBackInMinutes: UNCHECKED_HOURS * 60,
    },
    text: (subject) =>
      `The hourly check of the passwords of the technical accounts of ${ownerOf(subject)} has not succeeded for ` +
      `${UNCHECKED_HOURS} hours: no reminder would come before one ends. Cause: on our side: the schedule is off, or its runs fail.`,
    first: ({ scheduleGroupName, passwordsScheduleName, functionName }) =>
      `${passwordLogs(functionName)}, then aws scheduler get-schedule --group-name ${scheduleGroupName} ` +
      `--name ${passwordsScheduleName}`,
    rule: (subject) => ({
      metricQuery: [
        query("looks", { ...metricOf("passwordChecks", subject), statistic: "SampleCount" }, CHECK_PERIOD_IN_SECONDS),
        query("checks", metricOf("passwordChecks", subject), CHECK_PERIOD_IN_SECONDS),
        // 0 without a successful check, but no value before the first check: neither a first deployment nor a first account rings.
        {
          id: "sum",
          expression: "IF(FILL(looks, REPEAT), FILL(checks, 0))",
          label: "Successful password checks",
          returnData: true,
        },
      ],
      evaluationPeriods: 2 * UNCHECKED_PERIODS,
      datapointsToAlarm: UNCHECKED_PERIODS,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      treatMissingData: "ignore",
    }),
  },
} as const satisfies Record<string, AlarmRecord<AlarmedRefresher>>;
