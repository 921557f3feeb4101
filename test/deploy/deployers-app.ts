/**
 * Both environments for the test of the deployer's policy, with their state in a bucket and encrypted alarms in qualif.
 * PISTE_TEST_CHANGED=1 changes every attribute that can change, and enables every option.
 */
import { App, Aspects, TerraformResource, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import type { EnvironmentConfiguration } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { addStateStacks } from "../../stacks/state-stack";
import { accounts, SECRETS_KEY } from "../iam/everything";

const state = { bucket: "test-terraform-state" };
const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";

const made: EnvironmentConfiguration = {
  ...qualif,
  alarmEmails: ["equipe-facturation@exemple.fr"],
  encryptAlarms: true,
  accessAlarm: true,
  landingZone: { tags: { team: "billing" } },
  // The emulator sets a log group's key only at creation.
  applications: qualif.applications.map((each) => ({ ...each, landingZone: { encryptionKeyArn: SECRETS_KEY } })),
  state,
};
const changed: EnvironmentConfiguration = {
  ...made,
  applications: made.applications.map((application) => ({
    ...application,
    connectionCheck: true,
    landingZone: { ...application.landingZone, permissionsBoundaryArn: BOUNDARY, logRetentionInDays: 30 },
    technicalAccounts: accounts("default", "lyon"),
    apis: ["chorus-pro-factures"],
    omittedAlarms: ["piste-degraded"],
  })),
  alarmEmails: ["equipe-compta@exemple.fr"],
  protection: { guardRails: true },
  landingZone: { tags: { "cost-center": "1" } },
};

const DESCRIBED = [
  "aws_cloudwatch_event_rule",
  "aws_secretsmanager_secret",
  "aws_iam_role",
  "aws_lambda_function",
  "aws_scheduler_schedule",
  "aws_ssm_parameter",
  "aws_kms_key",
];

/** Changes descriptions, code and trust policies, as another version of this package may. */
class AnotherVersion implements IAspect {
  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node)) return;
    const type = node.terraformResourceType;
    if (DESCRIBED.includes(type)) node.addOverride("description", "of another version");
    if (type === "aws_lambda_function") {
      node.addOverride("source_code_hash", "b3RoZXI=");
      node.addOverride("memory_size", 512);
    }
    if (type === "aws_iam_role") {
      const { assumeRolePolicyInput = "" } = node as { readonly assumeRolePolicyInput?: string };
      node.addOverride("assume_role_policy", assumeRolePolicyInput.replace('"Version"', '"Id":"other","Version"'));
    }
    if (type === "aws_sns_topic") node.addOverride("display_name", "other");
    if (type === "aws_kms_key") node.addOverride("deletion_window_in_days", 10);
  }
}

const isChanged = process.env["PISTE_TEST_CHANGED"] === "1";
const app = new App();
const configuration = isChanged ? changed : made;
new PisteStack(app, "qualif", configuration);
new PisteStack(app, "prod", { ...prod, state });
addStateStacks(app, { qualif: configuration, prod: { ...prod, state } });
if (isChanged) for (const stack of app.node.children) Aspects.of(stack).add(new AnotherVersion());
app.synth();
