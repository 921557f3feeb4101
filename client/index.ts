/** Exports for consumers' programs. */
export type { Environment } from "../piste/environments";
export type { PisteAnswer } from "./answer";
export { PisteCallError, PisteSecretError, type CallProblem, type Refusal, type SecretProblem } from "./errors";
export { fromExtension, type ExtensionOptions } from "./from-extension";
export { fromFiles } from "./from-files";
export { fromSecretsManager, type SecretsManagerOptions } from "./from-secrets-manager";
export type { PisteClientOptions } from "./options";
export { createPisteClient, type GetTokenOptions, type PisteClient } from "./piste-client";
export type { PisteRequest } from "./request";
export type { SecretSource, SecretValue } from "./secret-source";
