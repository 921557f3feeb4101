/** Rules and names that stacks share with constructs. */
export { checkBoolean, checkDifferent, checkProperties, type KnownProperties } from "../piste/application";
export { checkName, environmentResourceName } from "../piste/names";
export { checkGuardRails } from "./guard-rails";
