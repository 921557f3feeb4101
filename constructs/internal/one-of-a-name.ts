/** Two applications of one name would fail in AWS, one resource after the other, half deployed, or overwrite each other. */
import { TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { ownAccount, ownRegion } from "./role-grants";

const takenIn = new WeakMap<TerraformStack, Map<string, string>>();

/** @throws Error when the stack has an application of that environment and name already, naming both places. */
export function takeName(scope: Construct, environment: string, application: string): void {
  const stack = TerraformStack.of(scope);
  const taken = takenIn.get(stack) ?? new Map<string, string>();
  takenIn.set(stack, taken);
  const key = `${environment}/${application}`;
  const before = taken.get(key);
  if (before !== undefined) {
    throw new Error(
      `name must be of one application of ${environment} in a stack, got ${JSON.stringify(application)} at ` +
        `${before} and at ${scope.node.path}; give the second another name or, in another account or region, a ` +
        "stack of its own, or take it by fromApplicationName",
    );
  }
  taken.set(key, scope.node.path);
}

interface Place {
  readonly region: string;
  readonly path: string;
}

/** By the app. */
const prefixesIn = new WeakMap<IConstruct, Map<string, Place>>();

/**
 * Names of roles and dashboards are global in an account, as are policies of a role that two regions share.
 *
 * @throws Error when another region of the account has an application of that environment, name and prefix in this app.
 */
export function takePrefix(scope: Construct, environment: string, application: string, prefix?: string): void {
  const [account, region] = [ownAccount(scope), ownRegion(scope)];
  if (account === undefined || region === undefined) return;
  const taken = prefixesIn.get(scope.node.root) ?? new Map<string, Place>();
  prefixesIn.set(scope.node.root, taken);
  const key = [account, environment, application, prefix].join("/");
  const before = taken.get(key);
  if (before !== undefined && before.region !== region) {
    throw new Error(
      `landingZone.namePrefix must be another one in each region of an account, got ${JSON.stringify(prefix ?? "none")} for ` +
        `${application} (${environment}) in ${before.region}, at ${before.path}, and in ${region}, at ${scope.node.path}`,
    );
  }
  taken.set(key, { region, path: scope.node.path });
}
