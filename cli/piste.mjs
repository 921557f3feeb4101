#!/usr/bin/env node
/** The `piste` command: bundled in the published package; in a clone through the same door as `npm start`. */
import { existsSync } from "node:fs";

const near = (file) => new URL(file, import.meta.url);

/**
 * What is typed while the rest is loaded, a secret included, is not to show: cli/credentials/hush.ts goes on with it.
 * Ctrl-C still ends the program, which itself gives the terminal back.
 */
if (process.stdin.isTTY && ["credentials", "set"].every((word) => process.argv.includes(word))) {
  process.stdin.setRawMode(true);
  process.stdin.on("data", (typed) => {
    if (typed.includes(3)) process.kill(process.pid, "SIGINT");
  });
  process.stdin.unref();
}

if (existsSync(near("piste.ts"))) {
  process.argv.splice(2, 0, "../cli/piste.ts");
  await import(near("../scripts/with-dependencies.mjs").href);
} else {
  const { createRequire } = await import("node:module");
  // Not by `import`, which would look through all of it for names first.
  createRequire(import.meta.url)("../dist/cli/piste.js");
}
