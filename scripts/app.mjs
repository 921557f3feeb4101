/** The app command of cdktf.json: builds the functions' zips if their sources have changed, then makes the stacks. */
import module from "node:module";
import { fileURLToPath } from "node:url";
import { formatMessages } from "esbuild";
import { bundled } from "./bundled.mjs";

// Node 22 and later have a compile cache; 20 has not.
module.enableCompileCache?.(fileURLToPath(new URL("../.piste/compile-cache", import.meta.url)));

try {
  // Only for debugging: source maps take a tenth of a synth.
  if (process.env.PISTE_DEBUG) process.setSourceMapsEnabled(true);
  const [zips, main] = await Promise.all(["scripts/build-lambda.ts", "main.ts"].map(bundled));
  await zips().writeZips();
  main();
} catch (error) {
  // Errors of the stacks are thrown as they are; esbuild's are syntax errors in a source.
  if (!Array.isArray(error?.errors)) throw error;
  console.error((await formatMessages(error.errors, { kind: "error" })).join("\n"));
  process.exitCode = 1;
}
