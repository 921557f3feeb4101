import {
  checkRefreshSettings,
  DEFAULT_REFRESH_SETTINGS,
  type RefreshSettings,
} from "../../../lambda/token-refresh/contract";
import { checkKnown } from "../known-at-synth";

/** Timing of the token's refresh. */
export interface RefresherOptions {
  /**
   * How long PISTE may be unavailable while consumers still find a valid token, in minutes: 0 to 41 minus
   * `reserveInMinutes`, so at most 36 by default. The one number to set.
   * @default 30
   */
  readonly outageToleranceInMinutes?: number;
  /**
   * How long a consumer may cache a token, in minutes: 1 to 30.
   * @default 5
   */
  readonly reserveInMinutes?: number;
}

/** @throws Error naming the prop, the rule and the value. */
export function settingsOf(props: RefresherOptions): RefreshSettings {
  const settings = {
    outageToleranceInMinutes: props.outageToleranceInMinutes ?? DEFAULT_REFRESH_SETTINGS.outageToleranceInMinutes,
    reserveInMinutes: props.reserveInMinutes ?? DEFAULT_REFRESH_SETTINGS.reserveInMinutes,
  };
  for (const [property, value] of Object.entries(settings)) {
    checkKnown(property, value);
  }
  checkRefreshSettings(settings);
  return settings;
}
