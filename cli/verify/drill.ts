/**
 * The drill: stops the schedule of the ticks, waits for the alarm and its action, and starts the schedule again, even after a
 * failure or an interruption.
 */
import { isDeepStrictEqual } from "node:util";
import { LATEST_REPORT_IN_MINUTES, metricOf } from "../../aws/alarms/alarm";
import { alarmCalled } from "../../aws/alarms/alarms";
import { SILENCE_RINGS_IN_MINUTES } from "../../aws/facts";
import type { FunctionInput } from "../../lambda/token-refresh/contract";
import { parseJson } from "../../piste/json";
import { joined, type Text } from "../../piste/language";
import type { Alarm, Schedule } from "../command/aws";
import { CommandError, textOf } from "../command/failure";
import { clockTime } from "../command/times";
import { leftText, refusal, started, STARTS_BY_ITSELF_IN_MINUTES, stopped, stoppedOf } from "./drill-mark";
import { finding, judged, type Check, type Finding, type Scene } from "./finding";
import { ACTED_WITHIN } from "./metric-checks";
import { dataQuery, MINUTE, PAUSE } from "./watch";

export interface DrillOptions {
  /** Throws when the person refuses. */
  readonly allow: (what: Text) => Promise<void>;
  /** Aborts the signal when the command is interrupted. */
  readonly interruptibly: <T>(act: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

const { least: LEAST, most: MOST } = SILENCE_RINGS_IN_MINUTES;
const LONGEST_WAIT = (MOST + LATEST_REPORT_IN_MINUTES) * MINUTE;
const NO_DATA = "INSUFFICIENT_DATA";
const LONGEST_WITHOUT_DATA = 20 * MINUTE;
/** The last tick before the stop may be up to a minute late. */
const LATEST_TICK = 2 * MINUTE;
const OK_AGAIN: Text = {
  en: "refresher-silent is OK again within 20 minutes, and its recipients get a second message.",
  fr: "refresher-silent repasse à OK dans les 20 minutes, et ses destinataires reçoivent un second message.",
};
const INTERRUPTED = finding("not seen", "interrupted", "interrompu");

/**
 * Runs before the checks. If a killed drill left the schedule stopped, restores it and ends the command.
 *
 * @throws CommandError unless a drill can begin and the person agrees.
 */
export async function prepareDrill(scene: Scene, { allow }: DrillOptions): Promise<void> {
  const schedule = await readSchedule(scene);
  const left = stoppedOf(schedule);
  if (left !== undefined) {
    await startAgain(scene);
    throw new CommandError(
      joined([
        leftText(left),
        {
          en: "The schedule is restored. Run the drill again when refresher-silent is OK.",
          fr: "La planification est rétablie. Refaites l'exercice quand refresher-silent est OK.",
        },
      ]),
      "wait",
    );
  }
  checkReady(schedule, await alarmOf(scene), ["OK", NO_DATA]);
  await allow(await announcement(scene));
}

/** The description is only a hint: it may name a schedule of another application, or of production. */
async function readSchedule({ aws, application: { description } }: Scene): Promise<Schedule> {
  const { environment, application, schedule: named, function: name } = description;
  const found = await aws.schedule(named);
  const { Arn: arn = "", Input: input = "" } = found?.Target ?? {};
  const tick: FunctionInput = { environment, application, operation: "tick" };
  if (found && arn.endsWith(`:function:${name}`) && isDeepStrictEqual(parseJson(input), tick)) return found;
  const what = `${named.group}/${named.name}`;
  throw refusal(
    "operator",
    `The schedule ${what} does not exist, or does not run the ticks of ${name}: the drill did not start. Deploy again.`,
    `La planification ${what} n'existe pas, ou ne lance pas les exécutions de ${name} : l'exercice n'a pas commencé. Déployez de nouveau.`,
  );
}

const alarmOf = async ({ aws, application: { description } }: Scene): Promise<Alarm | undefined> => {
  const name = description.alarms.find((alarm) => alarmCalled(description, alarm) === "refresher-silent") ?? "";
  return (await aws.alarms([name])).get(name);
};

function checkReady(schedule: Schedule, alarm: Alarm | undefined, states: readonly string[]): void {
  if (schedule.State === "DISABLED" || schedule.StartDate || schedule.EndDate) {
    throw refusal(
      "operator",
      "The schedule is disabled, or has a start or an end date: the drill did not start. Follow docs/runbooks/refresher-silent.md, or deploy again.",
      "La planification est désactivée, ou a une date de début ou de fin : l'exercice n'a pas commencé. Suivez docs/runbooks/refresher-silent.fr.md, ou déployez de nouveau.",
    );
  }
  if (alarm?.enabled && states.includes(alarm.state)) return;
  const absent: Text = { en: "absent", fr: "absente" };
  const off: Text = { en: "switched off", fr: "désactivée" };
  const is = alarm === undefined ? absent : alarm.enabled ? { en: alarm.state, fr: alarm.state } : off;
  throw refusal(
    "wait",
    `A drill needs the alarm refresher-silent switched on and OK; it is ${is.en}. An alarm that rang is OK again within 20 minutes of the first tick.`,
    `Un exercice demande que l'alarme refresher-silent soit activée et OK ; elle est ${is.fr}. Une alarme qui a sonné repasse à OK dans les 20 minutes qui suivent la première exécution.`,
  );
}

async function announcement({ observed, application: { description }, now }: Scene): Promise<Text> {
  const query = dataQuery("left", metricOf("secondsToExpiry", description));
  const left = [...((await observed.metrics([query], now() - 60 * MINUTE, now())).get("left")?.values() ?? [])];
  const least = Math.floor(Math.min(...left) / 60);
  const needed = LONGEST_WAIT / MINUTE + 2;
  const what: Text = {
    en: `The drill stops the ticks of ${description.function} for about 15 minutes, until refresher-silent rings. Its recipients get a real alarm.`,
    fr: `L'exercice arrête les exécutions de ${description.function} pendant un quart d'heure environ, jusqu'à ce que refresher-silent sonne. Ses destinataires reçoivent une vraie alarme.`,
  };
  const token: Text = {
    en: `In the last hour the token had at least ${least} minutes left; with fewer than ${needed}, calls may fail during the drill.`,
    fr: `Dans la dernière heure, il restait au moins ${least} minutes au jeton ; avec moins de ${needed}, des appels peuvent échouer pendant l'exercice.`,
  };
  const end: Text = {
    en: `Ctrl-C starts the ticks again. If the command is killed, they start by themselves ${STARTS_BY_ITSELF_IN_MINUTES} minutes after the stop.`,
    fr: `Ctrl-C relance les exécutions. Si la commande est tuée, elles reprennent d'elles-mêmes ${STARTS_BY_ITSELF_IN_MINUTES} minutes après l'arrêt.`,
  };
  // Without a token, none can expire.
  return joined(left.length === 0 ? [what, end] : [what, token, end]);
}

/** @throws CommandError when the drill could not begin, or the schedule was not restored. */
export async function drill(scene: Scene, signal: AbortSignal): Promise<Finding> {
  const { aws, now, resultOf, sleep } = scene;
  if (resultOf("ticks-every-minute") !== "as expected") {
    return finding("not seen", "ticks-every-minute is not as expected", "ticks-every-minute n'est pas comme attendu");
  }
  let alarm = await alarmOf(scene);
  // After a first deployment, the alarm has no data yet.
  for (const end = now() + LONGEST_WITHOUT_DATA; alarm?.state === NO_DATA && now() < end && !signal.aborted;) {
    await sleep(PAUSE, signal);
    alarm = await alarmOf(scene);
  }
  const schedule = await readSchedule(scene);
  if (signal.aborted) return INTERRUPTED;
  checkReady(schedule, alarm, ["OK"]);
  const at = now();
  let drilled: Finding | undefined;
  let failure: unknown;
  try {
    await aws.updateSchedule(stopped(schedule, at));
    drilled = await waitForAlarm(scene, at, signal);
  } catch (error) {
    failure = error;
  }
  const { schedule: after, wasStopped } = await startAgain(scene).catch((error: unknown) => {
    const opens = clockTime(at + STARTS_BY_ITSELF_IN_MINUTES * MINUTE);
    const { environment, application } = scene.application.description;
    const command = `npx piste verify ${environment} --application ${application}${scene.sameOptions} --drill`;
    const left: Text = {
      en: `THE SCHEDULE COULD NOT BE STARTED AGAIN. It starts by itself at ${opens.en}; to start it now: \`${command}\`.`,
      fr: `LA PLANIFICATION N'A PAS PU ÊTRE RELANCÉE. Elle reprend d'elle-même à ${opens.fr} ; pour la relancer maintenant : \`${command}\`.`,
    };
    scene.say(left);
    throw new CommandError(joined([textOf(error), left]), "aws", { cause: error, code: "drill-refused" });
  });
  if (!isDeepStrictEqual(after, schedule)) {
    throw refusal(
      "operator",
      "The schedule was changed during the drill, which kept that change. Check the schedule: docs/runbooks/refresher-silent.md.",
      "La planification a été modifiée pendant l'exercice, qui a gardé cette modification. Vérifiez-la : docs/runbooks/refresher-silent.fr.md.",
    );
  }
  if (drilled === undefined) throw failure;
  // Another drill started the ticks, or this machine slept past the start date.
  const startedMeanwhile = !wasStopped || now() > at + STARTS_BY_ITSELF_IN_MINUTES * MINUTE;
  if (startedMeanwhile && drilled.result === "otherwise") {
    return finding("not seen", "ticks were started meanwhile", "exécutions relancées entre-temps");
  }
  scene.say({
    en: "The ticks run again: the schedule is restored.",
    fr: "Les exécutions ont repris : la planification est rétablie.",
  });
  return drilled;
}

async function waitForAlarm(scene: Scene, at: number, signal: AbortSignal): Promise<Finding> {
  const {
    observed,
    application: { description },
    now,
    say,
    sleep,
  } = scene;
  const [from, to] = [LEAST, MOST].map((minutes) => clockTime(at + minutes * MINUTE)) as [Text, Text];
  say({
    en: `The ticks are stopped. refresher-silent should ring between ${from.en} and ${to.en}.`,
    fr: `Les exécutions sont arrêtées. refresher-silent devrait sonner entre ${from.fr} et ${to.fr}.`,
  });
  let alarm: Alarm | undefined;
  while (!(alarm?.state === "ALARM" && alarm.since > at) && now() < at + LONGEST_WAIT) {
    await sleep(PAUSE, signal);
    if (signal.aborted) return INTERRUPTED;
    alarm = await alarmOf(scene);
  }
  const ticked = await observed.tickLines(description.function, at - LATEST_TICK);
  const lastTick = Math.max(at - MINUTE, ...ticked.map(({ loggedAt }) => loggedAt));
  const measured = { ticksAfterStop: ticked.filter(({ loggedAt }) => loggedAt > at + LATEST_TICK).length };
  if (measured.ticksAfterStop > 0) {
    return judged(false, "ticks went on after the stop", "les exécutions ont continué", measured);
  }
  if (alarm?.state !== "ALARM" || alarm.since <= at) {
    const minutes = LONGEST_WAIT / MINUTE;
    return judged(false, `not in ${minutes} min`, `pas en ${minutes} min`, measured);
  }
  say(joined([{ en: "It rings.", fr: "Elle sonne." }, OK_AGAIN]));
  const minutes = Math.round((alarm.since - lastTick) / MINUTE);
  const rings = judged(
    minutes >= LEAST && minutes <= MOST,
    `${minutes} min after the last tick`,
    `${minutes} min après la dernière exécution`,
    { minutesAfterLastTick: minutes, ...measured },
  );
  // The next check, of the alarm's actions, skips more recent changes.
  await sleep(ACTED_WITHIN, signal);
  return rings;
}

/** AWS may show a change of a schedule some seconds late. */
const LOOKS = 5;
const LOOK_PAUSE = 1_000;

/**
 * Only changes a schedule with the mark of a drill: without it, somebody else changed the schedule.
 *
 * @returns the schedule afterwards; `wasStopped` if it had the mark. @throws the latest failure.
 */
async function startAgain({
  aws,
  application,
  sleep,
}: Scene): Promise<{ readonly schedule: Schedule; readonly wasStopped: boolean }> {
  let latest: Schedule | undefined;
  let wasStopped = false;
  let failure: unknown = refusal(
    "aws",
    "AWS does not show the schedule as started.",
    "AWS ne montre pas la planification comme relancée.",
  );
  // The first looks may not show the mark yet.
  for (let look = 0; look < LOOKS && !(wasStopped && latest); look += 1) {
    // An interruption must not shorten the wait.
    if (look > 0) await sleep(LOOK_PAUSE);
    latest = undefined;
    try {
      const found = await aws.schedule(application.description.schedule);
      if (found !== undefined && stoppedOf(found) !== undefined) {
        wasStopped = true;
        await aws.updateSchedule(started(found));
      } else {
        latest = found;
      }
    } catch (error) {
      failure = error;
    }
  }
  if (latest === undefined) throw failure;
  return { schedule: latest, wasStopped };
}

export const silenceRings: Check = ({ drilled }) =>
  drilled?.() ?? Promise.resolve(finding("not seen", "needs `--drill`", "demande `--drill`"));
