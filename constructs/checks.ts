/** Rules that stacks share with constructs. */
export { checkDifferent, checkProperties, type KnownProperties } from "../piste/application";
export { checkName } from "../piste/names";
