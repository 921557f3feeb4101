/** Reads the file of `npm start -- --keep`, and accepts only what that can have written. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import * as v from "valibot";
import { EMULATOR_URL_VARIABLE } from "../../aws/local/environment";
import { keptEnvironmentFile, type KeptEnvironment } from "../../aws/local/kept-environment";
import { ENVIRONMENTS, isLoopback } from "../../piste/environments";
import { CommandError } from "./failure";

const local = v.pipe(
  v.string(),
  v.check((address) => isLoopback(address)),
);
/** Also an AWS emulator elsewhere, if the person names it, as for `npm start`. */
const emulatedAws = v.pipe(
  v.string(),
  v.check((address) => isLoopback(address) || isNamed(address)),
);

function isNamed(address: string): boolean {
  const named = process.env[EMULATOR_URL_VARIABLE] ?? "";
  return URL.canParse(named) && URL.canParse(address) && new URL(named).href === new URL(address).href;
}

const keptSchema = v.object({
  awsEndpoint: emulatedAws,
  region: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,30}$/)),
  tokenEndpoint: local,
  apiBaseUrl: local,
  controlUrl: local,
  environment: v.picklist(ENVIRONMENTS),
}) satisfies v.GenericSchema<unknown, KeptEnvironment>;

/** @throws CommandError when there is no local run, or this user's `npm start -- --keep` did not write the file. */
export function readKeptEnvironment(): v.InferOutput<typeof keptSchema> {
  const file = keptEnvironmentFile();
  let value: unknown;
  try {
    value = JSON.parse(readOwn(file));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The error's text is not shown: it repeats the file's content.
  }
  const { success, output, issues } = v.safeParse(keptSchema, value);
  if (success) return output;
  const fields = [...new Set(issues.map((issue) => v.getDotPath(issue) ?? "JSON"))].join(", ");
  throw new CommandError(
    {
      en: `${file} does not describe a local run of this machine (${fields}). Delete it and start \`npm start -- --keep\` again; an emulated AWS on another machine must also be named here, by ${EMULATOR_URL_VARIABLE}.`,
      fr: `${file} ne décrit pas une exécution locale de cette machine (${fields}). Supprimez-le et relancez \`npm start -- --keep\` ; un AWS émulé sur une autre machine doit être indiqué ici aussi par ${EMULATOR_URL_VARIABLE}.`,
    },
    "operator",
    { code: "nothing-kept-up" },
  );
}

function readOwn(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") throw notOwn(file);
    if (code !== "ENOENT") throw error;
    throw new CommandError(
      {
        en: `There is no local run in this folder: ${file} does not exist. Run \`npm start -- --keep\` in a clone of cdktf-piste; \`--local\` then works in that folder.`,
        fr: `Il n'y a pas d'exécution locale dans ce dossier : ${file} n'existe pas. Lancez \`npm start -- --keep\` dans un clone de cdktf-piste ; \`--local\` fonctionne ensuite dans ce dossier-là.`,
      },
      "operator",
      { code: "nothing-kept-up" },
    );
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || (process.getuid !== undefined && status.uid !== process.getuid())) throw notOwn(file);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

const notOwn = (file: string): CommandError =>
  new CommandError(
    {
      en: `${file} must be your own file, not a link or another user's. Delete it and start \`npm start -- --keep\` again.`,
      fr: `${file} doit être un fichier à vous, pas un lien ni celui d'un autre utilisateur. Supprimez-le et relancez \`npm start -- --keep\`.`,
    },
    "operator",
    { code: "nothing-kept-up" },
  );
