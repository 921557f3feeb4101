/** The properties of a PisteApplication, and a check of their names: without type-checking a misspelt one would be lost. */
import type { TokenAlarmName } from "../../aws/alarms/alarms";
import { checkProperties, type ApplicationConfiguration, type KnownProperties } from "../../piste/application";
import { REFRESHER_OPTIONS, type RefresherOptions } from "./functions/refresher-options";
import type { ReadingGuardOptions } from "./secrets/guard-rails";
import type { RecoverableSecretOptions } from "./secrets/piste-secret";
import type { IPisteSecret } from "./secrets/secret-base";

/** What a PISTE application is made with beyond what it is. */
export interface PisteApplicationOptions extends RecoverableSecretOptions, ReadingGuardOptions, RefresherOptions {
  /**
   * The token secret that exists, under the name that consumers find it by.
   * @default - one that is made
   */
  readonly accessToken?: IPisteSecret;
  /**
   * Secrets of technical accounts that exist, under their names, by the account's name.
   * @default - all are made
   */
  readonly technicalAccountSecrets?: { readonly [account: string]: IPisteSecret };
  /**
   * The client credentials of another application, for a second scope of it.
   * @default - a secret of its own
   */
  readonly clientCredentials?: IPisteSecret;
  /**
   * E-mail addresses for the topics of its own, which are made where the landing zone brings none in.
   * @default - nobody
   */
  readonly alarmEmails?: string[];
  /**
   * Alarms that are not wanted, by their names.
   * @default - none: all are made
   */
  readonly omittedAlarms?: TokenAlarmName[];
  /**
   * Whether somebody is told when anybody but the refresher reads the client credentials, or changes who can: see
   * `CredentialsAccessAlarm`, which also says what a topic that was brought in needs.
   * @default false
   */
  readonly accessAlarm?: boolean;
  /**
   * For `accessAlarm`: the IAM roles that deploy, whose changes are expected. `*` stands for any characters.
   * @default - none: each deployment that changes the function or the secret raises the alarm
   */
  readonly deployerRoleArns?: string[];
  /**
   * For `accessAlarm`: IAM roles that read the client credentials with rights of their own, such as another stack's
   * refresher. Roles with `grantRead` of this stack are known.
   * @default - none
   */
  readonly expectedReaderArns?: string[];
  /**
   * Whether to check a few times a day that its APIs and technical accounts are not refused.
   * @default false
   */
  readonly connectionCheck?: boolean;
}

export interface PisteApplicationProps extends ApplicationConfiguration, PisteApplicationOptions {}

const PROPERTIES: KnownProperties<PisteApplicationProps> = {
  environment: true,
  name: true,
  pisteApplicationName: true,
  scope: true,
  apis: true,
  technicalAccounts: true,
  accessToken: true,
  technicalAccountSecrets: true,
  clientCredentials: true,
  alarmEmails: true,
  omittedAlarms: true,
  accessAlarm: true,
  deployerRoleArns: true,
  expectedReaderArns: true,
  connectionCheck: true,
  recoveryWindowInDays: true,
  landingZone: true,
  guardRails: true,
  organizationId: true,
  refuseDeletion: true,
  breakGlassPrincipalArns: true,
  ...REFRESHER_OPTIONS,
};

/** @throws Error naming the unknown property, never its value, and the known ones. */
export const checkApplicationProperties = (props: PisteApplicationProps): void => {
  checkProperties("the application", props, PROPERTIES);
};
