/** Two applications of one name in a stack would fail in AWS, one resource after the other, half deployed. */
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

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
        `${before} and at ${scope.node.path}; give the second another name, or take it by fromApplicationName`,
    );
  }
  taken.set(key, scope.node.path);
}
