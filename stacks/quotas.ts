/** What a stack has much of, and AWS gives an account little of: said at synth, since an account may have been given more. */
import { Annotations, TerraformResource, type TerraformStack } from "cdktf";

/** AWS's defaults, which it raises on request: docs/constructs.md#aws-quotas has the pages that say so. */
const DEFAULT_QUOTAS: Readonly<Record<string, { readonly quota: number; readonly called: string }>> = {
  aws_iam_role: { quota: 1_000, called: "IAM roles" },
  aws_scheduler_schedule_group: { quota: 500, called: "schedule groups of EventBridge Scheduler" },
  aws_ssm_parameter: { quota: 10_000, called: "standard SSM parameters" },
};

/** Warns of what another account would not have. */
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
      `${stack.node.id} has ${count} ${called}, and AWS gives an account ${quota} unless it is asked for more: ask in ` +
        "Service Quotas first, or deploy to more accounts. See docs/constructs.md#aws-quotas",
    );
  }
}
