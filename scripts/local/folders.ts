/** Where the local run writes: below `.piste/`, which git ignores, and nowhere else in the repo. */
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "..", "..");

export const LOCAL = path.join(ROOT, ".piste");

/** One folder for each run, gone when it ends. */
export const RUNS = path.join(LOCAL, "runs");

/** What was downloaded, kept between runs. */
export const TOOLS = path.join(LOCAL, "tools");

/** Where a kept environment is, for other programs. */
export const LOCAL_DESCRIPTION = path.join(LOCAL, "local.json");

export const DOCS = path.join(ROOT, "docs");

export const LAMBDA_ZIPS = path.join(ROOT, "dist", "lambda");
