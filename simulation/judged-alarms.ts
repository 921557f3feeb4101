/** Finds missing and false pages in a history with alarms. */
import { LATEST_REPORT_IN_MINUTES } from "../aws/alarms/alarm";
import { ALARMS, type AlarmName } from "../aws/alarms/alarms";
import { lapsingWhenSecondsLeft, type RefreshSettings } from "../lambda/token-refresh/contract";
import type { AlarmedHistory, AlarmEvent } from "./alarmed-history";
import type { Disturbance } from "./history";

/** The page must come at least a minute before the token expires, whatever the delay of reports. */
const PAGED_BEFORE_IN_MINUTES = 1;
/** Delay until alarms see the first tick after a silence: it may come late in its minute, and counts in the next. */
const REPORT_SEEN_AFTER_IN_MINUTES = LATEST_REPORT_IN_MINUTES + 2;
const HOUR = 60;

/** The disturbances that justify an alarm. */
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

/** The minutes in which the stored token expired. */
function lapses({ secondsLeft }: AlarmedHistory): number[] {
  return secondsLeft.flatMap((left, index) => (left === 0 && (secondsLeft[index - 1] ?? 0) > 0 ? [index + 1] : []));
}

function missing(history: AlarmedHistory, settings: RefreshSettings, minute: number): string[] {
  // No alarm can warn before a person overwrites the token, or when PISTE issues tokens of a few minutes.
  const corrupted = isGoingOn(history, ["corrupted-token"], minute - HOUR, minute);
  const shortest = Math.min(
    ...history.secondsLeft
      .slice(Math.max(0, minute - HOUR), minute)
      .map((left, index, all) => (left > (all[index - 1] ?? left) ? left : Infinity)),
  );
  const tooShort = shortest < lapsingWhenSecondsLeft(settings) + (LATEST_REPORT_IN_MINUTES + 2) * 60;
  if (corrupted || tooShort) return [];
  const announced = minute - PAGED_BEFORE_IN_MINUTES;
  // A tick reports the low remaining validity within two minutes.
  const reported = minute - Math.floor(lapsingWhenSecondsLeft(settings) / 60) + 2;
  const seen = Math.max(announced, seenAtTheLatest(history, reported));
  const paged = stateOfPages(history.events, announced) || stateOfPages(history.events, seen);
  const cameBack = seen > announced && history.secondsLeft.slice(minute, seen).some((left) => left > 0);
  return paged || cameBack ? [] : [`the token lapsed in minute ${minute}`];
}

/** If ticks stop before they report the lapse, alarms see it only as silence, or when ticks resume. */
function seenAtTheLatest({ active }: AlarmedHistory, reported: number): number {
  const silences = active.filter(({ kind, from }) => kind === "missed-ticks" && from <= reported);
  return Math.max(
    0,
    ...silences.map(({ from, to }) =>
      Math.min(from + ALARMS["refresher-silent"].drill.ringsWithinInMinutes, to + REPORT_SEEN_AFTER_IN_MINUTES),
    ),
  );
}

/** Whether a paging alarm was ringing. */
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
  // `token-lapsing` is justified when the validity left, by the usual lifetime, is below its threshold.
  const least = Math.min(...history.surelyLeft.slice(since, minute));
  return least > lapsingWhenSecondsLeft(settings);
}

function isGoingOn({ active }: AlarmedHistory, kinds: readonly string[], from: number, to: number): boolean {
  return active.some((timed) => kinds.includes(timed.kind) && timed.from <= to && timed.to >= from);
}
