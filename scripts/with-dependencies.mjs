#!/usr/bin/env node
/**
 * Wrapper of `npm start`, `npm test` and `piste`: installs the dependencies if they do not match the lockfile, then
 * runs a script of this folder or the command. It only needs Node.
 *
 * node scripts/with-dependencies.mjs <script> [arguments]
 */
import { lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPTS = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.dirname(SCRIPTS);
const OLDEST_NODE = [20, 19];
/** The file that npm writes last. */
const INSTALLED = path.join("node_modules", ".package-lock.json");
const LOCK = path.join(ROOT, ".piste", "installing");
/** Written after the installed packages were compared with the lockfile: reading both takes a while. */
const COMPARED = path.join(".piste", "installed.json");
/** Bundled by scripts/build-command.ts, which records its sources. */
const COMMAND = {
  source: "../cli/piste.ts",
  file: "../dist/cli/piste.js",
  record: path.join(".piste", "command.json"),
};
/** Scripts that start faster as a bundle. The others load or replace sources by name. */
const BUNDLED = ["start.ts"];

/** As in cli/command/language.ts, which cannot be loaded before the packages are installed. */
const { LC_ALL, LC_MESSAGES, LANG } = process.env;
const language = /^fr(?![a-z])/i.test(LC_ALL || LC_MESSAGES || LANG || "") ? "fr" : "en";

const say = (text) => console.error(text[language]);

function readJson(file) {
  return JSON.parse(readFileSync(path.join(ROOT, file), "utf8"));
}

function stateOf(file) {
  const { mtimeMs, size } = statSync(path.join(ROOT, file));
  return `${mtimeMs} ${size}`;
}

/** Reads a record of scripts/made-from.ts. */
function isUnchanged(record) {
  try {
    return Object.entries(readJson(record).states).every(([file, state]) => stateOf(file) === state);
  } catch {
    return false;
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  const [oldest, present] = [OLDEST_NODE.join("."), process.versions.node];
  say({
    en: `cdktf-piste needs Node ${oldest} or newer and this is ${present}: install Node 22 (https://nodejs.org), or run \`nvm install\` in this folder.`,
    fr: `cdktf-piste demande Node ${oldest} ou plus récent, et celui-ci est ${present} : installez Node 22 (https://nodejs.org), ou lancez \`nvm install\` dans ce dossier.`,
  });
  process.exit(1);
}

/** False also for an incomplete installation. */
function isInstalled() {
  if (isUnchanged(COMPARED)) return true;
  try {
    const states = Object.fromEntries(["package-lock.json", INSTALLED].map((file) => [file, stateOf(file)]));
    const present = readJson(INSTALLED).packages;
    const isWhole = Object.entries(readJson("package-lock.json").packages).every(
      ([folder, { version, optional }]) => folder === "" || optional || present[folder]?.version === version,
    );
    if (!isWhole) return false;
    mkdirSync(path.join(ROOT, ".piste"), { recursive: true });
    writeFileSync(path.join(ROOT, COMPARED), JSON.stringify({ states }));
    return true;
  } catch {
    return false;
  }
}

/** Runs npm with its output on standard error. Kills it on Ctrl-C, which npm itself ignores until it has finished. */
async function runNpm(words) {
  const { spawn } = await import("node:child_process");
  // Under npm, its own file is known; else npm is searched on PATH.
  const own = process.env.npm_execpath?.endsWith(".js") ? process.env.npm_execpath : undefined;
  const [command, ...first] = own === undefined ? ["npm"] : [process.execPath, own];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...words], { cwd: ROOT, stdio: ["ignore", 2, "inherit"] });
    const stop = (signal) => {
      say({
        en: `\n${signal}: the installation is stopped; the next run starts it again.`,
        fr: `\n${signal} : l'installation est arrêtée ; le prochain lancement la recommence.`,
      });
      child.kill("SIGKILL");
      forgetInstallation();
      process.exit(130);
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const end = (result) => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve(result);
    };
    child.once("error", (error) => end({ error }));
    child.once("close", (status) => end({ status }));
  });
}

/** Marks the installation as incomplete. */
function forgetInstallation() {
  rmSync(path.join(ROOT, INSTALLED), { force: true });
  rmSync(LOCK, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** One installation at a time: two would break each other. */
async function takeLock() {
  const { setTimeout: sleep } = await import("node:timers/promises");
  mkdirSync(path.dirname(LOCK), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = Number(readFileSync(LOCK, { encoding: "utf8", flag: "a+" }));
    if (owner > 0 && !isAlive(owner)) {
      rmSync(LOCK, { force: true });
      continue;
    }
    if (!waited) {
      say({
        en: "Another run installs the dependencies; waiting for it …",
        fr: "Un autre lancement installe les dépendances ; attente de sa fin …",
      });
    }
    await sleep(500);
  }
}

/** npm would empty the folder that the link points to. */
function refuseLink() {
  const folder = path.join(ROOT, "node_modules");
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const target = realpathSync(folder);
  say({
    en: `node_modules is a link to ${target}, whose packages do not match package-lock.json. Install them there, or remove the link to install them here.`,
    fr: `node_modules est un lien vers ${target}, dont les paquets ne correspondent pas à package-lock.json. Installez-les là-bas, ou retirez le lien pour les installer ici.`,
  });
  process.exit(1);
}

async function install() {
  refuseLink();
  await takeLock();
  // Another run may have installed them meanwhile.
  if (isInstalled()) {
    rmSync(LOCK, { force: true });
    return;
  }
  say({
    en: "Installing the dependencies into node_modules (about a minute) …",
    fr: "Installation des dépendances dans node_modules (environ une minute) …",
  });
  const startedAt = Date.now();
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = await runNpm(words);
  if (status !== 0) {
    forgetInstallation();
    const reason = error ? ` (${error.message})` : "";
    say({
      en: `The dependencies could not be installed${reason}. Look at npm's message above; \`npm ci --ignore-scripts\` tries again.`,
      fr: `Les dépendances n'ont pas pu être installées${reason}. Voyez le message de npm ci-dessus ; \`npm ci --ignore-scripts\` essaie de nouveau.`,
    });
    process.exit(1);
  }
  rmSync(LOCK, { force: true });
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  say({ en: `Installed in ${seconds} s.`, fr: `Installées en ${seconds} s.` });
}

/** Ends with the parent: npm's shell does not pass signals on to us. */
function endWithParent() {
  if (process.env.npm_command === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, 250).unref();
}

checkNode();
endWithParent();
if (!isInstalled()) await install();
// tsx would write outside this repo's ignored folders.
process.env.TSX_DISABLE_CACHE = "1";
const [script, ...scriptArguments] = process.argv.slice(2);
process.argv = [process.argv[0], path.join(SCRIPTS, script), ...scriptArguments];
const require = createRequire(import.meta.url);
if (script === COMMAND.source) {
  if (!isUnchanged(COMMAND.record)) {
    const unregister = require("tsx/cjs/api").register();
    await require("./build-command.ts").writeCommand();
    unregister();
  }
  require(COMMAND.file);
} else if (BUNDLED.includes(script)) {
  const { bundled } = await import("./bundled.mjs");
  const run = await bundled(`scripts/${script}`);
  run();
} else {
  require("tsx/cjs/api").register();
  require(process.argv[1]);
}
