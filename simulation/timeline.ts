/** A day of a history as a picture: what a consumer's token has left, and what went wrong meanwhile. */
import type { TopLevelSpec } from "vega-lite";
import { DEFAULT_REFRESH_SETTINGS, dueWhenSecondsLeft } from "../lambda/token-refresh/timing";
import { MINUTES_PER_DAY, type Disturbance, type History } from "./history";
import { simulate } from "./world";

interface Moment {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly minutesLeft: number;
}

interface Spell {
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

interface Timeline {
  readonly moments: readonly Moment[];
  readonly refreshes: readonly number[];
  readonly spells: readonly Spell[];
}

const MINUTE = 60_000;
const DAY = MINUTES_PER_DAY * MINUTE;

/** What the reader calls each, in the order of the picture. */
const ROWS: Readonly<Record<Disturbance["kind"], string>> = {
  outage: "PISTE out",
  throttling: "PISTE throttles",
  rejection: "client refused",
  "secret-reset": "new secret not stored",
  "error-burst": "errors in bursts",
  crowd: "crowd at the quota",
  "slow-answers": "slow answers",
  "other-lifetime": "tokens of another life",
  "same-token": "same token again",
  "missed-ticks": "ticks missed",
  "duplicate-ticks": "ticks twice",
  "aws-refuses": "AWS refuses",
  "answer-lost": "AWS's answer lost",
  "slow-aws": "AWS slow",
  crashes: "function killed",
  "clock-error": "clock off",
  "spoilt-token": "token spoilt by hand",
  "spoilt-client-secret": "credentials spoilt by hand",
};
const REFRESHED = "refreshed";

async function record(history: History): Promise<Timeline> {
  const moments: Moment[] = [];
  const refreshes: number[] = [];
  const spells: Spell[] = [];
  const add = (at: number, secondsLeft: number): void => {
    const minutesLeft = secondsLeft / 60;
    const [before, last] = moments.slice(-2);
    // Of a straight line its two ends suffice, on each day.
    const isNeeded = last === undefined || last.at % DAY === 0 || before === undefined;
    if (!isNeeded && isBetween(last, before, { at, minutesLeft })) moments.pop();
    moments.push({ at, minutesLeft });
  };
  await simulate(history, {
    observer: {
      minute: (now, secondsLeft) => {
        add(now, secondsLeft);
      },
      refreshed: (now, secondsLeftBefore, secondsLeft) => {
        add(now, secondsLeftBefore);
        add(now, secondsLeft);
        refreshes.push(now);
      },
      spell: (kind, start, end) => spells.push({ what: ROWS[kind], start, end }),
    },
  });
  return { moments, refreshes, spells };
}

function isBetween(moment: Moment, before: Moment, after: Moment): boolean {
  if (after.at === before.at || after.at === moment.at) return false;
  const share = (moment.at - before.at) / (after.at - before.at);
  const expected = before.minutesLeft + share * (after.minutesLeft - before.minutesLeft);
  return Math.abs(moment.minutesLeft - expected) < 1e-6;
}

/** The day in which most went wrong. */
function worstDay({ moments, spells }: Timeline): readonly [start: number, end: number] {
  const beginning = Math.floor((moments[0]?.at ?? 0) / DAY) * DAY;
  const disturbed = new Map<number, number>();
  for (const { start, end } of spells) {
    const day = Math.floor(start / DAY) * DAY;
    disturbed.set(day, (disturbed.get(day) ?? 0) + (end - start));
  }
  const [worst = beginning] = [...disturbed].sort(([, one], [, other]) => other - one).map(([day]) => day);
  return [worst, worst + DAY];
}

/** @returns an SVG of the day of the history in which most went wrong. */
export async function drawTimeline(history: History): Promise<string> {
  const timeline = await record(history);
  const [from, to] = worstDay(timeline);
  // Drawing is loaded by whoever draws.
  const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
  return new View(parse(compile(picture(timeline, from, to)).spec), { renderer: "none" }).toSVG();
}

function picture({ moments, refreshes, spells }: Timeline, from: number, to: number): TopLevelSpec {
  const { reserveInMinutes, outageToleranceInMinutes } = DEFAULT_REFRESH_SETTINGS;
  const day = (Math.floor(from / DAY) * DAY - Math.floor((moments[0]?.at ?? 0) / DAY) * DAY) / DAY + 1;
  const seen = spells
    .filter(({ start, end }) => start < to && end > from)
    .map((spell) => ({ ...spell, start: Math.max(spell.start, from), end: Math.min(spell.end, to) }));
  const rows = [REFRESHED, ...Object.values(ROWS).filter((row) => seen.some(({ what }) => what === row))];
  const time = {
    type: "temporal" as const,
    scale: { type: "utc" as const, domainMin: from, domainMax: to },
    axis: { format: "%H:%M", tickCount: 12, title: null },
  };
  const sameTime = { type: "temporal" as const };
  const width = 1100;
  const dueInMinutes = Math.round(dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS) / 60);
  const lines = [
    { y: dueInMinutes, text: ["due: the tolerance", `(${outageToleranceInMinutes} min) begins`] },
    { y: reserveInMinutes, text: ["reserve: what a", `consumer may cache (${reserveInMinutes} min)`] },
  ];
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "white",
    title: { text: `Minutes left of the token that a consumer reads, day ${day}`, anchor: "start" },
    vconcat: [
      {
        width,
        height: 220,
        layer: [
          {
            data: { values: moments.filter(({ at }) => at >= from && at <= to) },
            mark: { type: "area", color: "#9ecae1", line: { color: "#3182bd", strokeWidth: 1 }, interpolate: "linear" },
            encoding: {
              x: { field: "at", ...time },
              y: {
                field: "minutesLeft",
                type: "quantitative",
                title: "minutes left",
                stack: null,
                scale: { domainMin: 0 },
              },
            },
          },
          {
            data: { values: seen.filter(({ what }) => what === ROWS.outage) },
            mark: { type: "rect", color: "#de2d26", opacity: 0.18 },
            encoding: { x: { field: "start", ...sameTime }, x2: { field: "end" } },
          },
          {
            data: { values: lines },
            mark: { type: "rule", color: "#636363", strokeDash: [4, 3] },
            encoding: { y: { field: "y", type: "quantitative" } },
          },
          {
            data: { values: lines },
            mark: { type: "text", align: "left", dx: 6, fontSize: 10, color: "#252525" },
            encoding: { x: { value: width }, y: { field: "y", type: "quantitative" }, text: { field: "text" } },
          },
        ],
      },
      {
        width,
        height: { step: 18 },
        layer: [
          {
            data: { values: seen },
            mark: { type: "bar", color: "#de2d26", height: 10 },
            encoding: {
              x: { field: "start", ...time },
              x2: { field: "end" },
              y: {
                field: "what",
                type: "nominal",
                sort: rows,
                title: null,
                scale: { domain: rows },
                axis: { labelLimit: 300 },
              },
            },
          },
          {
            data: { values: refreshes.filter((at) => at >= from && at <= to).map((at) => ({ at, what: REFRESHED })) },
            mark: { type: "tick", color: "#31a354", thickness: 1.5, height: 12 },
            encoding: { x: { field: "at", ...sameTime }, y: { field: "what", type: "nominal", sort: rows } },
          },
        ],
      },
    ],
  };
}
