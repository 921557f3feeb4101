/** The alarm on what the connection check finds. */
import { SECONDS_PER_MINUTE } from "../../lambda/token-refresh/contract";
import { REFUSED_LABEL, technicalAccountSecretName } from "../../piste/names";
import { LATEST_REPORT_IN_MINUTES, ownerOf, watched, type AlarmRecord, type CheckedConnection } from "./alarm";
import { pisteMetric } from "./metric";

/** Longer than the longest pause between two checks of the default schedule. */
const LOOK_BACK = "13h";

export const CONNECTION_RECORDS = {
  "connection-refused": {
    severity: "page",
    runbook: "connection-refused",
    means: "an API, a technical account or the token is refused",
    owner: "the structure's gestionnaire principal or the owner of the PISTE account",
    drill: { ringsWithinInMinutes: LATEST_REPORT_IN_MINUTES + 2, causes: [], looksBackInMinutes: 60 },
    text: (subject) =>
      `PISTE or Chorus Pro refuses an API, a technical account or the token of ${ownerOf(subject)}. api-not-selected: select ` +
      "the API and accept its CGU on the PISTE portal. raccordement-or-habilitation: the gestionnaire principal restores it " +
      "on Chorus Pro. forbidden: one of these two; npx piste doctor --probe tells. account-refused, refused-before: the " +
      "gestionnaire principal sets a new password on Chorus Pro; store it in " +
      `${technicalAccountSecretName(subject.environment, subject.application, "<account>")}. The old one is not tried again ` +
      `(label ${REFUSED_LABEL}). scope-missing: \`scope\` in the configuration is wrong. token-refused: npx piste token renew ` +
      `${subject.environment}.`,
    first: ({ logGroupName }) =>
      `aws logs tail ${logGroupName} --since ${LOOK_BACK} ` +
      "--filter-pattern '{ $.verdict = \"refused\" }' (`meaning`, `owner`)",
    rule: ({ environment, application }) => ({
      ...watched(pisteMetric("connectionRefused", environment, application)),
      // Long enough for a late report to be seen.
      period: 2 * (LATEST_REPORT_IN_MINUTES + 1) * SECONDS_PER_MINUTE,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      // A refusal lasts until the next check reports otherwise.
      treatMissingData: "ignore",
    }),
  },
} as const satisfies Record<string, AlarmRecord<CheckedConnection>>;
