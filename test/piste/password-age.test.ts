import { describe, expect, it } from "@jest/globals";
import {
  dayInParis,
  daysLeft,
  FIRST_REMINDER_IN_DAYS,
  formatDay,
  parseDay,
  passwordDate,
  type Day,
} from "../../piste/password-age";
import { runs } from "../runs";

const HOUR = 3_600_000;

const day = (text: string): Day => {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new Error(`${text} is no day`);
  return parsed;
};
const at = (instant: string): number => Date.parse(instant);
/** Days from the instant to the day. */
const leftUntil = (due: string, instant: string): number => daysLeft(day(due) - 10_000, 10_000, at(instant));
/** The last day that counts at an instant. */
const countedAt = (instant: string): string => formatDay(day("2030-01-01") - leftUntil("2030-01-01", instant));

describe("a day", () => {
  it.each(["1970-01-01", "2026-11-24", "2028-02-29", "2026-12-31", "1969-12-31"])(
    "%s can be read and written",
    (text) => {
      expect(formatDay(day(text))).toBe(text);
    },
  );

  it("is counted from 1970-01-01", () => {
    expect([day("1970-01-01"), day("1970-01-02"), day("2027-01-01") - day("2026-12-31")]).toEqual([0, 1, 1]);
    expect(day("2028-03-01") - day("2028-02-28")).toBe(2);
    expect(day("2027-03-01") - day("2027-02-28")).toBe(1);
  });

  it.each([
    "",
    "2026-11",
    "2026-1-2",
    "26-11-24",
    "2026-11-24 ",
    " 2026-11-24",
    "2026-11-24\n",
    "2026/11/24",
    "24-11-2026",
    "2026-00-10",
    "2026-13-01",
    "2026-11-31",
    "2026-02-30",
    "2027-02-29",
    "0026-11-24",
    "2026-11-00",
    "２０２６-11-24",
  ])("cannot be %j", (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  it.each([
    // UTC+1 in winter, UTC+2 in summer.
    ["2026-01-15T22:59:59.999Z", "2026-01-15"],
    ["2026-01-15T23:00:00Z", "2026-01-16"],
    ["2026-07-15T21:59:59.999Z", "2026-07-15"],
    ["2026-07-15T22:00:00Z", "2026-07-16"],
    ["2026-12-31T22:59:59Z", "2026-12-31"],
    ["2026-12-31T23:00:00Z", "2027-01-01"],
    ["2028-02-28T23:00:00Z", "2028-02-29"],
    ["2028-02-29T23:00:00Z", "2028-03-01"],
  ])("is counted in Paris: at %s it is %s", (instant, expected) => {
    expect(formatDay(dayInParis(at(instant)))).toBe(expected);
  });
});

describe("the last day that counts", () => {
  it.each([
    ["a Monday before 09:00 is still the Sunday", "2026-11-23T07:59:59.999Z", "2026-11-22"],
    ["a Monday from 09:00 is the Monday", "2026-11-23T08:00:00Z", "2026-11-23"],
    ["a Tuesday at midnight is still the Monday", "2026-11-23T23:00:00Z", "2026-11-23"],
    ["a Tuesday before 09:00 is still the Monday", "2026-11-24T07:59:59.999Z", "2026-11-23"],
    ["a Tuesday from 09:00 is the Tuesday", "2026-11-24T08:00:00Z", "2026-11-24"],
    ["a Wednesday before 09:00 is still the Tuesday", "2026-11-25T07:59:59.999Z", "2026-11-24"],
    ["a Wednesday from 09:00 is the Wednesday", "2026-11-25T08:00:00Z", "2026-11-25"],
    ["a Thursday before 09:00 is still the Wednesday", "2026-11-26T07:59:59.999Z", "2026-11-25"],
    ["a Thursday from 09:00 is the Thursday", "2026-11-26T08:00:00Z", "2026-11-26"],
    ["a Friday before 09:00 is still the Thursday", "2026-11-27T07:59:59.999Z", "2026-11-26"],
    ["a Friday from 09:00 is the Sunday already", "2026-11-27T08:00:00Z", "2026-11-29"],
    ["a Friday at the last moment is the Sunday", "2026-11-27T22:59:59.999Z", "2026-11-29"],
    ["a Saturday at midnight is the Sunday", "2026-11-27T23:00:00Z", "2026-11-29"],
    ["a Saturday from 09:00 is the Sunday", "2026-11-28T08:00:00Z", "2026-11-29"],
    ["a Sunday before 09:00 is the Sunday", "2026-11-29T07:59:59.999Z", "2026-11-29"],
    ["a Sunday from 09:00 is the Sunday", "2026-11-29T08:00:00Z", "2026-11-29"],
    ["the Monday's midnight is still the Sunday", "2026-11-29T23:00:00Z", "2026-11-29"],
  ])("on %s", (_, instant, expected) => {
    expect(countedAt(instant)).toBe(expected);
  });

  it.each([
    // Summer time lasts from Sunday 2026-03-29 to Sunday 2026-10-25.
    ["the last Friday of winter, before 09:00", "2026-03-27T07:59:59.999Z", "2026-03-26"],
    ["the last Friday of winter", "2026-03-27T08:00:00Z", "2026-03-29"],
    ["the Sunday on which an hour is missing", "2026-03-29T01:00:00Z", "2026-03-29"],
    ["the first Monday of summer, before 09:00", "2026-03-30T06:59:59.999Z", "2026-03-29"],
    ["the first Monday of summer, an hour earlier by UTC", "2026-03-30T07:00:00Z", "2026-03-30"],
    ["the last Friday of summer, before 09:00", "2026-10-23T06:59:59.999Z", "2026-10-22"],
    ["the last Friday of summer", "2026-10-23T07:00:00Z", "2026-10-25"],
    ["the Sunday on which an hour comes twice", "2026-10-25T01:00:00Z", "2026-10-25"],
    ["the first Monday of winter, before 09:00", "2026-10-26T07:59:59.999Z", "2026-10-25"],
    ["the first Monday of winter, an hour later by UTC", "2026-10-26T08:00:00Z", "2026-10-26"],
    ["the last day of a year, a Thursday", "2026-12-31T08:00:00Z", "2026-12-31"],
    ["a new year's Friday before 09:00", "2027-01-01T07:59:59.999Z", "2026-12-31"],
    ["a new year's Friday: a public holiday counts as a working day", "2027-01-01T08:00:00Z", "2027-01-03"],
    ["a year's end on a weekend", "2027-12-31T08:00:00Z", "2028-01-02"],
    ["the eve of a leap day, a Monday", "2028-02-28T08:00:00Z", "2028-02-28"],
    ["a leap day, a Tuesday, before 09:00", "2028-02-29T07:59:59.999Z", "2028-02-28"],
    ["a leap day, a Tuesday", "2028-02-29T08:00:00Z", "2028-02-29"],
    ["the day after a leap day, before 09:00", "2028-03-01T07:59:59.999Z", "2028-02-29"],
    ["the day after a leap day", "2028-03-01T08:00:00Z", "2028-03-01"],
  ])("on %s", (_, instant, expected) => {
    expect(countedAt(instant)).toBe(expected);
  });
});

describe("the days left", () => {
  it("are the whole lifetime on the first day, 0 on the last, and negative after it", () => {
    const changed = day("2026-11-24");
    const left = (instant: string): number => daysLeft(changed, 7, at(instant));
    expect(left("2026-11-24T12:00:00Z")).toBe(7);
    expect(left("2026-11-25T12:00:00Z")).toBe(6);
    expect(left("2026-11-30T12:00:00Z")).toBe(1);
    expect(left("2026-12-01T12:00:00Z")).toBe(0);
    expect(left("2026-12-02T12:00:00Z")).toBe(-1);
  });

  it("never exceed the lifetime, not even before 09:00", () => {
    expect(daysLeft(day("2026-11-24"), 424, at("2026-11-24T06:00:00Z"))).toBe(424);
  });

  it("cross a threshold on Friday at 09:00 instead of the weekend, and on Monday at 09:00", () => {
    for (const crossing of ["2026-11-28", "2026-11-29"]) {
      // On the day `crossing` 29 days are left.
      const due = formatDay(day(crossing) + FIRST_REMINDER_IN_DAYS - 1);
      expect(leftUntil(due, "2026-11-27T07:59:59.999Z")).toBeGreaterThanOrEqual(FIRST_REMINDER_IN_DAYS);
      expect(leftUntil(due, "2026-11-27T08:00:00Z")).toBeLessThan(FIRST_REMINDER_IN_DAYS);
    }
    const due = formatDay(day("2026-11-30") + FIRST_REMINDER_IN_DAYS - 1);
    expect(leftUntil(due, "2026-11-30T07:59:59.999Z")).toBe(FIRST_REMINDER_IN_DAYS);
    expect(leftUntil(due, "2026-11-30T08:00:00Z")).toBe(FIRST_REMINDER_IN_DAYS - 1);
  });

  it("change only in office hours, are never late in them, and never rise: hour by hour", () => {
    // Includes a new year and both clock changes; the long run covers more than four years.
    const hours = runs(40_000);
    const changed = day("2026-10-20");
    const from = at("2026-10-20T12:00:00Z");
    const clock = new Intl.DateTimeFormat("en", {
      timeZone: "Europe/Paris",
      weekday: "short",
      hour: "2-digit",
      hourCycle: "h23",
    });
    const changesAt = new Set<string>();
    const weekdays = new Map<string, number>();
    let before = daysLeft(changed, 2000, from);
    for (let now = from + HOUR; now < from + hours * HOUR; now += HOUR) {
      const left = daysLeft(changed, 2000, now);
      const [weekday = "", hour = ""] = clock.format(now).split(/,? /);
      const byCalendar = changed + 2000 - dayInParis(now);
      const isOpen = !["Sat", "Sun"].includes(weekday) && Number(hour) >= 9;
      // Late by at most the hours from midnight to the opening, early by at most a weekend.
      expect(left - byCalendar).toBeLessThanOrEqual(isOpen ? 0 : 1);
      expect(byCalendar - left).toBeLessThanOrEqual(2);
      if (left !== before) {
        changesAt.add(hour);
        weekdays.set(weekday, before - left);
      }
      before = left;
    }
    expect([...changesAt]).toEqual(["09"]);
    expect(Object.fromEntries(weekdays)).toEqual({ Mon: 1, Tue: 1, Wed: 1, Thu: 1, Fri: 3 });
  });
});

describe("the date of a password", () => {
  const NOW = at("2026-11-24T12:00:00Z");
  const dateOf = (labels: string[], storedAt = at("2026-11-20T12:00:00Z")): unknown => {
    const { day: found, ...rest } = passwordDate({ labels: ["AWSCURRENT", ...labels], storedAt }, NOW);
    return { day: formatDay(found), ...rest };
  };

  it("comes from its label", () => {
    expect(dateOf(["CHANGED-2026-11-02"])).toEqual({ day: "2026-11-02", from: "label", ignored: [] });
  });

  it("can be today in Paris, even if it is still yesterday in UTC", () => {
    const version = { labels: ["CHANGED-2026-11-24"], storedAt: 0 };
    expect(passwordDate(version, at("2026-11-23T23:00:00Z"))).toMatchObject({ from: "label" });
    expect(passwordDate(version, at("2026-11-23T22:59:59Z"))).toMatchObject({ from: "version" });
  });

  it("is the version's day in Paris without a CHANGED label", () => {
    const storedAt = at("2026-11-19T23:30:00Z");
    expect(dateOf(["REFUSED", "mine"], storedAt)).toEqual({ day: "2026-11-20", from: "version", ignored: [] });
  });

  it("is the latest of several labels", () => {
    const labels = ["CHANGED-2025-11-02", "CHANGED-2026-10-31", "CHANGED-2026-01-30"];
    expect(dateOf(labels)).toEqual({ day: "2026-10-31", from: "label", ignored: [] });
  });

  it("is never in the future: such a label is ignored and reported", () => {
    expect(dateOf(["CHANGED-2026-11-25"])).toEqual({
      day: "2026-11-20",
      from: "version",
      ignored: [{ label: "CHANGED-2026-11-25", why: "in the future" }],
    });
    expect(dateOf(["CHANGED-2062-11-02", "CHANGED-2026-11-02"])).toMatchObject({
      day: "2026-11-02",
      ignored: [{ label: "CHANGED-2062-11-02" }],
    });
  });

  it.each([
    ["CHANGED-2026-02-30", "CHANGED-2026-02-30"],
    ["CHANGED-2026/11/02", "CHANGED-2026/11/02"],
    ["CHANGED-02-11-2026", "CHANGED-02-11-2026"],
    ["CHANGED2026-11-02", "CHANGED2026-11-02"],
    ["Changed-2026-11-02", "Changed-2026-11-02"],
    ["CHANGED-", "CHANGED-…"],
    ["CHANGED", "CHANGED-…"],
    ["CHANGED-canary-4f1e", "CHANGED-…"],
    ["CHANGED-48151623", "CHANGED-…"],
    ["CHANGED-2026-11-02-canary", "CHANGED-…"],
  ])("never comes from a malformed label: %s is ignored, and reported as %s", (label, said) => {
    expect(dateOf([label])).toEqual({
      day: "2026-11-20",
      from: "version",
      ignored: [{ label: said, why: "malformed" }],
    });
  });
});
