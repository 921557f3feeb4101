import { expect, it } from "@jest/globals";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { synthesizeApp } from "../constructs/synthesize";
import DEPLOYED from "./deployed.json";

/** Changing one of these attributes makes Terraform replace the resource, which would lose its contents. */
const NOT_CHANGED_IN_PLACE = [
  "name",
  "name_prefix",
  "path",
  "function_name",
  "alarm_name",
  "dashboard_name",
  "group_name",
  "role",
  "secret_arn",
  "type",
  "package_type",
  "log_group_class",
  "fifo_topic",
  "provider",
];

/**
 * deployed.json lists the deployed resources. A new resource is a new line. A changed or removed line is a resource
 * that each user's next deployment destroys, unless a `moved` block keeps it.
 */
it.each([
  ["qualif", qualif],
  ["prod", prod],
] as const)(
  "%s keeps every address, and every attribute that would replace a resource",
  (environment, configuration) => {
    const { [environment]: stack } = synthesizeApp((app) => {
      new PisteStack(app, environment, configuration);
    });
    const identities = Object.entries(stack?.json.resource ?? {}).flatMap(([type, resources]) =>
      Object.entries(resources).map(([id, resource]) => [
        `${type}.${id}`,
        NOT_CHANGED_IN_PLACE.filter((attribute) => attribute in resource)
          .map((attribute) => String(resource[attribute]))
          .join(" "),
      ]),
    );
    expect(Object.fromEntries(identities)).toEqual(DEPLOYED[environment]);
  },
);
