import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { clockTime, dateAndTime, longDateAndTime, longDay, moment } from "../../../cli/command/times";

const ROOT = path.resolve(__dirname, "../../..");

/** One is another day in Paris, one falls into summer time. */
const WINTER = Date.parse("2026-11-25T23:05:09Z");
const SUMMER = Date.parse("2026-07-01T10:00:00Z");

describe("a time in words", () => {
  it("is Paris's, and says so", () => {
    expect(clockTime(WINTER)).toEqual({ en: "00:05 (Paris time)", fr: "00:05 (heure de Paris)" });
    expect(clockTime(SUMMER).en).toBe("12:00 (Paris time)");
    expect(dateAndTime(WINTER)).toEqual({
      en: "26 Nov 2026, 00:05 (Paris time)",
      fr: "26 nov. 2026, 00:05 (heure de Paris)",
    });
    expect(moment(WINTER).en).toBe("26 Nov 2026, 00:05:09 (Paris time)");
    expect(longDateAndTime(WINTER).fr).toBe("26 novembre 2026 à 00:05 (heure de Paris)");
  });

  it("is a calendar day, wherever it is read", () => {
    expect(longDay("2026-11-25")).toEqual({ en: "25 November 2026", fr: "25 novembre 2026" });
    expect(longDay("some day")).toEqual({ en: "some day", fr: "some day" });
  });

  it("does not follow the machine's zone", () => {
    const script = `console.log(require("./cli/command/times.ts").dateAndTime(${WINTER}).en)`;
    const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], {
      cwd: ROOT,
      env: { ...process.env, TZ: "Pacific/Auckland" },
      encoding: "utf8",
    });
    expect(stdout.trim()).toBe("26 Nov 2026, 00:05 (Paris time)");
  });

  it("is worded here alone", () => {
    const scripts = path.join(ROOT, "scripts");
    const others = readdirSync(scripts, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== path.join("command", "times.ts"))
      .filter((file) =>
        /Intl\.DateTimeFormat|toLocale(?:Date|Time)String|\.get(?:Hours|Date|Day|Month|FullYear)\(/.test(
          readFileSync(path.join(scripts, file), "utf8"),
        ),
      );
    expect(others).toEqual([]);
  });
});
