/** The command line of CDK Terrain, installed from the registry for a test: this repository does not depend on it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { downloadEnvironment } from "../../aws/local/environment";
import { ROOT } from "../../scripts/local/folders";
import { runCommand } from "../../scripts/local/processes";
import { succeeded } from "../deploy/fixture";
import { CDK_TERRAINS_OLDEST_NODE as OLDEST_NODE } from "./project";

export interface CdkTerrainCli {
  /** A Node version that it supports. */
  readonly node: string;
  /** Its main file. */
  readonly program: string;
}

function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** Installs the framework's version like a user, with a newer Node if needed. */
export async function cdkTerrainCli(folder: string, runId: string): Promise<CdkTerrainCli> {
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    devDependencies: Readonly<Record<"cdktn", string>>;
  };
  const ownNode = `node-${process.platform}-${process.arch}`;
  const isOld = !isRecentEnough(process.versions.node);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const packages = [`cdktn-cli@${devDependencies.cdktn}`, ...(isOld ? [`${ownNode}@${OLDEST_NODE[0]}`] : [])];
  const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages];
  await succeeded(runCommand("npm", words, { cwd: folder, env: downloadEnvironment(runId) }));
  return {
    node: isOld ? path.join(folder, "node_modules", ownNode, "bin", "node") : process.execPath,
    program: path.join(folder, "node_modules", "cdktn-cli", "bin", "cdktn"),
  };
}
