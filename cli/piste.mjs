#!/usr/bin/env node
/** The `piste` command: bundled in the published package; in a clone started as `npm start` is. */
import { constants, existsSync, openSync, readSync } from "node:fs";

const near = (file) => new URL(file, import.meta.url);

/**
 * A secret that is typed or pasted too early must not show: the terminal is raw, and read, from here until the command
 * ends. Then Node restores it.
 */
const { argv } = process;
if (process.stdin.isTTY && argv.includes("credentials") && (argv.includes("set") || argv.includes("try"))) {
  process.stdin.setRawMode(true);
  process.stdin.on("data", (typed) => {
    const isCtrlC = typed.includes(3);
    if (isCtrlC && !process.emit("SIGINT", "SIGINT")) process.exit(130);
  });
  process.stdin.unref();
  process.once("exit", () => {
    // Otherwise the shell would run what was typed and not read yet.
    try {
      const keyboard = openSync("/dev/tty", constants.O_RDONLY | constants.O_NONBLOCK);
      while (readSync(keyboard, new Uint8Array(4096)) > 0);
    } catch (error) {
      // The terminal was closed. Node would abort where it restores it, and a core dump would hold what was typed.
      if (error.code === "ENXIO") process.kill(process.pid, "SIGKILL");
      // Else everything was read, or this is Windows.
    }
  });
}

if (existsSync(near("piste.ts"))) {
  process.argv.splice(2, 0, "../cli/piste.ts");
  await import(near("../scripts/with-dependencies.mjs").href);
} else {
  const { createRequire } = await import("node:module");
  // `import` would search the whole file for export names first.
  createRequire(import.meta.url)("../dist/cli/piste.js");
}
