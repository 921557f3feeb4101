/** What docs/troubleshooting.md takes from the tables of the code: PISTE's refusals, the APIs' refusals, and a night's times. */
import { DEGRADED_AFTER_IN_SECONDS } from "../../aws/alarms/alarm-plans";
import {
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  GONE_FOR_LONG_IN_SECONDS,
  lapsingWhenSecondsLeft,
  SLOW_PACE_IN_SECONDS,
} from "../../lambda/token-refresh/timing";
import { DIAGNOSIS_CODES, diagnosisMeaning } from "../../piste/diagnosis";
import { GUIDE } from "../../piste/guide";
import { OWNERS, PROBE_OUTCOMES, type ProbeOutcome } from "../../piste/probe-outcomes";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../../piste/token-endpoint";
import { duration } from "./duration";
import { anchorOf, markdown } from "./raccordement";
import { table } from "./table";

function reasons(): string {
  return table(
    ["`reason`", "what it means, what to do"],
    DIAGNOSIS_CODES.map((code) => [`\`${code}\``, markdown(diagnosisMeaning(code) ?? "")]),
  );
}

function stepsOf({ contradicts }: ProbeOutcome): string {
  return [...GUIDE.qualif, ...GUIDE.prod]
    .filter(({ id }) => [...contradicts.qualif, ...contradicts.prod].includes(id))
    .map((step) => `[${step.id}](raccordement.md#${anchorOf(step)})`)
    .join(", ");
}

function outcomes(): string {
  return table(
    ["outcome", "who acts", "what it means, what to do", "step"],
    Object.entries<ProbeOutcome>(PROBE_OUTCOMES).map(([code, outcome]) => [
      `\`${code}\``,
      OWNERS[outcome.owner],
      markdown(outcome.meaning),
      stepsOf(outcome),
    ]),
  );
}

function night(): string {
  const settings = DEFAULT_REFRESH_SETTINGS;
  const due = dueWhenSecondsLeft(settings);
  const atTheLatest = (seconds: number): string => duration(seconds + USUAL_TOKEN_LIFETIME_IN_MINUTES * 60 - due);
  const row = (seconds: number, what: string): string[] => [duration(seconds), atTheLatest(seconds), what];
  return table(
    ["after the outage began, at the earliest", "at the latest", "what happens"],
    [
      row(
        0,
        "The token becomes due and cannot be replaced: the refresher logs `unavailable` and tries again every minute, three times each. Your programs notice nothing of it: the token that they read is valid.",
      ),
      row(DEGRADED_AFTER_IN_SECONDS, "In the minutes after this, `piste-degraded` sends a mail. It wakes nobody."),
      row(
        due - lapsingWhenSecondsLeft(settings),
        "`token-lapsing` pages, in prod: the tolerance is used up. In qualif nothing pages.",
      ),
      row(due, "The token ends. From here on the gateway answers 401 with `invalid_token` to your programs."),
      row(
        due + GONE_FOR_LONG_IN_SECONDS,
        `The refresher tries at one tick in ${duration(SLOW_PACE_IN_SECONDS)}, so as not to be one more burden.`,
      ),
    ],
  );
}

export function troubleshootingBlocks(): Record<"refresher's reasons" | "outcomes of a call" | "a night", string> {
  return { "refresher's reasons": reasons(), "outcomes of a call": outcomes(), "a night": night() };
}
