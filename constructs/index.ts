/** The package's constructs and their types. */
export * from "./access-token-secret";
export * from "./alarm-key";
export * from "./application-description";
export { TOKEN_ALARMS, type TokenAlarmName } from "../aws/alarms/alarms";
export type { Severity } from "../aws/alarms/alarm";
export * from "./alarm-topic";
export type { AlarmTopics } from "./internal/alarm-topics";
export * from "./client-credentials-secret";
export * from "./connection-check";
export {
  CredentialsAccessAlarm,
  type AccessAlarmOptions,
  type CredentialsAccessAlarmProps,
} from "./credentials-access-alarm";
export type { ApplicationAttributes, IPisteApplication } from "./internal/existing-application";
export type { BroughtInRoles, CertificateAuthority, FunctionNetwork, LandingZone } from "./landing-zone";
export * from "../aws/alarms/metric";
export type { SecretAttributes } from "./internal/secrets/imported-secret";
export type { SecretProps } from "./internal/secrets/piste-secret";
export type { IPisteSecret } from "./internal/secrets/secret-base";
export { NoSecretValues } from "./no-secret-values";
export type { PisteApplicationOptions, PisteApplicationProps } from "./internal/application-properties";
export * from "./piste-application";
export * from "./piste-dashboard";
export type { Protection } from "./protection";
export type { PolicyStatement, ResourcePolicyStatement } from "../aws/policy-statements";
export type { RefresherOptions } from "./internal/functions/refresher-options";
export type { Grantee, Role, RoleResource } from "./internal/role-grants";
export * from "./technical-account-secret";
export * from "./token-monitoring";
export * from "./token-refresher";
export type { RefreshSettings } from "../lambda/token-refresh/contract";
export type { ApplicationConfiguration, TechnicalAccountConfiguration } from "../piste/application";
export type { ApiEntry, ApiName, OwnApi } from "../piste/api-catalogue";
export type { Environment } from "../piste/environments";
export type { IdentifierType, StructureIdentifier } from "../piste/structure-identifier";
