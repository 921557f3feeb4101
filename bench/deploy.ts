/** `cdktf deploy qualif` into the emulated AWS, and again without a change, beside Terraform alone on the same JSON. */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { openWorkshop, succeeded, type Workshop } from "../test/deploy/local-tools";
import { interleaved, pairedRow, type Bench, type Row } from "./row";

const STACK = "qualif";
const APPROVED = ["--auto-approve"];
/** Without it cdktf asks registries for the provider's hashes, which Terraform alone does not. */
const OFFLINE = ["--skip-provider-lock"];

interface Measured {
  readonly first: number;
  readonly again: number;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

/** An emulated AWS in which nothing is. */
async function forget({ endpoint }: Workshop): Promise<void> {
  const { ok, status } = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
  if (!ok) throw new Error(`the emulated AWS could not be emptied: ${status}`);
}

async function withCdktf(workshop: Workshop): Promise<Measured> {
  const folder = path.join(workshop.folder, "with cdktf");
  mkdirSync(folder);
  const output = ["--output", path.join(folder, "cdktf.out")];
  const deploy = (): Promise<number> =>
    seconds(() => succeeded(workshop.cdktf("deploy", STACK, ...APPROVED, ...OFFLINE, ...output)));
  const measured = { first: await deploy(), again: await deploy() };
  rmSync(folder, { recursive: true });
  return measured;
}

async function withTerraform(workshop: Workshop, synthesized: string): Promise<Measured> {
  const output = path.join(workshop.folder, "with terraform", "cdktf.out");
  cpSync(synthesized, output, { recursive: true });
  const terraform = (...words: string[]): Promise<unknown> =>
    succeeded(workshop.terraformIn(output, STACK, ...words, "-input=false", "-no-color"));
  const deploy = (): Promise<number> =>
    seconds(async () => {
      await terraform("init");
      await terraform("apply", "-auto-approve");
    });
  const measured = { first: await deploy(), again: await deploy() };
  rmSync(path.dirname(output), { recursive: true });
  return measured;
}

async function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const workshop = await openWorkshop("bench deploy");
  try {
    const synthesized = path.join(workshop.folder, "synthesized");
    await succeeded(workshop.cdktf("synth", "--output", synthesized));
    const measure = async (name: "cdktf" | "terraform"): Promise<Measured> => {
      await forget(workshop);
      return name === "cdktf" ? withCdktf(workshop) : withTerraform(workshop, synthesized);
    };
    const measured = await interleaved(["cdktf", "terraform"], rounds, measure, say);
    const row = (what: string, key: keyof Measured): Row =>
      pairedRow(
        { bench: "deploy", case: `terraform, ${what}`, unit: "s" },
        measured.cdktf.map((one) => one[key]),
        measured.terraform.map((one) => one[key]),
      );
    return [row("from nothing", "first"), row("without a change", "again")];
  } finally {
    await workshop.close();
  }
}

export const deploy: Bench = { title: "A deployment from nothing, and one without a change", rounds: 3, run };
