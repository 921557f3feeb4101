import {
  checkRefreshSettings,
  DEFAULT_REFRESH_SETTINGS,
  type RefreshSettings,
} from "../../../lambda/token-refresh/contract";
import { checkKnown } from "../known-at-synth";

/** How the token is kept. */
export interface RefresherOptions {
  /**
   * How long PISTE may be out while consumers still find a valid token, in minutes. The one number to set; the
   * highest that works is named when it is too high.
   * @default 30
   */
  readonly outageToleranceInMinutes?: number;
  /**
   * For how long a consumer may keep a token it has read, in minutes.
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
