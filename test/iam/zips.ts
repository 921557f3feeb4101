/** The deployed zips of the functions, run in this process with their own environment. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { unzipSync } from "fflate";

export type ZipName = "token-refresh" | "connection-check";
export type ZipHandler = (event: unknown) => Promise<unknown>;

const FOLDER = path.resolve(__dirname, "../../dist/lambda");

/** The zip's files by the name under which they require each other. */
function filesOf(name: ZipName): ReadonlyMap<string, string> {
  const files = Object.entries(unzipSync(readFileSync(path.join(FOLDER, `${name}.zip`))));
  return new Map(files.map(([file, code]) => [`./${file}`, Buffer.from(code).toString("utf8")]));
}

export const codeOf = (name: ZipName): string => [...filesOf(name).values()].join("\n");

export function operationsIn(code: string): string[] {
  const commands = code.matchAll(/class(?: [\w$]+)? extends [\w$]+\([\w$]+,[\w$]+,"([A-Za-z]+)",[\w$]+\)/g);
  return [...new Set([...commands].map(([, operation = ""]) => operation))].sort();
}

/**
 * Loads the function as a cold start does.
 *
 * @param variables its whole environment; each run reads it again, so a test may change it.
 * @param log receives its output.
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
    // With its own `process`; all other globals are shared.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    new Function("module", "exports", "require", "process", code)(module, module.exports, load, own);
    return module.exports;
  }
  const { handler } = load("./index.js") as { readonly handler?: ZipHandler };
  if (handler === undefined) throw new Error(`the zip of ${name} has no handler`);
  return handler;
}
