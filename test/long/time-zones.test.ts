import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { dateAndTime } from "../../cli/command/times";
import { dayInParis, daysLeft, parseDay } from "../../piste/password-age";

const ROOT = path.resolve(__dirname, "../..");

const MODULES = { daysLeft, dayInParis, parseDay, dateAndTime };

/** Every hour around the change to summer time. Runs in another process too, so it uses nothing outside. */
function hours(modules: typeof MODULES): unknown[] {
  const [first, last, hour] = [Date.parse("2026-03-20T00:00:00Z"), Date.parse("2026-04-10T00:00:00Z"), 3_600_000];
  const changed = modules.parseDay("2026-01-01") ?? 0;
  return Array.from({ length: (last - first) / hour }, (_, index) => first + index * hour).map((now) => [
    modules.daysLeft(changed, 424, now),
    modules.dayInParis(now),
    modules.dateAndTime(now),
  ]);
}

it.each([
  ["Asia/Tokyo", 9],
  ["America/Los_Angeles", 16],
])("days and times are those of Paris in %s too", (zone, hourAtEpoch) => {
  const script = `
    const modules = { ...require("./piste/password-age.ts"), ...require("./cli/command/times.ts") };
    ${hours.toString()}
    console.log(JSON.stringify([new Date(0).getHours(), hours(modules)]));`;
  const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "--eval", script], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, TZ: zone, LANG: "ar_EG.UTF-8", LC_ALL: "ar_EG.UTF-8" },
  });
  expect(JSON.parse(stdout)).toEqual([hourAtEpoch, hours(MODULES)]);
});
