/** Compares the deployment with Terraform's plan: runs `cdktf diff` without a lock. */
import { execFile } from "node:child_process";
import * as path from "node:path";
import type { Environment } from "../../piste/environments";
import { isOwnFolder } from "../command/deployment-command";
import { finding, judged, type Finding } from "./finding";

const LONGEST_PLAN = 5 * 60_000;
const MOST_OUTPUT = 64 * 1024 * 1024;
const CHANGES = /Plan: (\d+) to add, (\d+) to change, (\d+) to destroy/;

/** @param profile of the AWS configuration files. */
export async function planned(environment: Environment, profile?: string, folder = process.cwd()): Promise<Finding> {
  if (!isOwnFolder(environment, folder)) {
    const file = `stacks/${environment}.ts`;
    return finding("not seen", `run it in the folder of ${file}`, `à lancer dans le dossier de ${file}`);
  }
  const options = {
    cwd: folder,
    timeout: LONGEST_PLAN,
    maxBuffer: MOST_OUTPUT,
    env: {
      ...process.env,
      FORCE_COLOR: "0",
      TF_CLI_ARGS_plan: `${process.env["TF_CLI_ARGS_plan"] ?? ""} -lock=false -no-color`,
      ...(profile !== undefined && { AWS_PROFILE: profile }),
    },
  };
  const cdktf = path.join(folder, "node_modules", ".bin", "cdktf");
  const output = await new Promise<string>((resolve) => {
    // The output already shows what the exit code says.
    execFile(cdktf, ["diff", environment, "--skip-provider-lock"], options, (_, out) => {
      resolve(out);
    });
  });
  const counts = CHANGES.exec(output)?.slice(1).map(Number) ?? (output.includes("No changes.") ? [0, 0, 0] : []);
  const [add, change, destroy] = counts;
  if (add === undefined || change === undefined || destroy === undefined) {
    const command = `npx cdktf diff ${environment}`;
    return finding("not seen", `no plan; \`${command}\` shows why`, `aucun plan ; \`${command}\` montre pourquoi`);
  }
  if (!output.includes("Refreshing state...")) {
    return finding("not seen", "no Terraform state here", "pas d'état Terraform ici");
  }
  return judged(
    add + change + destroy === 0,
    `${add} to add, ${change} to change, ${destroy} to destroy`,
    `${add} à ajouter, ${change} à modifier, ${destroy} à détruire`,
    { add, change, destroy },
  );
}
