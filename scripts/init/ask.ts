/** The answers, asked of a person, each looked at as it is given. */
import type { Environment } from "../../piste/environments";
import type { Language, Text } from "../../piste/language";
import { messageOf } from "../local/user-error";
import { checkField, COPIED, FIELDS, isCopied, type Field, type Given } from "./fields";
import type { BothGiven } from "./piped";

export interface Question {
  readonly message: string;
  readonly byDefault?: string | undefined;
  /** What is wrong with an answer; undefined when nothing is. */
  readonly refuse: (answer: string) => string | undefined;
}

/** A person at a terminal. */
export interface Person {
  answer(question: Question): Promise<string>;
  agree(question: string): Promise<boolean>;
}

const TITLES: Readonly<Record<Environment, Text>> = {
  qualif: { en: "Qualification (sandbox)", fr: "Qualification (bac à sable)" },
  prod: {
    en: "Production; nothing is the same as in qualification",
    fr: "Production ; rien n'est pareil qu'en qualification",
  },
};

export async function askBoth(person: Person, language: Language, say: (text: Text) => void): Promise<BothGiven> {
  say(TITLES.qualif);
  const qualif = await askFor("qualif", person, language);
  say(TITLES.prod);
  const prod = await askFor("prod", person, language, qualif);
  return { qualif, prod };
}

async function askFor(
  environment: Environment,
  person: Person,
  language: Language,
  before: Given = {},
): Promise<Given> {
  const given: Record<string, string | readonly string[]> = {};
  for (const field of FIELDS[environment]) {
    const values = await askOne(field, environment, person, language, before);
    const [first] = values;
    if (first !== undefined) given[field.name] = field.isList ? values : first;
  }
  return given;
}

/** None when nothing was answered. */
async function askOne(
  field: Field,
  environment: Environment,
  person: Person,
  language: Language,
  before: Given,
): Promise<readonly string[]> {
  const read = (answer: string): readonly string[] =>
    (field.isList ? answer.split(",") : [answer]).map((word) => word.trim()).filter((word) => word !== "");
  const refuse = (answer: string): string | undefined => {
    const values = read(answer);
    if (field.name === "siret" && isCopied(before, values[0])) return COPIED[language];
    try {
      checkField(field, environment, values);
      return undefined;
    } catch (error) {
      return language === "en" ? messageOf(error) : `Attendu : ${field.rule.fr}.`;
    }
  };
  return read(await person.answer({ message: field.question[language], byDefault: field.byDefault, refuse }));
}
