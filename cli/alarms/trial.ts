/**
 * Puts one alarm into ALARM for a moment and back to OK. CloudWatch publishes to the alarm's topics, and the alarm's history
 * shows the result.
 */
import type { Text } from "../../piste/language";
import type { Alarm, AlarmAction } from "../command/aws";
import { AwsError, type AwsFailureKind } from "../command/aws-failure";
import { textOf } from "../command/failure";
import { shellWord } from "../command/shell-word";

export interface AlarmsToTry {
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, Alarm>>;
  setState(alarm: string, state: "OK" | "ALARM", reason: string): Promise<void>;
  /** @param since epoch milliseconds of AWS's clock. */
  actions(alarm: string, since: number): Promise<readonly AlarmAction[]>;
}

export interface Surroundings {
  /** Shows progress. */
  readonly say: (text: Text) => void;
  /** Ends early when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** Options of the AWS CLI: ` --region eu-west-3`. */
  readonly where?: string;
  /** Aborted by an interruption of the command: the alarm is put back and the test ends. */
  readonly signal: AbortSignal;
}

export interface Candidate {
  readonly name: string;
  /** Its state before the test. */
  readonly alarm: Alarm;
}

export type Reason =
  | AwsFailureKind
  /** The alarm is no longer OK, or was changed since it was chosen. */
  | "no-longer-ok"
  | "interrupted"
  /** The alarm's history showed no action in time. */
  | "no-history"
  /** AWS does not show the state that was set. */
  | "not-shown"
  /** The topic, or its key, refuses CloudWatch. */
  | "refused"
  /** The topic has no alarm that may be set. */
  | "none-ok";

export interface Cause {
  readonly reason: Reason;
  readonly because: Text;
}

export const causeOf = (error: unknown): Cause => ({
  reason: error instanceof AwsError ? error.kind : "other",
  because: textOf(error),
});

export interface Trial {
  /** The results of the alarm's actions, by topic. */
  readonly actions: ReadonlyMap<string, AlarmAction>;
  /** Why topics are missing from `actions`. */
  readonly cause: Cause;
  /** The topics that receive the message that the alarm is OK again. */
  readonly toldOfEnd: readonly string[];
  /** Why the alarm was not put back. */
  readonly left?: Cause;
  /** AWS did not allow a change of the alarm's state. */
  readonly notAllowed?: true;
}

/** Excludes alarms in ALARM (the test would hide a real failure), without data, or with actions other than messages. */
export const maySet = ({ enabled, state, otherActions }: Alarm): boolean =>
  enabled && state === "OK" && otherActions.length === 0;

/** Begins the state reasons of this test, to tell them from CloudWatch's own. */
const TEST = "TEST";

/** The text that recipients read. CloudWatch accepts at most 1,023 characters. */
export interface Reasons {
  readonly begin: string;
  readonly end: string;
}

export const reasonsOf = (command: string): Readonly<Record<"en" | "fr", Reasons>> => ({
  en: {
    begin: `${TEST}: nothing is wrong, and there is nothing to do. Sent by "${command}" to check that alarms of this topic arrive. A second message follows when the alarm is put back to OK.`,
    end: `${TEST}: the alarm is put back to OK. The test is over. Sent by "${command}".`,
  },
  fr: {
    begin: `${TEST} : tout va bien, il n'y a rien à faire. Envoyé par « ${command} » pour vérifier que les alarmes de ce sujet arrivent. Un second message suit quand l'alarme est remise à OK.`,
    end: `${TEST} : l'alarme est remise à OK. L'essai est terminé. Envoyé par « ${command} ».`,
  },
});

const PAUSE_IN_MILLISECONDS = 2_000;
export const LONGEST_WAIT_IN_SECONDS = 30;
const PAUSES = (LONGEST_WAIT_IN_SECONDS * 1000) / PAUSE_IN_MILLISECONDS;

/** The command for a person to put the alarm back to OK. */
export const putBackCommand = (alarm: string, where = ""): string =>
  `aws cloudwatch set-alarm-state --alarm-name ${shellWord(alarm)} --state-value OK --state-reason "TEST is over"${where}`;

const NO_HISTORY: Cause = {
  reason: "no-history",
  because: {
    en: `the alarm's history showed no action after ${LONGEST_WAIT_IN_SECONDS} seconds`,
    fr: `l'historique de l'alarme ne montrait aucune action après ${LONGEST_WAIT_IN_SECONDS} secondes`,
  },
};
const NO_LONGER_OK: Cause = {
  reason: "no-longer-ok",
  because: {
    en: "not tested: it is no longer OK, or was changed meanwhile",
    fr: "pas essayée : elle n'est plus OK, ou a été modifiée entre-temps",
  },
};
const INTERRUPTED: Cause = {
  reason: "interrupted",
  because: { en: "the command was interrupted", fr: "la commande a été interrompue" },
};
const NOT_SHOWN: Cause = {
  reason: "not-shown",
  because: { en: "AWS does not show the state that was set", fr: "AWS ne montre pas l'état qui a été donné" },
};

/** Never throws, and always tries to put the alarm back. */
export async function tryAlarm(
  aws: AlarmsToTry,
  { name }: Candidate,
  reasons: Reasons,
  around: Surroundings,
): Promise<Trial> {
  const { say, signal } = around;
  const isInterrupted = (): boolean => signal.aborted;
  const actions = new Map<string, AlarmAction>();
  let alarm: Alarm | undefined;
  try {
    // The confirmation may have taken long.
    alarm = (await aws.alarms([name])).get(name);
  } catch (error) {
    return { actions, toldOfEnd: [], cause: causeOf(error) };
  }
  if (alarm === undefined || !maySet(alarm)) return { actions, toldOfEnd: [], cause: NO_LONGER_OK };
  if (isInterrupted()) return { actions, toldOfEnd: [], cause: INTERRUPTED };
  let cause = NO_HISTORY;
  let isSet = false;
  if (alarm.keepsState) {
    const command = putBackCommand(name, around.where);
    say({
      en: `${name}: CloudWatch does not put this alarm back by itself. If this command is killed, the alarm stays in ALARM until it has data; to put it back to OK: ${command}`,
      fr: `${name} : CloudWatch ne remet pas cette alarme de lui-même. Si cette commande est tuée, l'alarme reste en ALARM jusqu'à ses prochaines données ; pour la remettre à OK : ${command}`,
    });
  }
  try {
    await aws.setState(name, "ALARM", reasons.begin);
    isSet = true;
    say({
      en: `${name}: in ALARM for a moment; waiting for the result, ${LONGEST_WAIT_IN_SECONDS} seconds at most`,
      fr: `${name} : en ALARM un instant ; attente du résultat, ${LONGEST_WAIT_IN_SECONDS} secondes au plus`,
    });
    for (let pause = 0; pause < PAUSES && actions.size < alarm.topics.length && !isInterrupted(); pause += 1) {
      await around.sleep(PAUSE_IN_MILLISECONDS, signal);
      for (const action of await aws.actions(name, alarm.since)) {
        // Older actions belong to another change. AWS lists the newest first, so the first action wins.
        if (action.since > alarm.since && alarm.topics.includes(action.topic)) actions.set(action.topic, action);
      }
    }
    if (isInterrupted()) cause = INTERRUPTED;
  } catch (error) {
    cause = causeOf(error);
    // With any other error AWS may have set the state: only its answer was lost.
    if (!isSet && cause.reason === "denied") return { actions, toldOfEnd: [], cause, notAllowed: true };
  }
  const end = await putBack(aws, { name, alarm }, reasons, isSet, around);
  if (typeof end === "object") return { actions, toldOfEnd: [], cause, left: end };
  return { actions, toldOfEnd: end === "OK" ? alarm.okTopics : [], cause };
}

/** AWS may show a change some seconds late. */
const LOOKS = 5;
const LOOK_IN_MILLISECONDS = 1_000;

/**
 * Does not touch a state that CloudWatch has set meanwhile: the alarm may ring for a real reason.
 *
 * @returns the alarm's state, or why it may still be in ALARM.
 */
async function putBack(
  aws: AlarmsToTry,
  { name, alarm }: Candidate,
  { end }: Reasons,
  isSet: boolean,
  { say, sleep }: Surroundings,
): Promise<Cause | "OK" | "other"> {
  // An interruption must not shorten the wait.
  const { signal } = new AbortController();
  let left: Cause | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    left = isSet ? NOT_SHOWN : undefined;
    try {
      const now = (await aws.alarms([name])).get(name);
      if (now?.state === "ALARM" && now.reason.startsWith(TEST)) {
        await aws.setState(name, "OK", end);
        say({ en: `${name}: put back to OK`, fr: `${name} : remise à OK` });
        return "OK";
      }
      if (now?.state === "ALARM") {
        say({
          en: `${name}: it now rings for a real reason and stays in ALARM`,
          fr: `${name} : elle sonne maintenant pour une vraie raison et reste en ALARM`,
        });
      }
      if (now === undefined || now.since > alarm.since) return now?.state === "OK" ? "OK" : "other";
    } catch (error) {
      left = causeOf(error);
      if (left.reason === "denied") return left;
    }
    // AWS still shows the old state, or failed for a moment.
    await sleep(LOOK_IN_MILLISECONDS, signal);
  }
  return left ?? "other";
}
