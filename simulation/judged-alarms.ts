/** Whether alarms that looked on at a random history said what they had to say, and woke nobody in vain. */
import { LATEST_REPORT_IN_MINUTES } from "../aws/alarms/alarm";
import { ALARMS, type AlarmName } from "../aws/alarms/alarms";
import { lapsingWhenSecondsLeft, type RefreshSettings } from "../lambda/token-refresh/contract";
import type { AlarmedHistory, AlarmEvent } from "./alarmed-history";
import type { Disturbance } from "./history";

/** In the minute before the token ends someone has been paged, however late reports are. */
const PAGED_BEFORE_IN_MINUTES = 1;
/** After how long the first tick that comes again is told: it may come late in its minute, and is evaluated in the next. */
const REPORT_TOLD_AFTER_IN_MINUTES = LATEST_REPORT_IN_MINUTES + 2;
const HOUR = 60;

/** Of an alarm, what must have gone on for it to ring. */
const causesOf = (alarm: AlarmName): readonly Disturbance["kind"][] => ALARMS[alarm].drill.causes;

export interface Judgement {
  readonly pages: number;
  readonly missingPages: readonly string[];
  readonly falsePages: readonly string[];
}

export function judge(history: AlarmedHistory, settings: RefreshSettings): Judgement {
  const pages = history.events.filter(({ pages, state }) => pages && state === "ALARM");
  return {
    pages: pages.length,
    missingPages: lapses(history).flatMap((minute) => missing(history, settings, minute)),
    falsePages: pages.flatMap((event) =>
      isFalse(history, settings, event) ? [`${event.alarm} in minute ${event.minute}`] : [],
    ),
  };
}

/** The minutes in which a consumer first found no valid token. */
function lapses({ secondsLeft }: AlarmedHistory): number[] {
  return secondsLeft.flatMap((left, index) => (left === 0 && (secondsLeft[index - 1] ?? 0) > 0 ? [index + 1] : []));
}

function missing(history: AlarmedHistory, settings: RefreshSettings, minute: number): string[] {
  // A token that someone spoilt is gone at once, and one that PISTE gives for minutes cannot be announced.
  const spoilt = isGoingOn(history, ["spoilt-token"], minute - HOUR, minute);
  const shortest = Math.min(
    ...history.secondsLeft
      .slice(Math.max(0, minute - HOUR), minute)
      .map((left, index, all) => (left > (all[index - 1] ?? left) ? left : Infinity)),
  );
  const tooShort = shortest < lapsingWhenSecondsLeft(settings) + (LATEST_REPORT_IN_MINUTES + 2) * 60;
  if (spoilt || tooShort) return [];
  const announced = minute - PAGED_BEFORE_IN_MINUTES;
  // The report that counts as lapsing comes with a tick within two minutes.
  const reported = minute - Math.floor(lapsingWhenSecondsLeft(settings) / 60) + 2;
  const told = Math.max(announced, toldAtTheLatest(history, reported));
  const paged = stateOfPages(history.events, announced) || stateOfPages(history.events, told);
  const cameBack = told > announced && history.secondsLeft.slice(minute, told).some((left) => left > 0);
  return paged || cameBack ? [] : [`the token lapsed in minute ${minute}`];
}

/** When ticks stop before a lapse is reported, nothing is known until they count as silence or come again. */
function toldAtTheLatest({ active }: AlarmedHistory, reported: number): number {
  const silences = active.filter(({ kind, from }) => kind === "missed-ticks" && from <= reported);
  return Math.max(
    0,
    ...silences.map(({ from, to }) =>
      Math.min(from + ALARMS["refresher-silent"].drill.ringsWithinInMinutes, to + REPORT_TOLD_AFTER_IN_MINUTES),
    ),
  );
}

/** Whether an alarm that pages was ringing. */
function stateOfPages(events: readonly AlarmEvent[], minute: number): boolean {
  const ringing = new Set<string>();
  for (const event of events) {
    if (event.minute > minute) break;
    if (event.pages && event.state === "ALARM") ringing.add(event.alarm);
    else ringing.delete(event.alarm);
  }
  return ringing.size > 0;
}

function isFalse(history: AlarmedHistory, settings: RefreshSettings, { alarm: name, minute }: AlarmEvent): boolean {
  const alarm = name as AlarmName;
  const causes = causesOf(alarm);
  const since = Math.max(0, minute - ALARMS[alarm].drill.looksBackInMinutes);
  if (causes.length > 0) {
    return !isGoingOn(history, causes, since, minute);
  }
  // The token is about to lapse, as far as its life is beyond doubt: then the tolerance has been used up.
  const least = Math.min(...history.surelyLeft.slice(since, minute));
  return least > lapsingWhenSecondsLeft(settings);
}

function isGoingOn({ active }: AlarmedHistory, kinds: readonly string[], from: number, to: number): boolean {
  return active.some((timed) => kinds.includes(timed.kind) && timed.from <= to && timed.to >= from);
}
