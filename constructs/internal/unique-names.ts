/** Two applications of one name would overwrite each other, or fail in AWS half-way through the deployment. */
import { TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { ownAccount, ownRegion } from "./role-grants";

const claimedIn = new WeakMap<TerraformStack, Map<string, string>>();

/** @throws Error naming both places, when the stack already has an application of that environment and name. */
export function claimName(scope: Construct, environment: string, application: string): void {
  const stack = TerraformStack.of(scope);
  const taken = claimedIn.get(stack) ?? new Map<string, string>();
  claimedIn.set(stack, taken);
  const key = `${environment}/${application}`;
  const before = taken.get(key);
  if (before !== undefined) {
    throw new Error(
      `name must be unique among applications of ${environment} in a stack, got ${JSON.stringify(application)} at ` +
        `${before} and at ${scope.node.path}; rename the second, or reference it with ` +
        "fromApplicationName; if it is in another account or region, give it a stack of its own",
    );
  }
  taken.set(key, scope.node.path);
}

interface Place {
  readonly region: string;
  readonly path: string;
}

/** Keyed by app. */
const prefixesIn = new WeakMap<IConstruct, Map<string, Place>>();

/**
 * Names of roles and dashboards are global in an account, as are policies of a role that two regions share.
 *
 * @throws Error when this app has an application of that environment, name and prefix in another region of the
 * account.
 */
export function claimPrefix(scope: Construct, environment: string, application: string, prefix?: string): void {
  const [account, region] = [ownAccount(scope), ownRegion(scope)];
  if (account === undefined || region === undefined) return;
  const taken = prefixesIn.get(scope.node.root) ?? new Map<string, Place>();
  prefixesIn.set(scope.node.root, taken);
  const key = [account, environment, application, prefix].join("/");
  const before = taken.get(key);
  if (before !== undefined && before.region !== region) {
    throw new Error(
      `landingZone.namePrefix must differ in each region of an account, got ${JSON.stringify(prefix ?? "none")} for ` +
        `${application} (${environment}) in ${before.region}, at ${before.path}, and in ${region}, at ${scope.node.path}`,
    );
  }
  taken.set(key, { region, path: scope.node.path });
}
