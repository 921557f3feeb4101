/** `piste init`: asks what the configuration needs and writes it, or shows what would change. */
import { existsSync } from "node:fs";
import * as path from "node:path";
import { PLATFORMS, type Platform } from "../../piste/environments";
import type { Language, Text } from "../../piste/language";
import { CommandError } from "../command/failure";
import { writeFailure } from "../command/files";
import { askBoth, type Person } from "./ask";
import { offeredFor, type Offered } from "./configured";
import { toAnswers, type Answers } from "./fields";
import { changeOf, CONFIGURATION, difference, isChange, stackFile, write, type Change } from "./files";
import { whatComesNext } from "./go-live";
import { parsePiped } from "./piped";
import { renderStack } from "./render";

export interface InitSession {
  /** Where the project is. */
  readonly folder: string;
  readonly language: Language;
  /** Undefined when standard input is no terminal: then it holds the answers. */
  readonly person?: Person | undefined;
  readonly readInput: () => Promise<string>;
  /** Of the shell. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Whether what is there may be overwritten without asking. */
  readonly yes: boolean;
  /** Whether a difference may be coloured. */
  readonly coloured: boolean;
  /** A line to standard output. */
  readonly print: (line: string) => void;
}

/** @throws CommandError when nothing could be written, or nothing may be. */
export async function init(session: InitSession): Promise<void> {
  const { folder, language, person, print } = session;
  if (!existsSync(path.join(folder, CONFIGURATION))) throw elsewhere(folder);
  const say = (text: Text): void => {
    print(text[language]);
  };
  const given =
    person === undefined
      ? parsePiped(await session.readInput())
      : await askBoth(person, language, offered(session), (text) => {
          print(`\n${text[language]}`);
        });
  const answers: Readonly<Record<Platform, Answers>> = {
    qualif: toAnswers(given.qualif),
    prod: toAnswers(given.prod),
  };
  const changes = PLATFORMS.map((environment) =>
    changeOf(folder, stackFile(environment), renderStack(environment, answers[environment])),
  );
  for (const { file } of changes.filter((change) => !isChange(change))) {
    say({ en: `${file}: nothing changes.`, fr: `${file} : rien ne change.` });
  }
  const wanted = changes.filter(isChange);
  const accepted = await acceptedOf(session, wanted);
  try {
    write(folder, accepted);
  } catch (error) {
    throw notWritten(error);
  }
  for (const { file } of accepted) say({ en: `${file}: written.`, fr: `${file} : écrit.` });
  for (const { file } of wanted.filter((change) => !accepted.includes(change))) {
    say({ en: `${file}: left as it is.`, fr: `${file} : laissé tel quel.` });
  }
  print(`\n${whatComesNext(answers, language)}`);
}

function offered({ folder, variables }: InitSession): Readonly<Record<Platform, Offered>> {
  return { qualif: offeredFor("qualif", folder, variables), prod: offeredFor("prod", folder, variables) };
}

/** Those that may be made. @throws CommandError when there is nobody to ask about one that overwrites. */
async function acceptedOf(session: InitSession, changes: readonly Change[]): Promise<readonly Change[]> {
  const { person, language, yes, coloured, print } = session;
  const accepted: Change[] = [];
  const refused: Change[] = [];
  for (const change of changes) {
    if (change.before !== undefined) {
      print(`\n${difference(change, coloured)}\n`);
      const question: Text = { en: `Overwrite ${change.file}?`, fr: `Remplacer ${change.file} ?` };
      if (!yes && !(await person?.agree(question[language]))) {
        refused.push(change);
        continue;
      }
    }
    accepted.push(change);
  }
  if (refused.length === 0 || person !== undefined) return accepted;
  const files = refused.map(({ file }) => file).join(", ");
  throw new CommandError(
    {
      en: `Nothing was written: the difference above is what would change in ${files}. \`--yes\` writes it.`,
      fr: `Rien n'a été écrit : la différence ci-dessus est ce qui changerait dans ${files}. \`--yes\` l'écrit.`,
    },
    "input",
  );
}

function elsewhere(folder: string): CommandError {
  return new CommandError(
    {
      en: `This writes stacks/qualif.ts and stacks/prod.ts of a clone of cdktf-piste, and ${folder} is none (it has no ${CONFIGURATION}). Go to the clone's folder; in a stack of your own use \`PisteApplication\` (README, "In a stack of your own").`,
      fr: `Cette commande écrit stacks/qualif.ts et stacks/prod.ts d'un clone de cdktf-piste, et ${folder} n'en est pas un (${CONFIGURATION} n'y est pas). Allez dans le dossier du clone ; dans votre propre stack, utilisez \`PisteApplication\` (README.fr).`,
    },
    "input",
  );
}

function notWritten(error: unknown): CommandError {
  const reason = writeFailure(error);
  return new CommandError(
    {
      en: `The files of stacks/ could not be written: ${reason.en}. Each is the old one or the new one, whole.`,
      fr: `Les fichiers de stacks/ n'ont pas pu être écrits : ${reason.fr}. Chacun est l'ancien ou le nouveau, entier.`,
    },
    "input",
    { cause: error },
  );
}
