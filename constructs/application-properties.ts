/** The properties of a PisteApplication: a stack that runs without type-checking would lose a misspelt one in silence. */
import { checkProperties, type KnownProperties } from "../piste/application";
import { REFRESHER_OPTIONS } from "./functions/refresher-options";
import type { PisteApplicationProps } from "./piste-application";

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
  pageTopicArn: true,
  informTopicArn: true,
  alarmEmails: true,
  alarmKeyArn: true,
  omittedAlarms: true,
  connectionCheck: true,
  recoveryWindowInDays: true,
  encryptionKeyArn: true,
  tags: true,
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
