/** The functions' zips, as they are deployed, run in this process with an environment of their own. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { unzipSync } from "fflate";

export type ZipName = "token-refresh" | "connection-check";
export type ZipHandler = (event: unknown) => Promise<unknown>;

const FOLDER = path.resolve(__dirname, "../../dist/lambda");

/** The code that Lambda would load. */
export function codeOf(name: ZipName): string {
  const { "index.js": code } = unzipSync(readFileSync(path.join(FOLDER, `${name}.zip`)));
  if (code === undefined) throw new Error(`the zip of ${name} has no index.js`);
  return Buffer.from(code).toString("utf8");
}

/** The operations of AWS that the code has a command of the SDK for. */
export function operationsIn(code: string): string[] {
  const commands = code.matchAll(/class(?: [\w$]+)? extends [\w$]+\([\w$]+,[\w$]+,"([A-Za-z]+)",[\w$]+\)/g);
  return [...new Set([...commands].map(([, operation = ""]) => operation))].sort();
}

/**
 * What a cold start gives.
 *
 * @param variables its whole environment, which it may change: a run reads it anew.
 */
export function loadZip(name: ZipName, variables: Record<string, string>): ZipHandler {
  const own = Object.create(process, {
    env: { value: variables },
    stdout: { value: { write: () => true } },
  }) as NodeJS.Process;
  const load = (module: string): unknown =>
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    /^(?:node:)?process$/.test(module) ? own : (require(module) as unknown);
  const module = { exports: {} as { handler?: ZipHandler } };
  // Jest's modules cannot load others later; what is loaded so is Node's own.
  const code = codeOf(name).replace(/(?<![\w$.])import\(("[\w:]+")\)/g, "Promise.resolve(require($1))");
  // Its own process and nothing else: what is one for all is the machine's.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function("module", "exports", "require", "process", code)(module, module.exports, load, own);
  if (module.exports.handler === undefined) throw new Error(`the zip of ${name} has no handler`);
  return module.exports.handler;
}
