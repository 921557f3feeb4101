import { Lazy, type TerraformResource } from "cdktf";

/**
 * What a resource is called when the app is synthesized: an Aspect or an override may have changed its name by then. It
 * is the name itself and no reference, so that a resource which the named one depends on can have it too.
 */
export function followedName(resource: TerraformResource | (() => TerraformResource), attribute: string): string {
  const produce = (): string => nameNow(typeof resource === "function" ? resource() : resource, attribute);
  return Lazy.stringValue({ produce });
}

function nameNow(resource: TerraformResource, attribute: string): string {
  const { resource: types } = resource.toTerraform() as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  };
  return String(types[resource.terraformResourceType]?.[resource.friendlyUniqueId]?.[attribute]);
}
