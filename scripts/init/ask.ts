/** The answers, asked of a person, each looked at as it is given. */
import type { Platform } from "../../piste/environments";
import type { Language, Text } from "../../piste/language";
import { messageOf } from "../local/user-error";
import type { Offered } from "./configured";
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

const TITLES: Readonly<Record<Platform, Text>> = {
  qualif: { en: "Qualification (sandbox)", fr: "Qualification (bac à sable)" },
  prod: {
    en: "Production; nothing is the same as in qualification",
    fr: "Production ; rien n'est pareil qu'en qualification",
  },
};

const KEYS: Text = {
  en: "What is in parentheses: Enter keeps it, Tab edits it, Backspace clears it.",
  fr: "Entre parenthèses : Entrée garde, Tab modifie, Retour arrière efface.",
};

/** @param offered what each question offers, unless something else is typed. */
export async function askBoth(
  person: Person,
  language: Language,
  offered: Readonly<Record<Platform, Offered>>,
  say: (text: Text) => void,
): Promise<BothGiven> {
  say(KEYS);
  const ask = (environment: Platform, before: Given = {}): Promise<Given> => {
    const { given, unread } = offered[environment];
    say(TITLES[environment]);
    if (unread !== undefined) say(unread);
    return askFor({ environment, person, language, before, offered: given });
  };
  const qualif = await ask("qualif");
  return { qualif, prod: await ask("prod", qualif) };
}

interface Questioning {
  readonly environment: Platform;
  readonly person: Person;
  readonly language: Language;
  /** What was answered for the environment before. */
  readonly before: Given;
  readonly offered: Given;
}

async function askFor(questioning: Questioning): Promise<Given> {
  const given: Record<string, string | readonly string[]> = {};
  for (const field of FIELDS[questioning.environment]) {
    const values = await askOne(field, questioning);
    const [first] = values;
    if (first !== undefined) given[field.name] = field.isList ? values : first;
  }
  return given;
}

/** None when nothing was answered. */
async function askOne(
  field: Field,
  { environment, person, language, before, offered }: Questioning,
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
  const value = offered[field.name];
  const byDefault = typeof value === "object" ? value.join(", ") : value;
  return read(await person.answer({ message: field.question[language], byDefault, refuse }));
}
