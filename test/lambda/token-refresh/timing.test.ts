import { describe, expect, it } from "@jest/globals";
import {
  checkRefreshSettings,
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  FUNCTION_TIMEOUT_IN_SECONDS,
  highestOutageToleranceInMinutes,
  lapsingWhenSecondsLeft,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  TICK_DEADLINE_IN_SECONDS,
  type RefreshSettings,
} from "../../../lambda/token-refresh/timing";

const settings = (changes: Partial<RefreshSettings> = {}): RefreshSettings => ({
  ...DEFAULT_REFRESH_SETTINGS,
  ...changes,
});
const checking = (changes: Partial<RefreshSettings>) => (): void => {
  checkRefreshSettings(settings(changes));
};

const TOKEN_LIFETIME = 3600;
const MINUTE = 60;

describe("the default settings", () => {
  it("tolerate an outage of 30 minutes and leave 5 to a consumer", () => {
    expect(DEFAULT_REFRESH_SETTINGS).toEqual({ outageToleranceInMinutes: 30, reserveInMinutes: 5 });
    expect(checking({})).not.toThrow();
  });

  it("refresh a 60-minute token after about 20 minutes", () => {
    // Tolerance, reserve, 2 ticks, 2 minutes of EventBridge Scheduler's precision, the tick's deadline.
    expect(dueWhenSecondsLeft(settings())).toBe((30 + 5 + 2 + 2) * MINUTE + 20);
    expect(TOKEN_LIFETIME - dueWhenSecondsLeft(settings())).toBe(20 * MINUTE + 40);
  });

  it("count a token as lapsing if its reserve would end by the next tick", () => {
    expect(lapsingWhenSecondsLeft(settings())).toBe((5 + 1 + 1) * MINUTE + 20);
  });

  it("leave the function time for a write after PISTE's last answer", () => {
    expect(FUNCTION_TIMEOUT_IN_SECONDS).toBeGreaterThanOrEqual(TICK_DEADLINE_IN_SECONDS + 6);
  });
});

describe("each setting", () => {
  it.each([
    ["outageToleranceInMinutes", MINUTE, 0],
    ["reserveInMinutes", MINUTE, MINUTE],
  ] as const)("%s moves the refresh by %d seconds and the lapse by %d for each minute", (key, due, lapsing) => {
    const raised = settings({ [key]: DEFAULT_REFRESH_SETTINGS[key] + 1 });
    expect(dueWhenSecondsLeft(raised) - dueWhenSecondsLeft(settings())).toBe(due);
    expect(lapsingWhenSecondsLeft(raised) - lapsingWhenSecondsLeft(settings())).toBe(lapsing);
  });
});

describe("the write limit", () => {
  it("is Secrets Manager's 100 versions in 24 hours, with a write's delay", () => {
    expect(100 * SHORTEST_WRITE_INTERVAL_IN_SECONDS).toBeGreaterThanOrEqual(24 * 3600 + TICK_DEADLINE_IN_SECONDS);
    expect(SHORTEST_WRITE_INTERVAL_IN_SECONDS).toBe(865);
  });
});

describe("the highest tolerance", () => {
  it("is 36 minutes with the defaults", () => {
    expect(highestOutageToleranceInMinutes(settings())).toBe(36);
  });

  it.each([{}, { reserveInMinutes: 1 }, { reserveInMinutes: 30 }])(
    "is accepted with %j; a minute more is refused with the maximum",
    (changes) => {
      const highest = highestOutageToleranceInMinutes(settings(changes));
      const works = settings({ ...changes, outageToleranceInMinutes: highest });
      expect(checking(works)).not.toThrow();
      expect(TOKEN_LIFETIME - dueWhenSecondsLeft(works)).toBeGreaterThanOrEqual(SHORTEST_WRITE_INTERVAL_IN_SECONDS);

      const tooHigh = settings({ ...changes, outageToleranceInMinutes: highest + 1 });
      expect(TOKEN_LIFETIME - dueWhenSecondsLeft(tooHigh)).toBeLessThan(SHORTEST_WRITE_INTERVAL_IN_SECONDS);
      expect(checking(tooHigh)).toThrow(
        new Error(`outageToleranceInMinutes must be at most ${highest} for a 60-minute token, got ${highest + 1}`),
      );
    },
  );
});

describe("settings that are not whole numbers in range", () => {
  it.each([
    ["reserveInMinutes", 0, "1 to 30"],
    ["reserveInMinutes", 31, "1 to 30"],
    ["reserveInMinutes", 2.5, "1 to 30"],
    ["outageToleranceInMinutes", -1, "0 to 36"],
    ["outageToleranceInMinutes", 29.5, "0 to 36"],
    ["outageToleranceInMinutes", Number.NaN, "0 to 36"],
  ] as const)("are refused: %s = %d", (key, value, range) => {
    expect(checking({ [key]: value })).toThrow(new Error(`${key} must be a whole number from ${range}, got ${value}`));
  });

  it("are accepted at the ends of the range", () => {
    expect(checking({ outageToleranceInMinutes: 0 })).not.toThrow();
    expect(checking({ reserveInMinutes: 30, outageToleranceInMinutes: 0 })).not.toThrow();
  });
});
