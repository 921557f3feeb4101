import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Disturbance, Happening, History } from "../../simulation/history";
import { aHistory } from "./surroundings";

const MINUTES_PER_DAY = 1_440;

/** Pictures of these histories. */
function draw(histories: readonly History[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", path.join(__dirname, "draw-timeline.ts")],
    {
      cwd: path.resolve(__dirname, "..", ".."),
      input: JSON.stringify(histories),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

/** One of each kind, and what the picture calls it. */
const CALLED: readonly (readonly [Happening, string])[] = [
  [{ kind: "outage", how: "dns" }, "PISTE out"],
  [{ kind: "throttling" }, "PISTE throttles"],
  [{ kind: "rejection", how: "suspect" }, "client refused"],
  [{ kind: "secret-reset" }, "new secret not stored"],
  [{ kind: "error-burst", how: "reset" }, "errors in bursts"],
  [{ kind: "crowd" }, "crowd at the quota"],
  [{ kind: "slow-answers", seconds: 2 }, "slow answers"],
  [{ kind: "other-lifetime", lifetimeInMinutes: 50, asString: false }, "tokens of another life"],
  [{ kind: "same-token" }, "same token again"],
  [{ kind: "missed-ticks" }, "ticks missed"],
  [{ kind: "duplicate-ticks" }, "ticks twice"],
  [{ kind: "aws-refuses", call: "read", error: "DecryptionFailure" }, "AWS refuses"],
  [{ kind: "answer-lost" }, "AWS's answer lost"],
  [{ kind: "slow-aws", milliseconds: 500 }, "AWS slow"],
  [{ kind: "crashes" }, "function killed"],
  [{ kind: "clock-error", aheadInSeconds: 120 }, "clock off"],
  [{ kind: "spoilt-token", how: "not-json" }, "token spoilt by hand"],
  [{ kind: "spoilt-client-secret" }, "credentials spoilt by hand"],
];

const outage = (from: number, minutes: number): Disturbance => ({ kind: "outage", how: "dns", from, minutes });

const EVERYTHING = aHistory(
  CALLED.map(([happening], index) => ({ ...happening, from: 30 + index * 70, minutes: 5 })),
  { days: 0.95 },
);
const OUTAGE_ALONE = aHistory([outage(100, 30)], { days: 0.15 });
const NOTHING = aHistory([], { days: 0.05 });
const WORST_DAY_THE_SECOND = aHistory([outage(100, 20), outage(MINUTES_PER_DAY + 60, 30)], { days: 1.1 });
const WORST_DAY_THE_FIRST = aHistory([outage(100, 90), outage(MINUTES_PER_DAY + 60, 30)], { days: 1.1 });
const OVER_MIDNIGHT = aHistory([outage(MINUTES_PER_DAY - 30, 60), outage(MINUTES_PER_DAY + 100, 90)], { days: 1.2 });

const TAG = /<(\/?)([a-zA-Z]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g;

/** The texts of an SVG, and what in it is not well-formed. */
function parse(svg: string): { readonly texts: readonly string[]; readonly wrong: readonly string[] } {
  const open: string[] = [];
  for (const [, closing, name = "", empty] of svg.matchAll(TAG)) {
    if (closing === "/" && open.at(-1) === name) open.pop();
    else if (closing === "/") open.push(`/${name}`);
    else if (empty !== "/") open.push(name);
  }
  // A split leaves the three groups of each tag between the texts.
  const texts = svg.split(TAG).filter((text, index) => index % 4 === 0 && text !== "");
  return { texts, wrong: [...open, ...texts.filter((text) => /[<>]/.test(text))] };
}

describe("the picture of a day", () => {
  const [everything = "", again = "", outageAlone = "", nothing = "", first = "", second = "", midnight = ""] = draw([
    EVERYTHING,
    EVERYTHING,
    OUTAGE_ALONE,
    NOTHING,
    WORST_DAY_THE_FIRST,
    WORST_DAY_THE_SECOND,
    OVER_MIDNIGHT,
  ]);

  it("is an SVG, well-formed, with nothing undefined in it", () => {
    for (const svg of [everything, outageAlone, nothing, second]) {
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg).toMatch(/<\/svg>$/);
      expect(parse(svg).wrong).toEqual([]);
      expect(svg).not.toMatch(/NaN|undefined|null,/);
    }
  });

  it("is the same every time", () => {
    expect(again).toBe(everything);
  });

  it("calls everything that happened by a name of its own", () => {
    const { texts } = parse(everything);
    for (const [, words] of CALLED) expect(texts).toContain(words);
    expect(texts).toContain("refreshed");
    expect(new Set(CALLED.map(([, words]) => words)).size).toBe(CALLED.length);
  });

  it("names nothing that did not happen", () => {
    const { texts } = parse(outageAlone);
    expect(CALLED.map(([, words]) => words).filter((words) => texts.includes(words))).toEqual(["PISTE out"]);
    expect(CALLED.filter(([, words]) => parse(nothing).texts.includes(words))).toEqual([]);
    expect(parse(nothing).texts).toContain("refreshed");
  });

  it("says what the reserve and the moment of being due are", () => {
    // 2,360 s.
    expect(outageAlone).toContain('"y: 39; text: due: the tolerance (30 min) begins"');
    expect(outageAlone).toContain('"y: 5; text: reserve: what a consumer may cache (5 min)"');
  });

  it("is of the day in which most went wrong", () => {
    const title = (day: number): string => `Minutes left of the token that a consumer reads, day ${day}`;
    expect(parse(first).texts).toContain(title(1));
    expect(parse(second).texts).toContain(title(2));
    expect(parse(everything).texts).toContain(title(1));
    expect(parse(nothing).texts).toContain(title(1));
  });

  it("begins with its day, though an outage and a token are older", () => {
    const lefts = [...midnight.matchAll(/ d="M(-?[\d.]+),/g)].map(([, left]) => Number(left));
    expect(Math.min(...lefts)).toBe(0);
    const [, curve] = /aria-roledescription="area mark" d="M(-?[\d.]+),/.exec(midnight) ?? [];
    expect(Number(curve)).toBe(0);
  });

  it("shows minutes, in a curve of no more points than it has corners", () => {
    expect(parse(nothing).texts).toContain("60");
    expect(parse(nothing).texts.filter((text) => Number(text) > 100)).toEqual([]);
    const [, curve = ""] = /aria-roledescription="line mark" d="([^"]*)"/.exec(nothing) ?? [];
    // Before and after each of four refreshes, and the end.
    const moments = curve
      .slice(1)
      .split("L")
      .map((point) => point.split(",")[0]);
    expect(moments).toHaveLength(2 * 4 + 1);
    expect(new Set(moments).size).toBe(4 + 1);
  });

  it("marks an outage in the curve as well as in its row", () => {
    const red = (svg: string): number => [...svg.matchAll(/#de2d26/g)].length;
    expect(red(nothing)).toBe(0);
    expect(red(outageAlone)).toBe(2);
    // Not that of the other day.
    expect(red(first)).toBe(2);
    expect(red(second)).toBe(2);
  });

  it("marks an outage for as long as it lasted, on the one scale of the day", () => {
    const marks = [...outageAlone.matchAll(/aria-roledescription="(?:rect mark|bar)" d="M([\d.]+),[\d.]+h([\d.]+)v/g)];
    expect(marks).toHaveLength(2);
    for (const [, left, width] of marks) {
      expect(Number(left)).toBeCloseTo((100 / MINUTES_PER_DAY) * 1_100, 5);
      expect(Number(width)).toBeCloseTo((30 / MINUTES_PER_DAY) * 1_100, 5);
    }
  });

  it("marks each refresh", () => {
    // In minutes 0, 21, 42 and 63 of 72.
    expect([...nothing.matchAll(/#31a354/g)]).toHaveLength(4);
  });
});
