import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { plainModule } from "../../bench/synths/plain";

/** Of one application, with all that JavaScript would read as something else in a template. */
const OURS = {
  terraform: { backend: { local: { path: "state" } } },
  resource: {
    aws_secretsmanager_secret: {
      "application-0_client": { name: "piste/application-0", description: 'of `application-0`, "quoted" \\ $' },
    },
    aws_sns_topic: { page: { name: "page" } },
    aws_iam_role_policy: {
      "application-0_policy": { policy: "${aws_secretsmanager_secret.application-0_client.arn}" },
    },
  },
};

const folder = mkdtempSync(path.join(tmpdir(), "plain "));
beforeAll(() => {
  writeFileSync(path.join(folder, "plain.cjs"), plainModule(OURS));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function synthesized(applications: number): unknown {
  const load = createRequire(path.join(folder, "package.json"));
  const { synthesize } = load("./plain.cjs") as { synthesize: (applications: number, folder: string) => void };
  synthesize(applications, folder);
  return JSON.parse(readFileSync(path.join(folder, "stacks", "prod", "cdk.tf.json"), "utf8"));
}

it("plain objects make the same JSON as ours of one application", () => {
  expect(synthesized(1)).toEqual(OURS);
});

it("and of more what each has for itself, and once what all share", () => {
  const text = JSON.stringify(OURS.resource);
  const second = JSON.parse(text.replaceAll("application-0", "application-1")) as typeof OURS.resource;
  expect(synthesized(2)).toEqual({
    ...OURS,
    resource: {
      aws_secretsmanager_secret: { ...OURS.resource.aws_secretsmanager_secret, ...second.aws_secretsmanager_secret },
      aws_sns_topic: OURS.resource.aws_sns_topic,
      aws_iam_role_policy: { ...OURS.resource.aws_iam_role_policy, ...second.aws_iam_role_policy },
    },
  });
});
