#!/usr/bin/env node
/** The `piste` command: compiled in the published package; in a clone through the same door as `npm start`. */
import { existsSync } from "node:fs";

const near = (file) => new URL(file, import.meta.url);

if (existsSync(near("piste.ts"))) {
  process.argv.splice(2, 0, "piste.ts");
  await import(near("with-dependencies.mjs").href);
} else {
  await import(near("../dist/scripts/piste.js").href);
}
