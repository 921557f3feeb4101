import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import { codeBlocks } from "./runbook-pages";

/** What a deployment that does not know of them finds by their names and sets anew, or makes a second time. */
const MADE_AGAIN: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: "PutDashboard replaces it",
  aws_cloudwatch_metric_alarm: "PutMetricAlarm replaces it",
  aws_iam_role_policy: "PutRolePolicy replaces it",
  aws_kms_key: "has no name: a second one is made, as the page says",
  aws_lambda_function_event_invoke_config: "PutFunctionEventInvokeConfig replaces it",
  aws_secretsmanager_secret_policy: "PutResourcePolicy replaces it",
  aws_sns_topic: "CreateTopic gives the one that there is",
  aws_sns_topic_subscription: "Subscribe gives the one that there is",
};

/** The types of resources that an environment's stack can have. */
function types(): string[] {
  const sources = [
    ...readdirSync(path.join(ROOT, "constructs"), { recursive: true, encoding: "utf8" }).map((file) =>
      path.join("constructs", file),
    ),
    path.join("stacks", "piste-stack.ts"),
  ].filter((file) => file.endsWith(".ts"));
  const imported = sources.flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), "utf8").matchAll(/@cdktf\/provider-aws\/lib\/([a-z0-9-]+)"/g)].map(
      ([, name = ""]) => name,
    ),
  );
  const resources = imported.filter((name) => name !== "provider" && !name.startsWith("data-"));
  return [...new Set(resources.map((name) => `aws_${name.replaceAll("-", "_")}`))];
}

it("docs/state.md adopts whatever a killed deployment may have made that AWS refuses to make again", () => {
  const text = readFileSync(path.join(ROOT, "docs", "state.md"), "utf8");
  const [block, ...more] = codeBlocks(text).filter(({ code }) => code.includes("terraform import -input=false"));
  expect(more).toEqual([]);
  const adopted = [...(block?.code ?? "").matchAll(/"(aws_\w+)"/g)].map(([, type = ""]) => type);
  expect(types().length).toBeGreaterThan(12);
  expect([...adopted, ...Object.keys(MADE_AGAIN)].sort()).toEqual(types().sort());
});
