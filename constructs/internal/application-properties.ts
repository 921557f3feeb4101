/** The properties of a PisteApplication and their rules, which also refuse misspelt names. */
import type { TokenAlarmName } from "../../aws/alarms/alarms";
import type { ApplicationConfiguration } from "../../piste/application";
import { checkBoolean, checkOptions, checkedElsewhere, type Rules } from "../../piste/options";
import { checkRoles, type AccessAlarmOptions } from "../credentials-access-alarm";
import type { LandingZone } from "../landing-zone";
import type { Protection } from "../protection";
import type { RefresherOptions } from "./functions/refresher-options";
import type { IPisteSecret } from "./secrets/secret-base";

/** Options of a PisteApplication. */
export interface PisteApplicationOptions extends RefresherOptions {
  /**
   * Existing client credentials: another application's, for a second scope of it, or imported with
   * `ClientCredentialsSecret.fromSecretName` or `fromSecretArn`.
   * @default - a new secret
   */
  readonly clientCredentials?: IPisteSecret;
  /**
   * Whether to call each API with each technical account four times a day, read-only, and to raise an alarm that names
   * the cause of a refusal. It never sends a refused password twice, and renews an unknown token once before it reports
   * it. In prod it sends no made-up login, so it cannot tell whether the API or the account caused a 403: `npx piste
   * doctor prod --probe` can.
   * @default false
   */
  readonly connectionCheck?: boolean;
  /**
   * E-mail addresses for the topics that are created if the landing zone has none. Each address must confirm once:
   * docs/alarm-delivery.md#confirm-an-address.
   * @default - none
   */
  readonly alarmEmails?: string[];
  /**
   * Alarms to leave out, by their short names: docs/runbooks/README.md.
   * @default - none
   */
  readonly omittedAlarms?: TokenAlarmName[];
  /**
   * `true`, or `{ deployerRoleArns?, expectedReaderArns? }`: raises an alarm at once when anyone but the refresher
   * reads the client credentials, or changes who can. It requires a CloudTrail trail:
   * SECURITY.md#see-who-reads-the-client-credentials.
   * @default false
   */
  readonly accessAlarm?: boolean | AccessAlarmOptions;
  /**
   * Protection of its secrets beyond IAM: docs/configuration.md#protection.
   * @default - depends on the environment
   */
  readonly protection?: Protection;
  /**
   * Company-wide settings: docs/landing-zone.md.
   * @default - none
   */
  readonly landingZone?: LandingZone;
}

export interface PisteApplicationProps extends ApplicationConfiguration, PisteApplicationOptions {}

/** `stacks/` uses these too, except for the properties that it sets. */
export const APPLICATION_RULES: Rules<PisteApplicationProps> = {
  environment: checkedElsewhere,
  name: checkedElsewhere,
  pisteApplicationName: checkedElsewhere,
  scope: checkedElsewhere,
  apis: checkedElsewhere,
  technicalAccounts: checkedElsewhere,
  outageToleranceInMinutes: checkedElsewhere,
  reserveInMinutes: checkedElsewhere,
  clientCredentials: checkedElsewhere,
  connectionCheck: checkBoolean,
  alarmEmails: checkedElsewhere,
  omittedAlarms: checkedElsewhere,
  accessAlarm: checkAccessAlarm,
  protection: checkedElsewhere,
  landingZone: checkedElsewhere,
};

export function checkAccessAlarm(property: string, options: boolean | AccessAlarmOptions): void {
  if (typeof options === "boolean") return;
  checkOptions(property, options, { deployerRoleArns: checkRoles, expectedReaderArns: checkRoles });
}

export function accessAlarmOf(option: boolean | AccessAlarmOptions = false): AccessAlarmOptions | undefined {
  if (typeof option === "object") return option;
  return option ? {} : undefined;
}

/** @throws Error naming the unknown property and the nearest known one, never the value. */
export const checkApplicationProperties = (props: PisteApplicationProps): void => {
  checkOptions("", props, APPLICATION_RULES);
};
