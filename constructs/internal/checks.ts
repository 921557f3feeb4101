/** Rules and names that stacks share with constructs. */
export { checkAccountId, checkBucket, checkRegion, DEFAULT_REGION } from "../../aws/checks";
export { checkBoolean, checkDifferent, checkProperties, type KnownProperties } from "../../piste/application";
export { ENVIRONMENTS, isProduction } from "../../piste/environments";
export { checkName } from "../../piste/names";
export { DEPLOYERS_KEY_TAG, environmentResourceName, stateKey } from "../../aws/names";
export { policyDocument, type ResourcePolicyStatement } from "../../aws/policy-statements";
export { checkGuardRails } from "./secrets/guard-rails";
