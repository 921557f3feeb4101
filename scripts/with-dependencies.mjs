#!/usr/bin/env node
/**
 * What `npm start`, `npm test` and `npx piste` go through: installs the dependencies when they are missing or are not
 * those of the lockfile, then runs a script of this folder. It needs nothing but Node.
 *
 * node scripts/with-dependencies.mjs <script> [arguments]
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPTS = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.dirname(SCRIPTS);
const OLDEST_NODE = [20, 19];

function readJson(file) {
  return JSON.parse(readFileSync(path.join(ROOT, file), "utf8"));
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(
    `cdktf-piste needs Node ${OLDEST_NODE.join(".")} or newer and this is ${process.versions.node}: install Node 22 ` +
      "(https://nodejs.org), or run `nvm install` in this folder.",
  );
  process.exit(1);
}

/** npm writes node_modules/.package-lock.json last, so a half-done install is not taken for a whole one. */
function isInstalled() {
  const installed = path.join("node_modules", ".package-lock.json");
  if (!existsSync(path.join(ROOT, installed))) return false;
  try {
    const present = readJson(installed).packages;
    return Object.entries(readJson("package-lock.json").packages).every(
      ([folder, { version, optional }]) => folder === "" || optional || present[folder]?.version === version,
    );
  } catch {
    return false;
  }
}

function install() {
  console.log("Installing the dependencies into node_modules (about a minute) …");
  const startedAt = Date.now();
  // Under npm its own file is known; without it, npm is looked for on PATH.
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const [command, ...first] = npm;
  const { status, error } = spawnSync(
    command,
    [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] },
  );
  if (status !== 0) {
    console.error(
      `The dependencies could not be installed${error ? ` (${error.message})` : ""}. ` +
        "Look at npm's message above; `npm ci --ignore-scripts` tries again.",
    );
    process.exit(1);
  }
  console.log(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

checkNode();
if (!isInstalled()) install();
// Nothing is to be written outside the ignored folders of this repo.
process.env.TSX_DISABLE_CACHE = "1";
const require = createRequire(import.meta.url);
require("tsx/cjs/api").register();
const [script, ...scriptArguments] = process.argv.slice(2);
process.argv = [process.argv[0], path.join(SCRIPTS, script), ...scriptArguments];
require(process.argv[1]);
