/** Reads credentials, typed one by one or piped as JSON, and checks their form. */
import type { ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import type { Text } from "../../piste/language";
import { dayInParis, formatDay, type Day } from "../../piste/password-age";
import { CommandError } from "../command/failure";
import {
  accountDoubts,
  clientDoubts,
  dayDoubts,
  dayRefusal,
  typedDay,
  FIELD_NAMES,
  hasSpaceAround,
  refusal,
  type Doubt,
  type ExpectedAccount,
  type Field,
} from "./forms";
import { pipedAccountSchema, pipedClientSchema, pipedTrialSchema, readPiped } from "./piped";
import { PIPED_FORMS, NOTHING_STORED, type Entering } from "./session";

const QUESTIONS: Readonly<Record<Field, Text>> = {
  client_id: { en: "Client id", fr: "Identifiant du client" },
  client_secret: { en: "Client secret (not shown)", fr: "Secret du client (ne s'affiche pas)" },
  login: { en: "Login (TECH_…@cpro.fr)", fr: "Identifiant (TECH_…@cpro.fr)" },
  password: { en: "Password (not shown)", fr: "Mot de passe (ne s'affiche pas)" },
};
/** The OAuth2 pair and the API key pair have the same form. */
const WHICH_PAIR: Text = {
  en: "The application's OAuth2 pair, from the PISTE portal; not its API key pair, which looks the same.",
  fr: "Les identifiants de l'application : « OAuth Credentials » sur le portail PISTE, et non « API Keys », qui ont la même forme.",
};
const CHANGED_ON: Text = {
  en: "Set on the portal on (yyyy-mm-dd)",
  fr: "Donné sur le portail le (aaaa-mm-jj)",
};
const GO_ON: Text = { en: "Continue anyway?", fr: "Continuer malgré tout ?" };
const ONCE_MORE: Text = { en: "Enter the values again.", fr: "Saisissez de nouveau les valeurs." };

export interface EnteredAccount extends TechnicalAccount {
  /** When the password was set on the portal. */
  readonly changedOn: Day;
  /** True when the person gave the day; otherwise today is assumed. */
  readonly isDated: boolean;
}

export async function enterClient(session: Entering): Promise<ClientCredentials> {
  if (!session.ask.person)
    return checkedClient(session, await readPiped(session, PIPED_FORMS.client, pipedClientSchema));
  session.say(WHICH_PAIR);
  return untilSure(
    session,
    async () => ({
      client_id: await field(session, "client_id"),
      client_secret: await field(session, "client_secret"),
    }),
    clientDoubts,
  );
}

function checkedClient(session: Entering, { client_id, client_secret }: ClientCredentials): ClientCredentials {
  refuse("client_id", client_id);
  refuse("client_secret", client_secret);
  const client = { client_id, client_secret };
  warnOf(session, clientDoubts(client));
  return client;
}

export interface AccountForm extends ExpectedAccount {
  readonly passwordLifetimeInDays: number;
}

type PipedAccount = TechnicalAccount & { readonly changedOn?: string | undefined };

export async function enterAccount(session: Entering, form: AccountForm): Promise<EnteredAccount> {
  if (!session.ask.person) {
    return checkedAccount(
      session,
      form,
      await readPiped(session, PIPED_FORMS["technical-account"], pipedAccountSchema),
    );
  }
  return untilSure(
    session,
    async () => restOfAccount(session, await field(session, "login")),
    (account) => doubtsOf(session, form, account),
  );
}

async function restOfAccount(session: Entering, login: string): Promise<EnteredAccount> {
  const now = session.target.now();
  const today = dayInParis(now);
  const password = await field(session, "password");
  const byDefault = `(${formatDay(today)})`;
  const answer = await session.ask.shown({
    text: { en: `${CHANGED_ON.en} ${byDefault}`, fr: `${CHANGED_ON.fr} ${byDefault}` },
    refuse: (text) => (text === "" ? undefined : dayRefusal(text, now)),
  });
  const isDated = answer !== "";
  return { login, password, changedOn: isDated ? knownDay(answer) : today, isDated };
}

function checkedAccount(session: Entering, form: AccountForm, piped: PipedAccount): EnteredAccount {
  const { login, password } = piped;
  refuse("login", login);
  refuse("password", password);
  const now = session.target.now();
  const day = piped.changedOn ?? formatDay(dayInParis(now));
  const wrong = dayRefusal(day, now);
  if (wrong !== undefined) throw inputError({ en: `changedOn: ${wrong.en}`, fr: `changedOn : ${wrong.fr}` });
  const account = { login, password, changedOn: knownDay(day), isDated: piped.changedOn !== undefined };
  warnOf(session, doubtsOf(session, form, account));
  return account;
}

const doubtsOf = ({ target }: Entering, form: AccountForm, account: EnteredAccount): Doubt[] => [
  ...accountDoubts(account, form),
  ...dayDoubts(account.changedOn, form.passwordLifetimeInDays, target.now()),
];

/** Input of `credentials try`: the pair and, optionally, a technical account. */
export interface Trial {
  readonly client: ClientCredentials;
  readonly account?: EnteredAccount | undefined;
}

/** @param form undefined when no API takes a technical account. */
export async function enterTrial(session: Entering, form: AccountForm | undefined): Promise<Trial> {
  if (!session.ask.person) {
    const piped = await readPiped(session, PIPED_FORMS.trial, pipedTrialSchema);
    const client = checkedClient(session, piped);
    const none = form === undefined || (piped.login + piped.password).trim() === "";
    return { client, account: none ? undefined : checkedAccount(session, form, piped) };
  }
  const client = await enterClient(session);
  if (form === undefined) return { client };
  const account = await untilSure<EnteredAccount | undefined>(
    session,
    async () => {
      const login = await field(session, "login", true);
      return login === "" ? undefined : restOfAccount(session, login);
    },
    (entered) => (entered === undefined ? [] : doubtsOf(session, form, entered)),
  );
  return { client, account };
}

function knownDay(text: string): Day {
  const day = typedDay(text);
  if (day === undefined) throw new Error("unreachable: the day was already validated");
  return day;
}

function inputError({ en, fr }: Text): CommandError {
  return new CommandError({ en: `${en} ${NOTHING_STORED.en}`, fr: `${fr} ${NOTHING_STORED.fr}` }, "operator", {
    code: "input-refused",
  });
}

function refuse(name: Field, value: string): void {
  const wrong = refusal(name, value);
  if (wrong !== undefined) throw inputError(wrong);
}

function warnOf({ warn }: Entering, doubts: readonly Doubt[]): void {
  for (const { text } of doubts) warn({ en: `Warning: ${text.en}`, fr: `Attention : ${text.fr}` });
}

/** Trims the input only when the person agrees. */
async function field({ ask }: Entering, name: Field, mayBeNone = false): Promise<string> {
  const { en, fr } = QUESTIONS[name];
  const question = {
    text: mayBeNone ? { en: `${en}; Enter if there is none`, fr: `${fr} ; Entrée s'il n'y en a pas` } : { en, fr },
    refuse: (value: string) => (mayBeNone && value.trim() === "" ? undefined : refusal(name, value)),
  };
  const isShown = name === "client_id" || name === "login";
  const value = await (isShown ? ask.shown(question) : ask.hidden(question));
  if (value.trim() === "") return "";
  if (!hasSpaceAround(value)) return value;
  const called = FIELD_NAMES[name];
  const trim = await ask.yes(
    {
      en: `There is white space around ${called.en}. Remove it?`,
      fr: `Il y a des espaces autour : ${called.fr}. Les retirer ?`,
    },
    true,
  );
  return trim ? value.trim() : value;
}

async function untilSure<T>(
  session: Entering,
  enter: () => Promise<T>,
  doubtsOf: (entered: T) => readonly Doubt[],
): Promise<T> {
  for (;;) {
    const entered = await enter();
    const doubts = doubtsOf(entered);
    warnOf(session, doubts);
    if (doubts.length === 0 || (await session.ask.yes(GO_ON, false))) return entered;
    session.say(ONCE_MORE);
  }
}
