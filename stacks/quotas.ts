/**
 * Warns at synth when a stack exceeds AWS's default quotas. A warning only, since AWS may have raised them for the
 * account.
 */
import { Annotations, TerraformResource, type TerraformStack } from "cdktf";

/** AWS raises them on request; docs/constructs.md#aws-quotas links the pages. */
const DEFAULT_QUOTAS: Readonly<Record<string, { readonly quota: number; readonly called: string }>> = {
  aws_iam_role: { quota: 1_000, called: "IAM roles" },
  aws_scheduler_schedule_group: { quota: 500, called: "schedule groups of EventBridge Scheduler" },
  aws_ssm_parameter: { quota: 10_000, called: "standard SSM parameters" },
};

export function warnOfQuotas(stack: TerraformStack): void {
  const counts = new Map<string, number>();
  for (const each of stack.node.findAll()) {
    if (!TerraformResource.isTerraformResource(each)) continue;
    const { terraformResourceType: type } = each;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  for (const [type, { quota, called }] of Object.entries(DEFAULT_QUOTAS)) {
    const count = counts.get(type) ?? 0;
    if (count <= quota) continue;
    Annotations.of(stack).addWarning(
      `${stack.node.id} has ${count} ${called}, but AWS's default quota is ${quota} per account: request more in ` +
        "Service Quotas first, or deploy to more accounts. See docs/constructs.md#aws-quotas",
    );
  }
}
