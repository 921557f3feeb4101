/** The properties of a PisteApplication, each with its rule: without type-checking a misspelt one would be lost. */
import type { TokenAlarmName } from "../../aws/alarms/alarms";
import type { ApplicationConfiguration } from "../../piste/application";
import { checkBoolean, checkOptions, judgedElsewhere, type Rules } from "../../piste/options";
import { checkRoles, type AccessAlarmOptions } from "../credentials-access-alarm";
import type { LandingZone } from "../landing-zone";
import type { Protection } from "../protection";
import type { RefresherOptions } from "./functions/refresher-options";
import type { IPisteSecret } from "./secrets/secret-base";

/** What a PISTE application is made with beyond what it is. */
export interface PisteApplicationOptions extends RefresherOptions {
  /**
   * Client credentials that exist: of another application, for a second scope of it, or imported by
   * `ClientCredentialsSecret.fromSecretName` and `fromSecretArn`.
   * @default - a secret of its own
   */
  readonly clientCredentials?: IPisteSecret;
  /**
   * Whether to call each API and technical account four times a day, changing nothing, and to raise an alarm that says whose
   * a refusal is. A refused password is never sent twice, and a token that the gateway does not know is renewed once before
   * anybody is told. In prod it never sends a made-up login, so it cannot tell whether a 403 is the API's or the
   * account's: `npx piste doctor prod --probe` can.
   * @default false
   */
  readonly connectionCheck?: boolean;
  /**
   * E-mail addresses for the topics that are made where the landing zone brings none in; each address has to
   * confirm once: docs/alarm-delivery.md#confirm-an-address.
   * @default - nobody
   */
  readonly alarmEmails?: string[];
  /**
   * Alarms that are not wanted, by their short names: docs/runbooks/README.md.
   * @default - none: all are made
   */
  readonly omittedAlarms?: TokenAlarmName[];
  /**
   * `true`, or `{ deployerRoleArns?, expectedReaderArns? }`: raises an alarm at once when anybody but the refresher reads the
   * client credentials, or changes who can. It needs a CloudTrail trail: SECURITY.md#see-who-reads-the-client-credentials.
   * @default false
   */
  readonly accessAlarm?: boolean | AccessAlarmOptions;
  /**
   * What guards its secrets beyond IAM: docs/configuration.md#protection.
   * @default - by the environment
   */
  readonly protection?: Protection;
  /**
   * What the company prescribes: docs/landing-zone.md.
   * @default - nothing
   */
  readonly landingZone?: LandingZone;
}

export interface PisteApplicationProps extends ApplicationConfiguration, PisteApplicationOptions {}

/** A new option has its rule here; `stacks/` takes all but those that it fills in. */
export const APPLICATION_RULES: Rules<PisteApplicationProps> = {
  environment: judgedElsewhere,
  name: judgedElsewhere,
  pisteApplicationName: judgedElsewhere,
  scope: judgedElsewhere,
  apis: judgedElsewhere,
  technicalAccounts: judgedElsewhere,
  outageToleranceInMinutes: judgedElsewhere,
  reserveInMinutes: judgedElsewhere,
  clientCredentials: judgedElsewhere,
  connectionCheck: checkBoolean,
  alarmEmails: judgedElsewhere,
  omittedAlarms: judgedElsewhere,
  accessAlarm: checkAccessAlarm,
  protection: judgedElsewhere,
  landingZone: judgedElsewhere,
};

export function checkAccessAlarm(property: string, options: boolean | AccessAlarmOptions): void {
  if (typeof options === "boolean") return;
  checkOptions(property, options, { deployerRoleArns: checkRoles, expectedReaderArns: checkRoles });
}

/** Undefined when it is not asked for. */
export function accessAlarmOf(option: boolean | AccessAlarmOptions = false): AccessAlarmOptions | undefined {
  if (typeof option === "object") return option;
  return option ? {} : undefined;
}

/** @throws Error naming the unknown property, never its value, and the nearest one. */
export const checkApplicationProperties = (props: PisteApplicationProps): void => {
  checkOptions("", props, APPLICATION_RULES);
};
