/** What cdktf runs (cdktf.json): builds the functions' zips whose sources have changed, then makes the stacks. */
import module from "node:module";
import { fileURLToPath } from "node:url";
import { formatMessages } from "esbuild";
import { bundled } from "./bundled.mjs";

// Node 22 and later keep what they compiled; 20 does not know how.
module.enableCompileCache?.(fileURLToPath(new URL("../.piste/compile-cache", import.meta.url)));

try {
  // Only who looks for a fault reads where it was thrown, and looking that up is a tenth of a synth.
  if (process.env.PISTE_DEBUG) process.setSourceMapsEnabled(true);
  const [zips, main] = await Promise.all(["scripts/build-lambda.ts", "main.ts"].map(bundled));
  await zips().writeZips();
  main();
} catch (error) {
  // The stacks say themselves what is wrong with them; what is left is a source that is not TypeScript.
  if (!Array.isArray(error?.errors)) throw error;
  console.error((await formatMessages(error.errors, { kind: "error" })).join("\n"));
  process.exitCode = 1;
}
