/** The stacks as they were deployed before: what was synthesized, and the function's zip. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

export const FIXTURE = path.join(__dirname, "deployed-before");
export const STACKS = ["qualif", "prod"] as const;

export interface SynthesizedStack {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

const synthesizedIn = (folder: string, stack: string): string => path.join(folder, "stacks", stack, "cdk.tf.json");

export const readStack = (folder: string, stack: string): SynthesizedStack =>
  JSON.parse(readFileSync(synthesizedIn(folder, stack), "utf8")) as SynthesizedStack;

/** Puts it where `cdktf synth` would have, for Terraform. */
export function layOut(output: string, stack: string): void {
  const { resource } = readStack(FIXTURE, stack);
  const folder = path.dirname(synthesizedIn(output, stack));
  mkdirSync(folder, { recursive: true });
  cpSync(synthesizedIn(FIXTURE, stack), synthesizedIn(output, stack));
  for (const { filename } of Object.values(resource["aws_lambda_function"] ?? {})) {
    const zip = path.join(folder, String(filename));
    mkdirSync(path.dirname(zip), { recursive: true });
    cpSync(path.join(FIXTURE, "token-refresh.zip"), zip);
  }
}
