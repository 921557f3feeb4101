/** Synthesizes an application and returns its alarms. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import * as v from "valibot";
import { PisteApplication } from "../../constructs";
import type { Environment } from "../../piste/environments";
import { DEFAULT_ACCOUNT, DEFAULT_APPLICATION } from "../../piste/names";
import type { DeployedAlarm } from "../../simulation/alarmed-history";
import { alarmSchema } from "../../simulation/alarms";
import { LOCAL } from "./folders";

const stackSchema = v.object({
  resource: v.object({ aws_cloudwatch_metric_alarm: v.record(v.string(), alarmSchema) }),
});

/** Existing topics, so that alarms contain their ARNs. */
const PAGE = "arn:aws:sns:eu-west-3:123456789012:page";
const INFORM = "arn:aws:sns:eu-west-3:123456789012:inform";

export function synthesizedAlarms(environment: Environment): DeployedAlarm[] {
  mkdirSync(LOCAL, { recursive: true });
  const output = mkdtempSync(path.join(LOCAL, "synth-"));
  try {
    const app = new App({ outdir: output });
    const stack = new TerraformStack(app, environment);
    new AwsProvider(stack, "Aws", { region: "eu-west-3" });
    new PisteApplication(stack, "application", {
      environment,
      name: DEFAULT_APPLICATION,
      technicalAccounts: [
        { name: DEFAULT_ACCOUNT, structure: { identifier: "12345678200010", identifierType: "SIRET" } },
      ],
      connectionCheck: true,
      landingZone: { pageTopicArns: [PAGE], informTopicArns: [INFORM] },
    });
    app.synth();
    const json: unknown = JSON.parse(readFileSync(path.join(output, "stacks", environment, "cdk.tf.json"), "utf8"));
    const { resource } = v.parse(stackSchema, json);
    const definitions = Object.values(resource.aws_cloudwatch_metric_alarm);
    definitions.sort((one, other) => (one.alarm_name < other.alarm_name ? -1 : 1));
    return definitions.map((definition) => ({
      definition,
      pages: definition.alarm_actions.includes(PAGE),
    }));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
