/** `piste credentials set … technical-account`: tries the account with the current token and stores it unless it is refused. */
import { apisOfAccounts, type AccountVerdict, type ApiReading } from "../../piste/account-probe";
import { parseSecret, technicalAccountSchema, UnreadableSecretError } from "../../piste/credentials";
import type { Description } from "../../piste/description";
import { joined, type Text } from "../../piste/language";
import { REFUSED_LABEL } from "../../piste/names";
import { formatDay } from "../../piste/password-age";
import type { AccessToken } from "../../piste/credentials";
import type { SecretVersion } from "../command/aws";
import { ifAllowed } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import { isRefused } from "../command/refused-label";
import { clockTime, dateAndTime, longDay } from "../command/times";
import { linesOf, testAccount } from "./account-test";
import { enterAccount, type EnteredAccount } from "./enter";
import { findAccountSecret, type AccountSecretLocation } from "./secret-lookup";
import { carrierOf, CURRENT, versionsOf } from "./secret";
import type { SetOptions } from "./set-client";
import { nextCommand, NOTHING_STORED, type Session } from "./session";
import { storeAccount } from "./store-account";
import { usableToken, WITHOUT_TEST } from "./token";

/** Chorus Pro probably knows a new account only after this time. */
const YOUNG_ACCOUNT_IN_MILLISECONDS = 30 * 60_000;

/** @throws CommandError when the account was not stored, or was stored without an API judging it. */
export async function setAccount(session: Session, { test, ...wanted }: SetOptions): Promise<void> {
  session.ifInterrupted(NOTHING_STORED);
  const place = await findAccountSecret(session.target, wanted, !test);
  session.say(placeText(place));
  if (!test || place.description === undefined) {
    const account = await enterAccount(session, place);
    await storeAccount(session, place, account);
    session.say(untested(session, place));
    return;
  }
  const { description } = place;
  checkApis(description);
  const before = await versionsOf(session.target.aws, place.secret);
  // Runs before the questions: without a token, the account cannot be tried.
  const token = await usableToken(session, description, false);
  const account = await enterAccount(session, place);
  await checkNotRefusedBefore(session, place, account, before);
  const verdict = await judge(session, place, description, account, token);
  if (verdict.password === "refused") {
    await refuse(session, place, account, before);
    return;
  }
  for (const line of linesOf(verdict.readings)) session.say(line);
  await storeAccount(session, place, account);
  if (verdict.password !== "right")
    throw notJudged(session, account, verdict, carrierOf(CURRENT, before) !== undefined);
  session.say(accepted(session, account, verdict.readings));
}

function placeText({ environment, application, account, secret, structure }: AccountSecretLocation): Text {
  const of = structure === undefined ? "" : `, ${structure.identifierType} ${structure.identifier}`;
  return {
    en: `Technical account ${account} of ${application} (${environment})${of}\nSecret: ${secret}`,
    fr: `Compte technique ${account} de ${application} (${environment})${of}\nSecret : ${secret}`,
  };
}

function checkApis({ apis, application }: Description): void {
  if (apisOfAccounts(apis).length > 0) return;
  throw new CommandError(
    joined([
      {
        en: `\`apis\` of ${application} names no API of Chorus Pro, so none can test the account.`,
        fr: `\`apis\` de ${application} ne nomme aucune API de Chorus Pro : aucune ne peut essayer le compte.`,
      },
      NOTHING_STORED,
      WITHOUT_TEST,
    ]),
    "operator",
  );
}

/** A stored password with the label REFUSED is sent again only after a yes. */
async function checkNotRefusedBefore(
  { target, ask }: Session,
  { secret }: AccountSecretLocation,
  account: EnteredAccount,
  versions: readonly SecretVersion[] | undefined,
): Promise<void> {
  const current = carrierOf(CURRENT, versions);
  if (current === undefined || !isRefused(current)) return;
  const stored = await ifAllowed(target.aws.read(secret));
  if (stored === undefined || !isSame(account, secret, stored.value)) return;
  const at = dateAndTime(current.storedAt);
  const known: Text = {
    en: `Chorus Pro has refused this very password, stored on ${at.en} with the label ${REFUSED_LABEL}; wrong ones probably lock the account.`,
    fr: `Chorus Pro a refusé ce même mot de passe, enregistré le ${at.fr} avec l'étiquette ${REFUSED_LABEL} ; les mots de passe faux bloquent sans doute le compte.`,
  };
  const again: Text = { en: "Send it once more?", fr: "L'envoyer une fois de plus ?" };
  if (ask.person && (await ask.yes(joined([known, again]), false))) return;
  const notSent: Text = {
    en: "It was not sent again, and nothing has changed.",
    fr: "Il n'a pas été renvoyé, et rien n'a changé.",
  };
  throw new CommandError(joined([known, notSent]), "chorus-pro");
}

function isSame(account: EnteredAccount, secret: string, value: string): boolean {
  try {
    const stored = parseSecret(secret, technicalAccountSchema, value);
    return stored.login === account.login && stored.password === account.password;
  } catch (error) {
    if (error instanceof UnreadableSecretError) return false;
    throw error;
  }
}

async function judge(
  session: Session,
  { structure }: AccountSecretLocation,
  description: Description,
  account: EnteredAccount,
  token: AccessToken,
): Promise<AccountVerdict> {
  session.say({ en: "Trying it with Chorus Pro …", fr: "Essai auprès de Chorus Pro…" });
  const { target, sleep } = session;
  const test = { target, sleep, account, structure, apis: description.apis };
  const verdict = await testAccount({ ...test, token });
  if (verdict.password !== "not-judged" || verdict.readings.at(-1)?.outcome !== "token-refused") return verdict;
  // The gateway refused the token, so Chorus Pro did not see the account.
  let fresh: AccessToken;
  try {
    fresh = await usableToken(session, description, true);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Without a new token, the account is still stored.
    session.warn(error.text);
    return verdict;
  }
  return testAccount({ ...test, token: fresh });
}

/** Explains a 401. On a terminal the person may store the account anyway: the portal shows a password only once. */
async function refuse(
  session: Session,
  place: AccountSecretLocation,
  account: EnteredAccount,
  versions: readonly SecretVersion[] | undefined,
): Promise<void> {
  const { ask, target } = session;
  const later = clockTime(target.now() + YOUNG_ACCOUNT_IN_MILLISECONDS);
  const why: Text = {
    en: `Chorus Pro refuses the technical account (401). Its password is wrong or has expired, the account is locked, or it is younger than about 30 minutes: Chorus Pro does not say which.
- Just created: keep the password, and try again at ${later.en}.
- Otherwise the structure's gestionnaire principal sets a new password on the Chorus Pro portal; store that one.
- Until then, do not run this command again with this password: it would be sent again, and wrong passwords probably lock the account. ${WITHOUT_TEST.en}`,
    fr: `Chorus Pro refuse le compte technique (401). Son mot de passe est faux ou a expiré, le compte est bloqué, ou il a moins d'une trentaine de minutes : Chorus Pro ne dit pas lequel.
- S'il vient d'être créé : gardez le mot de passe, et réessayez à ${later.fr}.
- Sinon, le gestionnaire principal de sa structure lui donne un nouveau mot de passe sur le portail Chorus Pro ; enregistrez celui-là.
- D'ici là, ne relancez pas cette commande avec celui-ci : il serait renvoyé, et les mots de passe faux bloquent sans doute le compte. ${WITHOUT_TEST.fr}`,
  };
  const hasNone = versions !== undefined && carrierOf(CURRENT, versions) === undefined;
  if (hasNone && ask.person) {
    session.say(why);
    const keep = await ask.yes(
      {
        en: `Nothing is stored yet. Store it anyway, with the label ${REFUSED_LABEL}, so that our checks do not send it?`,
        fr: `Rien n'est encore enregistré. L'enregistrer malgré tout, avec l'étiquette ${REFUSED_LABEL}, pour que nos contrôles ne l'envoient pas ?`,
      },
      false,
    );
    if (!keep) throw new CommandError(NOTHING_STORED, "chorus-pro");
    await storeAccount(session, place, account, [REFUSED_LABEL]);
    throw new CommandError(keptRefused(session, place), "chorus-pro");
  }
  const stays: Text = hasNone
    ? NOTHING_STORED
    : { en: "It was not stored; the current one stays.", fr: "Il n'a pas été enregistré ; celui en vigueur le reste." };
  throw new CommandError(joined([why, stays], "\n\n"), "chorus-pro");
}

function setCommand(session: Session, { account }: AccountSecretLocation): string {
  const { environment } = session.target;
  return `${nextCommand(session, `credentials set ${environment} technical-account`)} --account ${account}`;
}

const keptRefused = (session: Session, place: AccountSecretLocation): Text => ({
  en: `Stored in ${place.secret} with the label ${REFUSED_LABEL}. To try again later, or with another password: \`${setCommand(session, place)}\`.`,
  fr: `Enregistré dans ${place.secret} avec l'étiquette ${REFUSED_LABEL}. Pour réessayer plus tard, ou avec un autre mot de passe : \`${setCommand(session, place)}\`.`,
});

/** The account is stored although no API has judged it: its raccordement may be missing, and a password is shown once. */
function notJudged(
  session: Session,
  { changedOn }: EnteredAccount,
  { readings }: AccountVerdict,
  replaced: boolean,
): CommandError {
  const { environment, now } = session.target;
  const day = longDay(formatDay(changedOn));
  const stored: Text = {
    en: `No API has judged the password. The account is stored and current anyway; its password is dated ${day.en}.`,
    fr: `Aucune API n'a jugé le mot de passe. Le compte est tout de même enregistré et en vigueur ; son mot de passe est daté du ${day.fr}.`,
  };
  const former: Text = {
    en: "It replaces the account that was current until now, which the secret keeps as AWSPREVIOUS: a former password no longer works once another is set on the Chorus Pro portal.",
    fr: "Il remplace celui en vigueur jusqu'ici, que le secret garde sous AWSPREVIOUS : un ancien mot de passe ne fonctionne plus dès qu'un autre est donné sur le portail Chorus Pro.",
  };
  const asksMore = readings.some(({ outcome }) => outcome === "forbidden");
  const doctor = nextCommand(session, `doctor ${environment}`) + (asksMore ? " --probe" : "");
  const later = clockTime(now() + YOUNG_ACCOUNT_IN_MILLISECONDS);
  // An unclear answer may hide a refusal.
  const next: Text = readings.some(({ met }) => met === "unclear")
    ? {
        en: `Try it at ${later.en}, and not before, with \`${doctor}\`: it may have been refused already, and wrong passwords probably lock the account.`,
        fr: `Essayez-le à ${later.fr}, et pas avant, avec \`${doctor}\` : il a peut-être déjà été refusé, et les mots de passe faux bloquent sans doute le compte.`,
      }
    : { en: `\`${doctor}\` says what is missing, and tries it.`, fr: `\`${doctor}\` dit ce qui manque, et l'essaie.` };
  return new CommandError(joined([stored, ...(replaced ? [former] : []), next], "\n"), "wait");
}

function accepted(session: Session, { changedOn }: EnteredAccount, readings: readonly ApiReading[]): Text {
  const doctor = nextCommand(session, `doctor ${session.target.environment}`);
  const left = readings.some(({ outcome }) => outcome !== "fine");
  const day = longDay(formatDay(changedOn));
  return {
    en: `The account is stored and current; its password is dated ${day.en}.${left ? " The password is right; the lines above say what is missing." : ""}\nTo see the remaining steps: \`${doctor}\`.`,
    fr: `Le compte est enregistré et en vigueur ; son mot de passe est daté du ${day.fr}.${left ? " Le mot de passe est bon ; les lignes ci-dessus disent ce qui manque." : ""}\nCe qui reste à faire : \`${doctor}\`.`,
  };
}

function untested(session: Session, { secret }: AccountSecretLocation): Text {
  const doctor = nextCommand(session, `doctor ${session.target.environment}`);
  return {
    en: `Stored in ${secret} and current, but not tried. A person with the right to read it can try it with \`${doctor}\`.`,
    fr: `Enregistré dans ${secret} et en vigueur, mais pas essayé. Une personne qui a le droit de le lire peut l'essayer avec \`${doctor}\`.`,
  };
}
