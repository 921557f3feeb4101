import { describe, expect, it } from "@jest/globals";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { synthesizeApp } from "../constructs/synthesize";
import { FIXTURE, readStack } from "../upgrade/fixture";

/** What Terraform cannot change in place: with another name a resource is made anew. */
const NAMES = ["name", "function_name", "alarm_name", "dashboard_name", "group_name"];

describe.each([
  ["qualif", qualif],
  ["prod", prod],
] as const)("%s as it was deployed before", (environment, configuration) => {
  const before = readStack(FIXTURE, environment).resource;
  const now = synthesizeApp((app) => {
    new PisteStack(app, environment, configuration);
  })[environment];

  it.each(Object.entries(before))("keeps each %s under its id and its name", (type, resources) => {
    const identity = (resource: Readonly<Record<string, unknown>> | undefined): unknown =>
      resource && NAMES.map((name) => resource[name]);
    for (const [id, resource] of Object.entries(resources)) {
      expect({ id, identity: identity(now?.json.resource?.[type]?.[id]) }).toEqual({
        id,
        identity: identity(resource),
      });
    }
  });
});
