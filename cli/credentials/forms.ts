/**
 * Checks the form of credentials. Impossible values are refused; unusual ones only cause a warning, since PISTE and
 * Chorus Pro decide. Pure; no message repeats a value.
 */
import type { ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import type { Text } from "../../piste/language";
import { dayInParis, formatDay, parseDay, type Day } from "../../piste/password-age";
import { digitsOfLogin, isAnotherStructure } from "../../piste/structure-identifier";
import { longDay } from "../command/times";

export type Field = keyof ClientCredentials | keyof TechnicalAccount;

export type DoubtCode =
  | "not-a-uuid"
  | "same-twice"
  | "space-around"
  | "invisible"
  | "quoted"
  | "login-form"
  | "other-structure"
  | "old-password";

export interface Doubt {
  readonly code: DoubtCode;
  readonly text: Text;
}

/** The names that the portals use. */
export const FIELD_NAMES: Readonly<Record<Field, Text>> = {
  client_id: { en: "the client id", fr: "l'identifiant du client" },
  client_secret: { en: "the client secret", fr: "le secret du client" },
  login: { en: "the login", fr: "l'identifiant" },
  password: { en: "the password", fr: "le mot de passe" },
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CONTROL_CHARACTER = /\p{Cc}/u;
/** Zero-width spaces and similar, often copied from web pages. */
const INVISIBLE_CHARACTER = /[\p{Cf}\p{Zl}\p{Zp}]/u;

/** Quotes copied from a file or a sentence. */
const QUOTED = /^(?:".*"|'.*'|`.*`|“.*”|‘.*’|«.*»)$/u;

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const about = (field: Field): Text => ({
  en: capitalized(FIELD_NAMES[field].en),
  fr: capitalized(FIELD_NAMES[field].fr),
});

/** The reason to refuse the value. */
export function refusal(field: Field, value: string): Text | undefined {
  const { en, fr } = about(field);
  if (value.trim() === "") return { en: `${en} is empty.`, fr: `${fr} est vide.` };
  if (CONTROL_CHARACTER.test(value)) {
    return {
      en: `${en} contains a line break or another control character: probably more than the value was copied.`,
      fr: `${fr} contient un saut de ligne ou un autre caractère de contrôle : on a sans doute copié plus que la valeur.`,
    };
  }
  return undefined;
}

export const hasSpaceAround = (value: string): boolean => value !== value.trim();

/** Warnings for any field. */
function commonDoubts(field: Field, value: string): Doubt[] {
  const { en, fr } = about(field);
  const doubts: Doubt[] = [];
  if (hasSpaceAround(value)) {
    doubts.push({
      code: "space-around",
      text: {
        en: `${en} has white space around it, which is kept as it is.`,
        fr: `${fr} est entouré d'espaces, qui sont gardés tels quels.`,
      },
    });
  }
  if (INVISIBLE_CHARACTER.test(value)) {
    doubts.push({
      code: "invisible",
      text: {
        en: `${en} contains a character that cannot be seen.`,
        fr: `${fr} contient un caractère invisible.`,
      },
    });
  }
  return doubts;
}

const SAME_TWICE: Doubt = {
  code: "same-twice",
  text: { en: "Both values are the same.", fr: "Les deux valeurs sont identiques." },
};

export function clientDoubts(client: ClientCredentials): Doubt[] {
  const ofEach = (["client_id", "client_secret"] as const).flatMap((field) => {
    const { en, fr } = about(field);
    const doubts = commonDoubts(field, client[field]);
    if (!UUID.test(client[field].trim())) {
      doubts.push({
        code: "not-a-uuid",
        text: {
          en: `${en} does not look like a UUID (8-4-4-4-12 hexadecimal digits), as PISTE's do.`,
          fr: `${fr} ne ressemble pas à un UUID (8-4-4-4-12 chiffres hexadécimaux), contrairement à ceux de PISTE.`,
        },
      });
    }
    return doubts;
  });
  return client.client_id === client.client_secret ? [...ofEach, SAME_TWICE] : ofEach;
}

/** The account's configuration, when it could be read. */
export interface ExpectedAccount {
  readonly structure?: { readonly identifier: string; readonly identifierType: string } | undefined;
}

export function accountDoubts(account: TechnicalAccount, { structure }: ExpectedAccount): Doubt[] {
  const doubts = [...commonDoubts("login", account.login), ...commonDoubts("password", account.password)];
  if (QUOTED.test(account.password.trim())) {
    doubts.push({
      code: "quoted",
      text: {
        en: "The password is in quotes, which are kept as they are.",
        fr: "Le mot de passe est entre guillemets, qui sont gardés tels quels.",
      },
    });
  }
  const digits = digitsOfLogin(account.login.trim());
  if (digits === undefined) {
    doubts.push({
      code: "login-form",
      text: {
        en: "The login does not look like a technical account's, TECH_<number>_<14 digits>@cpro.fr: do not use a person's own login for programs.",
        fr: "L'identifiant ne ressemble pas à celui d'un compte technique, TECH_<nombre>_<14 chiffres>@cpro.fr : n'utilisez pas celui d'une personne pour un programme.",
      },
    });
  } else if (structure !== undefined && isAnotherStructure(digits, structure)) {
    doubts.push({
      code: "other-structure",
      text: {
        en: `The digits of the login are not the SIRET of the account's structure, ${structure.identifier}: probably an account of another structure.`,
        fr: `Les chiffres de l'identifiant ne sont pas le SIRET de la structure du compte, ${structure.identifier} : c'est sans doute le compte d'une autre structure.`,
      },
    });
  }
  return account.login === account.password ? [...doubts, SAME_TWICE] : doubts;
}

/** A day as a person types it: 2026-11-29, or 29/11/2026 as in France. */
export function typedDay(text: string): Day | undefined {
  const [, date = "", month = "", year = ""] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim()) ?? [];
  return parseDay(year === "" ? text.trim() : `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`);
}

/** The reason to refuse the day. */
export function dayRefusal(text: string, nowInMilliseconds: number): Text | undefined {
  const day = typedDay(text);
  if (day === undefined) {
    return {
      en: "The day must be written yyyy-mm-dd or dd/mm/yyyy, and exist.",
      fr: "Le jour s'écrit aaaa-mm-jj ou jj/mm/aaaa, et doit exister.",
    };
  }
  if (day > dayInParis(nowInMilliseconds)) {
    return { en: "The day must not be in the future.", fr: "Le jour ne doit pas être dans le futur." };
  }
  return undefined;
}

/** @param lifetimeInDays of the account's passwords. */
export function dayDoubts(changedOn: Day, lifetimeInDays: number, nowInMilliseconds: number): Doubt[] {
  if (dayInParis(nowInMilliseconds) - changedOn <= lifetimeInDays) return [];
  const set = longDay(formatDay(changedOn));
  const end = longDay(formatDay(changedOn + lifetimeInDays));
  return [
    {
      code: "old-password",
      text: {
        en: `A password that was set on ${set.en} had to be changed by ${end.en}: Chorus Pro probably refuses it.`,
        fr: `Un mot de passe donné le ${set.fr} devait être changé au plus tard le ${end.fr} : Chorus Pro le refuse sans doute.`,
      },
    },
  ];
}
