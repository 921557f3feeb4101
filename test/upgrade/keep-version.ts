/**
 * Keeps what Terraform gets of the stacks as they are now, for test/deploy/upgrade.test.ts: `npx tsx
 * test/upgrade/keep-version.ts`, when a version is published, after `npx cdktf synth`.
 */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { FIXTURE, STACKS } from "./fixture";

rmSync(FIXTURE, { recursive: true, force: true });
for (const stack of STACKS) {
  const target = path.join(FIXTURE, "stacks", stack);
  mkdirSync(target, { recursive: true });
  cpSync(path.join(ROOT, "cdktf.out", "stacks", stack, "cdk.tf.json"), path.join(target, "cdk.tf.json"));
}
cpSync(path.join(ROOT, "dist", "lambda", "token-refresh.zip"), path.join(FIXTURE, "token-refresh.zip"));
