/** The generated parts of docs/reliability.md. */
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
import { table } from "./table";

/** The campaign that the page reports; the command gives the same result on any machine. */
export const REPORTED: CampaignOptions = { days: 30, runs: 200, seed: 2026 };

const SECONDS_PER_DAY = 24 * 60 * 60;
const TOLERANCES = [0, 15, 30, 36];

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

/** Without faults or late ticks. */
function writesADay(settings: RefreshSettings): number {
  return Math.floor(SECONDS_PER_DAY / (Math.ceil(ageWhenDue(settings) / TICK_IN_SECONDS) * TICK_IN_SECONDS));
}

function sumOfNumbers(): string {
  const { outageToleranceInMinutes, reserveInMinutes } = DEFAULT_REFRESH_SETTINGS;
  const due = dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
  return table(
    ["part", "time", "why"],
    [
      ["tolerance", duration(outageToleranceInMinutes * 60), "`outageToleranceInMinutes`"],
      ["reserve", duration(reserveInMinutes * 60), "`reserveInMinutes`: how long a consumer may cache a token"],
      ["two ticks", duration(2 * TICK_IN_SECONDS), "one that just missed the due moment, one that succeeds"],
      ["Scheduler's precision", "2 min", "EventBridge Scheduler is precise to a minute, at both ends"],
      ["the tick's deadline", duration(TICK_DEADLINE_IN_SECONDS), "the last tick may take that long"],
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
    `Secrets Manager keeps 100 versions for a day, so two writes are at least ${SHORTEST_WRITE_INTERVAL_IN_SECONDS} s apart. ` +
    `This limits the tolerance to ${highestOutageToleranceInMinutes(DEFAULT_REFRESH_SETTINGS)} minutes; a higher one is refused at synth. ` +
    `Tokens that live for less than ${duration(shortestLifeInSeconds(DEFAULT_REFRESH_SETTINGS))} leave no tolerance: they are fetched as often as the limit allows.`
  );
}

function resultTable(campaign: Campaign): string {
  return table(
    [`\`npm run simulate -- --days ${campaign.days} --runs ${campaign.runs} --seed ${campaign.seed}\``, ""],
    [
      ["minutes simulated", count(campaign.minutes)],
      ["within tolerance", count(campaign.minutesWithinTolerance)],
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

/** Computed without a simulation. */
export function computedBlocks(): Record<string, string> {
  return {
    "sum of numbers": sumOfNumbers(),
    limits: limits(),
    "settings table": settingsTable(),
  };
}

/** The result of {@link REPORTED}. */
export function simulatedBlocks(campaign: Campaign): Record<string, string> {
  return { result: resultTable(campaign) };
}
