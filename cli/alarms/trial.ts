/**
 * One alarm, put into ALARM for a moment and back: CloudWatch then publishes to its topics as it does at night, and the
 * alarm's history says whether they let it.
 */
import type { Text } from "../../piste/language";
import type { Alarm, AlarmAction } from "../command/aws";
import { AwsError, type AwsFailureKind } from "../command/aws-failure";
import { textOf } from "../command/failure";
import { shellWord } from "../command/shell-word";

export interface AlarmsToTry {
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, Alarm>>;
  setState(alarm: string, state: "OK" | "ALARM", reason: string): Promise<void>;
  /** Since then, of AWS's clock. */
  actions(alarm: string, since: number): Promise<readonly AlarmAction[]>;
}

export interface Surroundings {
  /** Says what is going on, beside the report. */
  readonly say: (text: Text) => void;
  /** Ends early when the signal is given. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  /** The options of AWS's command line that say where: ` --region eu-west-3`. */
  readonly where?: string;
  /** Given when somebody interrupts the command: what was changed is put back, and nothing else is done. */
  readonly signal: AbortSignal;
}

export interface Candidate {
  readonly name: string;
  /** As it was before. */
  readonly alarm: Alarm;
}

/** For programs, beside the sentence. */
export type Reason =
  | AwsFailureKind
  /** It is no longer OK, or changed since it was chosen. */
  | "no-longer-ok"
  | "interrupted"
  /** The alarm's history had nothing in time. */
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
  /** What came of the alarm's actions, by the topic. */
  readonly actions: ReadonlyMap<string, AlarmAction>;
  /** Why there is nothing of some topics. */
  readonly cause: Cause;
  /** The topics that are told that it is OK again. */
  readonly toldOfEnd: readonly string[];
  /** The alarm was not put back, and why. */
  readonly left?: Cause;
  /** Whether its state was never changed, since that is not allowed. */
  readonly notAllowed?: true;
}

/** None that rings, which would be hidden, or that has no data yet, and none that does more than to send messages. */
export const maySet = ({ enabled, state, otherActions }: Alarm): boolean =>
  enabled && state === "OK" && otherActions.length === 0;

/** Reasons that begin so are ours; those of CloudWatch begin otherwise. */
const TEST = "TEST";

/** What whoever is paged reads. CloudWatch takes at most 1,023 characters. */
export interface Reasons {
  readonly begin: string;
  readonly end: string;
}

export const reasonsOf = (command: string): Readonly<Record<"en" | "fr", Reasons>> => ({
  en: {
    begin: `${TEST}: nothing is wrong, and there is nothing to do. Sent by "${command}" to see whether the alarms of this topic arrive. A second message follows when the alarm is put back.`,
    end: `${TEST}: the alarm is put back. The test is over. Sent by "${command}".`,
  },
  fr: {
    begin: `${TEST} : tout va bien, il n'y a rien à faire. Envoyé par « ${command} » pour voir si les alarmes de ce sujet arrivent. Un second message suit quand l'alarme est remise à OK.`,
    end: `${TEST} : l'alarme est remise à OK. L'essai est terminé. Envoyé par « ${command} ».`,
  },
});

const PAUSE_IN_MILLISECONDS = 2_000;
export const LONGEST_WAIT_IN_SECONDS = 30;
const PAUSES = (LONGEST_WAIT_IN_SECONDS * 1000) / PAUSE_IN_MILLISECONDS;

/** What a person types where this command did not put it back. */
export const putBackCommand = (alarm: string, where = ""): string =>
  `aws cloudwatch set-alarm-state --alarm-name ${shellWord(alarm)} --state-value OK --state-reason "TEST is over"${where}`;

const NO_HISTORY: Cause = {
  reason: "no-history",
  because: {
    en: `the alarm's history had nothing after ${LONGEST_WAIT_IN_SECONDS} seconds`,
    fr: `l'historique de l'alarme ne disait rien après ${LONGEST_WAIT_IN_SECONDS} secondes`,
  },
};
const NO_LONGER_OK: Cause = {
  reason: "no-longer-ok",
  because: {
    en: "it is no longer OK, or was changed meanwhile, and was left alone",
    fr: "elle n'est plus OK, ou a été modifiée entre-temps, et n'a pas été touchée",
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

/** Never throws: what was changed is put back whatever happens. */
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
    // A person may have thought about it for long.
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
      en: `${name}: no alarm of its topic puts itself back. If this command is killed, it stays in ALARM until it has data; to put it back: ${command}`,
      fr: `${name} : aucune alarme de son sujet ne se remet d'elle-même. Si cette commande est tuée, elle reste en ALARM jusqu'à ses prochaines données ; pour la remettre : ${command}`,
    });
  }
  try {
    await aws.setState(name, "ALARM", reasons.begin);
    isSet = true;
    say({
      en: `${name}: in ALARM for a moment; waiting for what comes of it, ${LONGEST_WAIT_IN_SECONDS} seconds at most`,
      fr: `${name} : en ALARM un instant ; attente du résultat, ${LONGEST_WAIT_IN_SECONDS} secondes au plus`,
    });
    for (let pause = 0; pause < PAUSES && actions.size < alarm.topics.length && !isInterrupted(); pause += 1) {
      await around.sleep(PAUSE_IN_MILLISECONDS, signal);
      for (const action of await aws.actions(name, alarm.since)) {
        // Times are AWS's own: what is older is of another change. Of several the first one counts, which comes last.
        if (action.since > alarm.since && alarm.topics.includes(action.topic)) actions.set(action.topic, action);
      }
    }
    if (isInterrupted()) cause = INTERRUPTED;
  } catch (error) {
    cause = causeOf(error);
    // Else the answer alone may have been lost.
    if (!isSet && cause.reason === "denied") return { actions, toldOfEnd: [], cause, notAllowed: true };
  }
  const end = await putBack(aws, { name, alarm }, reasons, isSet, around);
  if (typeof end === "object") return { actions, toldOfEnd: [], cause, left: end };
  return { actions, toldOfEnd: end === "OK" ? alarm.okTopics : [], cause };
}

/** As long as a change may take to be seen. */
const LOOKS = 5;
const LOOK_IN_MILLISECONDS = 1_000;

/**
 * Leaves alone what is no longer ours: CloudWatch judges the alarm again within a minute, and it may ring for a reason.
 *
 * @returns its state, or why it may still be as it was set.
 */
async function putBack(
  aws: AlarmsToTry,
  { name, alarm }: Candidate,
  { end }: Reasons,
  isSet: boolean,
  { say, sleep }: Surroundings,
): Promise<Cause | "OK" | "other"> {
  // An interruption does not shorten this.
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
          en: `${name}: it rings for a reason of its own now, and is left as it is`,
          fr: `${name} : elle sonne maintenant pour une vraie raison, et reste telle quelle`,
        });
      }
      if (now === undefined || now.since > alarm.since) return now?.state === "OK" ? "OK" : "other";
    } catch (error) {
      left = causeOf(error);
      if (left.reason === "denied") return left;
    }
    // AWS still shows what was before, or fails for a moment.
    await sleep(LOOK_IN_MILLISECONDS, signal);
  }
  return left ?? "other";
}
