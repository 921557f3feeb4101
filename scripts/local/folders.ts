/** The folders of the local run. It only writes below `.piste/`, which git ignores. */
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "..", "..");

export const LOCAL = path.join(ROOT, ".piste");

/** One folder per run, removed at its end. */
export const RUNS = path.join(LOCAL, "runs");

/** Downloads, kept between runs. */
export const TOOLS = path.join(LOCAL, "tools");

/** Describes a kept environment to other programs. */
export const LOCAL_DESCRIPTION = path.join(LOCAL, "local.json");

export const DOCS = path.join(ROOT, "docs");

export const LAMBDA_ZIPS = path.join(ROOT, "dist", "lambda");
