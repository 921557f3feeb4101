/** A change that the portal would refuse; the message names field, rule and value. */
export class PortalRefusal extends Error {
  override readonly name = "PortalRefusal";
}
