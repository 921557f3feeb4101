/** Rules that stacks share with constructs. */
export { checkDifferent } from "../piste/application";
