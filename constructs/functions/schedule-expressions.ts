/** When an application's schedules run: spread over minutes, as far as minutes are free to choose. */
import { createHash } from "node:crypto";
import type { Environment } from "../../piste/environments";

const MINUTES_PER_HOUR = 60;

/** One of so many places, from 0: always the same for an application, and evenly many applications for each. */
function placeOf(environment: Environment, application: string, places: number): number {
  return createHash("sha256").update(`${environment}/${application}`).digest().readUInt32BE() % places;
}

/**
 * On the clock's minutes: of `rate`, the first run's second decides on all others, while the refresher's slow pace goes
 * by the minutes and alarms count one tick in each period. For the same reason no time window: with one a tick could come
 * in the next minute. Of a period of several minutes each application has one of its own.
 */
export function tickExpression(environment: Environment, application: string, tickInMinutes: number): string {
  if (tickInMinutes === 1) return "cron(* * * * ? *)";
  const first = MINUTES_PER_HOUR % tickInMinutes === 0 ? placeOf(environment, application, tickInMinutes) : 0;
  return `cron(${first}/${tickInMinutes} * * * ? *)`;
}

/** The number of days has just changed then, where it changes on the hour. */
const FIRST_PASSWORDS_MINUTE = 5;
const PASSWORDS_MINUTES = 50;

/** Once an hour, in a minute of its own: AWS allows few calls a second to all applications of an account together. */
export function passwordsExpression(environment: Environment, application: string): string {
  return `cron(${FIRST_PASSWORDS_MINUTE + placeOf(environment, application, PASSWORDS_MINUTES)} * * * ? *)`;
}
