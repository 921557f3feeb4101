/** Rules and names that stacks share with constructs. */
export { checkBoolean, checkDifferent, checkProperties, type KnownProperties } from "../piste/application";
export { ENVIRONMENTS, isProduction } from "../piste/environments";
export { checkName, environmentResourceName, stateKey } from "../piste/names";
export { checkGuardRails } from "./secrets/guard-rails";
