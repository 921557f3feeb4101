/** How credentials come in: asked for one by one, or piped as JSON; their form is looked at before anything is stored. */
import type { ClientCredentials, TechnicalAccount } from "../../piste/credentials";
import type { Text } from "../../piste/language";
import { dayInParis, formatDay, parseDay, type Day } from "../../piste/password-age";
import { CommandError } from "../command/failure";
import {
  accountDoubts,
  clientDoubts,
  dayDoubts,
  dayRefusal,
  FIELD_NAMES,
  hasSpaceAround,
  refusal,
  type Doubt,
  type ExpectedAccount,
  type Field,
} from "./forms";
import { pipedAccountSchema, pipedClientSchema, readPiped } from "./piped";
import { PIPED_FORMS, NOTHING_STORED, type Session } from "./session";

const QUESTIONS: Readonly<Record<Field, Text>> = {
  client_id: { en: "Client id", fr: "Identifiant du client" },
  client_secret: { en: "Client secret (not shown)", fr: "Secret du client (ne s'affiche pas)" },
  login: { en: "Login (TECH_…@cpro.fr)", fr: "Identifiant (TECH_…@cpro.fr)" },
  password: { en: "Password (not shown)", fr: "Mot de passe (ne s'affiche pas)" },
};
/** Nothing in their form tells the two pairs apart. */
const WHICH_PAIR: Text = {
  en: "The application's OAuth2 pair, from the PISTE portal; not its API key pair, which looks the same.",
  fr: "La paire OAuth2 de l'application, du portail PISTE ; pas sa paire « clé d'API », qui a la même forme.",
};
const CHANGED_ON: Text = {
  en: "Set on the portal on (yyyy-mm-dd)",
  fr: "Donné sur le portail le (aaaa-mm-jj)",
};
const GO_ON: Text = { en: "Go on all the same?", fr: "Continuer malgré tout ?" };
const ONCE_MORE: Text = { en: "Once more, then.", fr: "Reprenons, donc." };

export interface EnteredAccount extends TechnicalAccount {
  /** When the password was set on the portal. */
  readonly changedOn: Day;
}

export async function enterClient(session: Session): Promise<ClientCredentials> {
  if (!session.ask.person) {
    const piped = await readPiped(session, PIPED_FORMS.client, pipedClientSchema);
    refuse("client_id", piped.client_id);
    refuse("client_secret", piped.client_secret);
    warnOf(session, clientDoubts(piped));
    return piped;
  }
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

export interface AccountForm extends ExpectedAccount {
  readonly passwordLifetimeInDays: number;
}

export async function enterAccount(session: Session, form: AccountForm): Promise<EnteredAccount> {
  const now = session.target.now();
  const doubtsOf = (account: EnteredAccount): Doubt[] => [
    ...accountDoubts(account, form),
    ...dayDoubts(account.changedOn, form.passwordLifetimeInDays, now),
  ];
  const today = formatDay(dayInParis(now));
  if (!session.ask.person) {
    const piped = await readPiped(session, PIPED_FORMS["technical-account"], pipedAccountSchema);
    refuse("login", piped.login);
    refuse("password", piped.password);
    const day = piped.changedOn ?? today;
    const wrong = dayRefusal(day, now);
    if (wrong !== undefined) throw inputError({ en: `changedOn: ${wrong.en}`, fr: `changedOn : ${wrong.fr}` });
    const account = { login: piped.login, password: piped.password, changedOn: knownDay(day) };
    warnOf(session, doubtsOf(account));
    return account;
  }
  return untilSure(
    session,
    async () => ({
      login: await field(session, "login"),
      password: await field(session, "password"),
      changedOn: knownDay(
        await session.ask.shown({ text: CHANGED_ON, byDefault: today, refuse: (text) => dayRefusal(text, now) }),
      ),
    }),
    doubtsOf,
  );
}

/** One that was looked at before. */
function knownDay(text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw new Error("a day that was looked at is one");
  return day;
}

function inputError({ en, fr }: Text): CommandError {
  return new CommandError({ en: `${en} ${NOTHING_STORED.en}`, fr: `${fr} ${NOTHING_STORED.fr}` }, "operator");
}

function refuse(name: Field, value: string): void {
  const wrong = refusal(name, value);
  if (wrong !== undefined) throw inputError(wrong);
}

function warnOf({ warn }: Session, doubts: readonly Doubt[]): void {
  for (const { text } of doubts) warn({ en: `Warning: ${text.en}`, fr: `Attention : ${text.fr}` });
}

/** Nothing typed is changed unless the person says so. */
async function field({ ask }: Session, name: Field): Promise<string> {
  const question = { text: QUESTIONS[name], refuse: (value: string) => refusal(name, value) };
  const isShown = name === "client_id" || name === "login";
  const value = await (isShown ? ask.shown(question) : ask.hidden(question));
  if (!hasSpaceAround(value)) return value;
  const { en, fr } = FIELD_NAMES[name];
  const trim = await ask.yes(
    { en: `There is white space around ${en}. Take it off?`, fr: `Il y a des espaces autour : ${fr}. Les retirer ?` },
    true,
  );
  return trim ? value.trim() : value;
}

async function untilSure<T>(
  session: Session,
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
