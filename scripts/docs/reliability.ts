/** The figures of docs/reliability.md. */
import {
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  highestOutageToleranceInMinutes,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  shortestLifeInSeconds,
  TICK_DEADLINE_IN_SECONDS,
  TICK_IN_SECONDS,
  type RefreshSettings,
} from "../../lambda/token-refresh/timing";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../../piste/token-endpoint";
import type { Campaign, CampaignOptions } from "../../simulation/campaign";
import { DISTRIBUTION } from "../../simulation/random-histories";
import { table } from "./table";

/** What the page reports; anyone gets the same with the same command. */
export const REPORTED: CampaignOptions = { days: 30, runs: 200, seed: 2026 };

const SECONDS_PER_DAY = 24 * 60 * 60;
const TOLERANCES = [0, 10, 20, 30, 36];

/** A time as the pages write it: `39 min 20 s`. */
function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([value, unit]) => (value === 0 ? [] : [`${value} ${unit}`])).join(" ") || "0 min";
}

const count = (value: number): string => value.toLocaleString("en-US");

function ageWhenDue(settings: RefreshSettings): number {
  return USUAL_TOKEN_LIFETIME_IN_MINUTES * 60 - dueWhenSecondsLeft(settings);
}

/** When nothing goes wrong and every tick comes on time. */
function writesADay(settings: RefreshSettings): number {
  return Math.floor(SECONDS_PER_DAY / (Math.ceil(ageWhenDue(settings) / TICK_IN_SECONDS) * TICK_IN_SECONDS));
}

function sumOfNumbers(): string {
  const { outageToleranceInMinutes, reserveInMinutes } = DEFAULT_REFRESH_SETTINGS;
  const due = dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
  return table(
    ["part", "time", "why"],
    [
      ["tolerance", duration(outageToleranceInMinutes * 60), "`outageToleranceInMinutes`, the one number you set"],
      ["reserve", duration(reserveInMinutes * 60), "`reserveInMinutes`, what a consumer may keep a token"],
      [
        "two ticks",
        duration(2 * TICK_IN_SECONDS),
        "the tick that just missed the due moment, and the one that succeeds",
      ],
      ["Scheduler's precision", "2 min", "EventBridge Scheduler comes within a minute, at both ends"],
      ["the tick's deadline", duration(TICK_DEADLINE_IN_SECONDS), "the last tick may use all of it"],
      [
        "**due with**",
        `**${duration(due)} left**`,
        `a ${USUAL_TOKEN_LIFETIME_IN_MINUTES}-minute token at the age of ${duration(ageWhenDue(DEFAULT_REFRESH_SETTINGS))}`,
      ],
    ],
  );
}

function settingsTable(): string {
  const rows = TOLERANCES.map((outageToleranceInMinutes) => {
    const settings = { ...DEFAULT_REFRESH_SETTINGS, outageToleranceInMinutes };
    return [`${outageToleranceInMinutes} min`, duration(ageWhenDue(settings)), writesADay(settings)];
  });
  return table(["tolerance", "refreshed at the age of", "writes a day"], rows);
}

function limits(): string {
  return (
    `Secrets Manager keeps 100 versions for a day, so there are at least ${SHORTEST_WRITE_INTERVAL_IN_SECONDS} s between two writes. ` +
    `The highest tolerance that this leaves: ${highestOutageToleranceInMinutes(DEFAULT_REFRESH_SETTINGS)} minutes. ` +
    `Tokens that live for less than ${duration(shortestLifeInSeconds(DEFAULT_REFRESH_SETTINGS))} leave none: they are fetched all the same, as often as the limit allows.`
  );
}

function resultTable(campaign: Campaign): string {
  return table(
    [`\`npm run simulate -- --days ${campaign.days} --runs ${campaign.runs} --seed ${campaign.seed}\``, ""],
    [
      ["minutes simulated", count(campaign.minutes)],
      ["of these within tolerance", count(campaign.minutesWithinTolerance)],
      ["**within tolerance without a valid token**", `**${count(campaign.minutesWithoutToken)}**`],
      ["**within tolerance with less than the reserve**", `**${count(campaign.minutesBelowReserve)}**`],
      ["beyond tolerance without a valid token", count(campaign.minutesWithoutTokenBeyondTolerance)],
      ["outages of the whole tolerance at the worst moment", count(campaign.wholeToleranceOutages)],
      ["of these survived", count(campaign.wholeToleranceOutagesSurvived)],
      ["refreshes", count(campaign.refreshes)],
      ["most versions in 24 hours", campaign.maxVersionsIn24Hours],
      ["most calls in a clock hour while rejected", campaign.maxCallsPerHourWhileRejected],
      ["the same with the token an hour gone", campaign.maxCallsPerHourAtSlowPace],
      ["unhandled errors", campaign.unhandledErrors],
    ],
  );
}

/** What follows from the code alone. */
export function computedBlocks(): Record<string, string> {
  return {
    "sum of numbers": sumOfNumbers(),
    limits: limits(),
    "settings table": settingsTable(),
    distribution: DISTRIBUTION.map((line) => `- ${line}`).join("\n"),
  };
}

/** What a campaign of {@link REPORTED} came to. */
export function simulatedBlocks(campaign: Campaign): Record<string, string> {
  return { result: resultTable(campaign) };
}
