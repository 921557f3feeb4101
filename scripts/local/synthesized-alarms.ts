/** The alarms of an environment, as `main.ts` synthesizes them. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import type { Environment } from "../../piste/environments";
import type { DeployedAlarm } from "../../simulation/alarmed-history";
import { alarmSchema } from "../../simulation/alarms";
import { LOCAL, ROOT } from "./folders";

const stackSchema = v.object({
  resource: v.object({
    aws_cloudwatch_metric_alarm: v.record(v.string(), alarmSchema),
    aws_sns_topic: v.optional(v.record(v.string(), v.object({ name: v.string() })), {}),
  }),
});

/** How the name of the topic for pages ends. */
const PAGE_TOPIC = "-page";

export async function synthesizedAlarms(environment: Environment): Promise<DeployedAlarm[]> {
  mkdirSync(LOCAL, { recursive: true });
  const output = mkdtempSync(path.join(LOCAL, "synth-"));
  const run = (script: string, more: Record<string, string> = {}): Promise<unknown> =>
    promisify(execFile)(process.execPath, ["--import", "tsx", script], { cwd: ROOT, env: { ...process.env, ...more } });
  try {
    await run(path.join("scripts", "build-lambda.ts"));
    await run("main.ts", { CDKTF_OUTDIR: output });
    const json: unknown = JSON.parse(readFileSync(path.join(output, "stacks", environment, "cdk.tf.json"), "utf8"));
    const { resource } = v.parse(stackSchema, json);
    const pageTopics = Object.entries(resource.aws_sns_topic)
      .filter(([, { name }]) => name.endsWith(PAGE_TOPIC))
      .map(([id]) => `\${aws_sns_topic.${id}.arn}`);
    return Object.values(resource.aws_cloudwatch_metric_alarm).map((definition) => ({
      definition,
      pages: definition.alarm_actions.some((action) => pageTopics.includes(action)),
    }));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}
