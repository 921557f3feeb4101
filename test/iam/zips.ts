/** The functions' zips, as they are deployed, run in this process with an environment of their own. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { unzipSync } from "fflate";

export type ZipName = "token-refresh" | "connection-check";
export type ZipHandler = (event: unknown) => Promise<unknown>;

const FOLDER = path.resolve(__dirname, "../../dist/lambda");

/** The files that Lambda would unpack, and load as one asks for the other. */
function filesOf(name: ZipName): ReadonlyMap<string, string> {
  const files = Object.entries(unzipSync(readFileSync(path.join(FOLDER, `${name}.zip`))));
  return new Map(files.map(([file, code]) => [`./${file}`, Buffer.from(code).toString("utf8")]));
}

/** All of the code. */
export const codeOf = (name: ZipName): string => [...filesOf(name).values()].join("\n");

/** The operations of AWS that the code has a command of the SDK for. */
export function operationsIn(code: string): string[] {
  const commands = code.matchAll(/class(?: [\w$]+)? extends [\w$]+\([\w$]+,[\w$]+,"([A-Za-z]+)",[\w$]+\)/g);
  return [...new Set([...commands].map(([, operation = ""]) => operation))].sort();
}

/**
 * What a cold start gives.
 *
 * @param variables its whole environment, which it may change: a run reads it anew.
 * @param log is given what it writes.
 */
export function loadZip(
  name: ZipName,
  variables: Record<string, string>,
  log: (line: string) => unknown = () => undefined,
): ZipHandler {
  const own = Object.create(process, {
    env: { value: variables },
    stdout: { value: { write: log } },
  }) as NodeJS.Process;
  const files = filesOf(name);
  const loaded = new Map<string, object>();
  const load = (module: string): unknown => {
    if (/^(?:node:)?process$/.test(module)) return own;
    const code = files.get(module);
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    if (code === undefined) return require(module) as unknown;
    const exports = loaded.get(module) ?? run(code);
    loaded.set(module, exports);
    return exports;
  };
  function run(code: string): object {
    const module = { exports: {} };
    // Its own process and nothing else: what is one for all is the machine's.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    new Function("module", "exports", "require", "process", code)(module, module.exports, load, own);
    return module.exports;
  }
  const { handler } = load("./index.js") as { readonly handler?: ZipHandler };
  if (handler === undefined) throw new Error(`the zip of ${name} has no handler`);
  return handler;
}
