/** A promise whose events the test gives minute by minute. */
import { DEFAULT_REFRESH_SETTINGS, type RefreshSettings } from "../../lambda/token-refresh/timing";
import { Promised, type StoredToken } from "../../simulation/promise";
import type { TickCondition } from "../../simulation/disturbances";
import { HOUR, MINUTE } from "./fixture";

/** A token written at that time, in milliseconds, with a correct record. */
export const aToken = (writtenAt: number, lifetime = HOUR): StoredToken => ({
  writtenAt,
  lifetime,
  end: writtenAt + lifetime,
  claimedEnd: writtenAt + lifetime,
});

export interface PromisedDay {
  readonly promised: Promised;
  /** A tick, without a refresh. */
  readonly tick: (minute: number, condition?: TickCondition, offer?: number) => void;
  /** Ticks of consecutive minutes, including the last. */
  readonly ticks: (from: number, to: number, condition: TickCondition, offer?: number) => void;
  /** A clear tick that stores a token. */
  readonly refresh: (minute: number, lifetime?: number) => void;
  /** Ends minutes, including the last. */
  readonly minutesEnd: (from: number, to: number) => void;
}

export function aPromisedDay(settings: Partial<RefreshSettings> = {}): PromisedDay {
  const promised = new Promised({ ...DEFAULT_REFRESH_SETTINGS, ...settings });
  const tick = (minute: number, condition: TickCondition = "clear", offer = HOUR): void => {
    promised.tickBegins(minute * MINUTE, condition, offer);
    if (condition === "clear") promised.clearTickEnds(minute * MINUTE);
  };
  return {
    promised,
    tick,
    ticks: (from, to, condition, offer) => {
      for (let minute = from; minute <= to; minute++) tick(minute, condition, offer);
    },
    refresh: (minute, lifetime = HOUR) => {
      promised.tickBegins(minute * MINUTE, "clear", lifetime);
      promised.tokenStored(minute * MINUTE, aToken(minute * MINUTE, lifetime));
      promised.clearTickEnds(minute * MINUTE);
    },
    minutesEnd: (from, to) => {
      for (let minute = from; minute <= to; minute++) promised.minuteEnds(minute * MINUTE);
    },
  };
}
