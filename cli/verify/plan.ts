/** What Terraform would change now. Runs `cdktf diff` without a lock; changes nothing. */
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
    return finding("not seen", `seen where ${file} is`, `vu là où se trouve ${file}`);
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
    // Its exit code says the same as its output.
    execFile(cdktf, ["diff", environment, "--skip-provider-lock"], options, (_, out) => {
      resolve(out);
    });
  });
  const counts = CHANGES.exec(output)?.slice(1).map(Number) ?? (output.includes("No changes.") ? [0, 0, 0] : []);
  const [add, change, destroy] = counts;
  if (add === undefined || change === undefined || destroy === undefined) {
    const command = `npx cdktf diff ${environment}`;
    return finding("not seen", `no plan was made; \`${command}\` says why`, `aucun plan ; \`${command}\` dit pourquoi`);
  }
  if (!output.includes("Refreshing state...")) {
    return finding("not seen", "the state is not here", "l'état n'est pas ici");
  }
  return judged(
    add + change + destroy === 0,
    `${add} to add, ${change} to change, ${destroy} to destroy`,
    `${add} à ajouter, ${change} à modifier, ${destroy} à détruire`,
    { add, change, destroy },
  );
}
