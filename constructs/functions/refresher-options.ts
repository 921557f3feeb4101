import { Token } from "cdktf";
import {
  checkRefreshSettings,
  DEFAULT_REFRESH_SETTINGS,
  type RefreshSettings,
} from "../../lambda/token-refresh/contract";
import type { KnownProperties } from "../../piste/application";
import type { FunctionOptions } from "./function-options";

/** How the token is kept and the function is run; all optional. */
export interface RefresherOptions extends FunctionOptions {
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
  /**
   * How often the refresher looks, in minutes.
   * @default 1
   */
  readonly tickInMinutes?: number;
}

/** @throws Error naming the prop, the rule and the value. */
export function settingsOf(props: RefresherOptions): RefreshSettings {
  const settings = {
    outageToleranceInMinutes: props.outageToleranceInMinutes ?? DEFAULT_REFRESH_SETTINGS.outageToleranceInMinutes,
    reserveInMinutes: props.reserveInMinutes ?? DEFAULT_REFRESH_SETTINGS.reserveInMinutes,
    tickInMinutes: props.tickInMinutes ?? DEFAULT_REFRESH_SETTINGS.tickInMinutes,
  };
  for (const [property, value] of Object.entries(settings)) {
    if (Token.isUnresolved(value)) throw new Error(`${property} must be known at synth, got a reference`);
  }
  checkRefreshSettings(settings);
  return settings;
}

/** What any function has. The role that was brought in for one is not for another. */
type AnyFunctionOptions = Omit<FunctionOptions, "role" | "tags">;
const OF_ANY_FUNCTION: KnownProperties<AnyFunctionOptions> = {
  runtime: true,
  memorySizeInMegabytes: true,
  logRetentionInDays: true,
  permissionsBoundaryArn: true,
  rolePath: true,
  network: true,
};
/** What a refresher has, and a shared one for all its applications. */
export const REFRESHER_OPTIONS: KnownProperties<Omit<RefresherOptions, "tags">> = {
  outageToleranceInMinutes: true,
  reserveInMinutes: true,
  tickInMinutes: true,
  role: true,
  ...OF_ANY_FUNCTION,
};

/** What is left for the refresher where another function takes the options that any function has. */
export function withoutFunctionOptions<T extends RefresherOptions>(options: T): Omit<T, keyof AnyFunctionOptions> {
  return Object.fromEntries(Object.entries(options).filter(([option]) => !(option in OF_ANY_FUNCTION))) as Omit<
    T,
    keyof AnyFunctionOptions
  >;
}

/** @throws Error naming the option of an application that its shared refresher has for all. */
export function checkLeftToShared(application: string, options: RefresherOptions): void {
  const set = (Object.keys(REFRESHER_OPTIONS) as (keyof typeof REFRESHER_OPTIONS)[]).find(
    (option) => options[option] !== undefined,
  );
  if (set !== undefined) {
    throw new Error(`${set} must be set on the shared refresher, for all its applications, got it for ${application}`);
  }
}
