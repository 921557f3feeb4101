import { spawnSync } from "node:child_process";
import { ROOT } from "../local/folders";
import { UserError } from "../../piste/user-error";

/**
 * What npm prints when it is run in this repo, whatever its exit code: `npm audit` fails when it finds something.
 *
 * @throws UserError when npm cannot be started, or prints no JSON.
 */
export function npmJson(words: readonly string[]): unknown {
  // Under npm its own file is known; without it, npm is looked for on PATH.
  const own = process.env["npm_execpath"]?.endsWith(".js") === true ? process.env["npm_execpath"] : undefined;
  const [program, ...first] = own === undefined ? ["npm"] : [process.execPath, own];
  const { stdout, stderr, error } = spawnSync(program, [...first, ...words], {
    cwd: ROOT,
    encoding: "utf8",
    // An SBOM of everything has a megabyte.
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw new UserError(`npm could not be started: ${error.message}`);
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new UserError(`\`npm ${words.join(" ")}\` printed no JSON:\n${stderr}`, { cause });
  }
}
