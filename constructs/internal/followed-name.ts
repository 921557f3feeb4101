import { Lazy, type TerraformResource } from "cdktf";

/**
 * The resource's name at synth, after Aspects and overrides. It is plain text, not a reference, so that a resource on
 * which the named one depends can contain it too.
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
