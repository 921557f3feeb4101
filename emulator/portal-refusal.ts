/** A change that the portal's form would not take; its message names the field, the rule and the value. */
export class PortalRefusal extends Error {
  override readonly name = "PortalRefusal";
}
