/** Rules and names that stacks share with constructs. */
export { checkAccountId, checkBucket, checkRegion, DEFAULT_REGION, plainAccountId } from "../../aws/checks";
export {
  checkBoolean,
  checkDifferent,
  checkList,
  checkOptions,
  checkedElsewhere,
  type Rules,
} from "../../piste/options";
export { ENVIRONMENTS, isProduction } from "../../piste/environments";
export { checkName } from "../../piste/names";
export { DEPLOYERS_KEY_TAG, environmentResourceName, stateKey } from "../../aws/names";
export { policyDocument, type ResourcePolicyStatement } from "../../aws/policy-statements";
