import { describe, expect, it } from "@jest/globals";
import { clockTime, dateAndTime, longDateAndTime, longDay, moment } from "../../../cli/command/times";

/** WINTER is already the next day in Paris. */
const WINTER = Date.parse("2026-11-25T23:05:09Z");
const SUMMER = Date.parse("2026-07-01T10:00:00Z");

describe("a time in words", () => {
  it("is Paris time, and says so", () => {
    expect(clockTime(WINTER)).toEqual({ en: "00:05 (Paris time)", fr: "00:05 (heure de Paris)" });
    expect(clockTime(SUMMER).en).toBe("12:00 (Paris time)");
    expect(dateAndTime(WINTER)).toEqual({
      en: "26 Nov 2026, 00:05 (Paris time)",
      fr: "26 nov. 2026, 00:05 (heure de Paris)",
    });
    expect(moment(WINTER).en).toBe("26 Nov 2026, 00:05:09 (Paris time)");
    expect(longDateAndTime(WINTER).fr).toBe("26 novembre 2026 à 00:05 (heure de Paris)");
  });

  it("is the same calendar day in any time zone", () => {
    expect(longDay("2026-11-25")).toEqual({ en: "25 November 2026", fr: "25 novembre 2026" });
    expect(longDay("2026-12-01").fr).toBe("1er décembre 2026");
    expect(longDay("some day")).toEqual({ en: "some day", fr: "some day" });
  });
});
