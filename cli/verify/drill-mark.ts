/** A stopped schedule gets a mark, so that a killed drill is found, and a start date, so that it ends by itself. */
import type { Description } from "../../piste/description";
import { isProduction, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import type { Party } from "../../piste/party";
import type { Aws, Schedule } from "../command/aws";
import { CommandError } from "../command/failure";
import { clockTime, dateAndTime } from "../command/times";

/**
 * A token of the default settings has at least 39 minutes left at every tick: a killed drill makes no call fail.
 * StartDate holds for recurring schedules, and UpdateSchedule without one clears it: "UpdateSchedule" (API reference).
 */
export const STARTS_BY_ITSELF_IN_MINUTES = 30;
const MARK = "Stopped by piste verify --drill at ";
const MARKED = new RegExp(`^${MARK}(\\S+) - `);

/** When a drill stopped the schedule, and when it starts again by itself: epoch milliseconds. */
export interface Stopped {
  readonly since: number;
  readonly until: number;
}

export const stopped = (schedule: Schedule, at: number): Schedule => ({
  ...schedule,
  StartDate: new Date(at + STARTS_BY_ITSELF_IN_MINUTES * 60_000),
  Description: `${MARK}${new Date(at).toISOString()} - ${schedule.Description ?? ""}`,
});

/** The schedule as before the drill. */
export const started = (schedule: Schedule): Schedule => ({
  ...schedule,
  StartDate: undefined,
  Description: schedule.Description?.replace(MARKED, ""),
});

export function stoppedOf({ Description: text = "", StartDate: start }: Schedule): Stopped | undefined {
  const since = Date.parse(MARKED.exec(text)?.[1] ?? "");
  return Number.isNaN(since) ? undefined : { since, until: start?.getTime() ?? since };
}

export const refusal = (owner: Party, en: string, fr: string): CommandError =>
  new CommandError({ en, fr }, owner, { code: "drill-refused" });

/** @throws CommandError in production. */
export function checkDrillable(environment: Environment, local = false): void {
  if (isProduction(environment)) {
    throw refusal(
      "operator",
      `A drill is refused in ${environment}, since it stops the ticks. Run it in another environment.`,
      `L'exercice est refusé en ${environment}, car il arrête les exécutions. Faites-le dans un autre environnement.`,
    );
  }
  if (local) {
    throw refusal(
      "operator",
      "A drill cannot run on the emulated AWS, which evaluates no alarm: remove `--local`.",
      "L'exercice est impossible sur l'AWS émulé, qui n'évalue aucune alarme : retirez `--local`.",
    );
  }
}

/** The mark of a drill, if AWS shows one. There are no drills in production. */
export async function leftByDrill(aws: Aws, { environment, schedule }: Description): Promise<Stopped | undefined> {
  if (isProduction(environment)) return undefined;
  // The command also works without the right to read schedules.
  const found = await aws.schedule(schedule).catch(() => undefined);
  return found && stoppedOf(found);
}

export function leftText({ since, until }: Stopped): Text {
  const [from, to] = [dateAndTime(since), clockTime(until)];
  return {
    en: `A drill stopped the refresher's schedule (${from.en}). The drill is still running, or was killed: ticks start again at ${to.en}.`,
    fr: `Un exercice a arrêté la planification du rafraîchisseur (${from.fr}). L'exercice est en cours, ou a été tué : les exécutions reprennent à ${to.fr}.`,
  };
}
