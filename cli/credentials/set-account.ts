/** `piste credentials set … technical-account`: tried with the current token, and stored unless Chorus Pro refuses it. */
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

/** Probably: only so long after its creation Chorus Pro knows an account. */
const YOUNG_ACCOUNT_IN_MILLISECONDS = 30 * 60_000;

/** @throws CommandError when the account is not stored in the end, or is stored and nobody has judged it. */
export async function setAccount(session: Session, { test, ...wanted }: SetOptions): Promise<void> {
  session.ifInterrupted(NOTHING_STORED);
  const place = await findAccountSecret(session.target, wanted, !test);
  session.say(whose(place));
  if (!test || place.description === undefined) {
    const account = await enterAccount(session, place);
    await storeAccount(session, place, account);
    session.say(untested(session, place));
    return;
  }
  const { description } = place;
  checkApis(description);
  const before = await versionsOf(session.target.aws, place.secret);
  // Before anything is typed: without a token it would be in vain.
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

function whose({ environment, application, account, secret, structure }: AccountSecretLocation): Text {
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
        en: `\`apis\` of ${application} names no API of Chorus Pro, so none can tell whether the account is right.`,
        fr: `\`apis\` de ${application} ne nomme aucune API de Chorus Pro : aucune ne peut dire si le compte est bon.`,
      },
      NOTHING_STORED,
      WITHOUT_TEST,
    ]),
    "operator",
  );
}

/** A password that was refused and kept is sent again only by whoever says so. */
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
  // The gateway has refused it before anybody saw the account.
  let fresh: AccessToken;
  try {
    fresh = await usableToken(session, description, true);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Nothing that was typed is lost.
    session.warn(error.text);
    return verdict;
  }
  return testAccount({ ...test, token: fresh });
}

/** What a 401 may mean, and what to do; on a terminal it may be kept, so that nothing shown once is lost. */
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
- Otherwise its structure's gestionnaire principal gives it a new password on the Chorus Pro portal; store that one.
- Until then do not repeat this command with it: it is not remembered, so it would be sent again, and wrong passwords probably lock the account. ${WITHOUT_TEST.en}`,
    fr: `Chorus Pro refuse le compte technique (401). Son mot de passe est faux ou a expiré, le compte est bloqué, ou il a moins d'une trentaine de minutes : Chorus Pro ne dit pas lequel.
- S'il vient d'être créé : gardez le mot de passe, et réessayez à ${later.fr}.
- Sinon, le gestionnaire principal de sa structure lui donne un nouveau mot de passe sur le portail Chorus Pro ; enregistrez celui-là.
- D'ici là, ne relancez pas cette commande avec celui-ci : il n'est pas retenu, il serait donc renvoyé, et les mots de passe faux bloquent sans doute le compte. ${WITHOUT_TEST.fr}`,
  };
  const hasNone = versions !== undefined && carrierOf(CURRENT, versions) === undefined;
  if (hasNone && ask.person) {
    session.say(why);
    const keep = await ask.yes(
      {
        en: `Nothing is stored yet. Store it all the same, with the label ${REFUSED_LABEL}, so that our checks do not send it?`,
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
    : { en: "It was not stored; what is current stays.", fr: "Il n'a pas été enregistré ; celui en vigueur le reste." };
  throw new CommandError(joined([why, stays], "\n\n"), "chorus-pro");
}

function setCommand(session: Session, { account }: AccountSecretLocation): string {
  const { environment } = session.target;
  return `${nextCommand(session, `credentials set ${environment} technical-account`)} --account ${account}`;
}

const keptRefused = (session: Session, place: AccountSecretLocation): Text => ({
  en: `Stored in ${place.secret} with the label ${REFUSED_LABEL}. Once Chorus Pro may know it, or with another password: \`${setCommand(session, place)}\`.`,
  fr: `Enregistré dans ${place.secret} avec l'étiquette ${REFUSED_LABEL}. Quand Chorus Pro pourrait le connaître, ou avec un autre mot de passe : \`${setCommand(session, place)}\`.`,
});

/** What is stored although no API has judged it: its raccordement may be missing, and a password is shown only once. */
function notJudged(
  session: Session,
  { changedOn }: EnteredAccount,
  { readings }: AccountVerdict,
  replaced: boolean,
): CommandError {
  const { environment, now } = session.target;
  const day = longDay(formatDay(changedOn));
  const stored: Text = {
    en: `No API has judged the password. The account is stored all the same, and current; its password is dated ${day.en}.`,
    fr: `Aucune API n'a jugé le mot de passe. Le compte est enregistré malgré tout, et en vigueur ; son mot de passe est daté du ${day.fr}.`,
  };
  const former: Text = {
    en: "It replaces what was current until now, which the secret keeps as AWSPREVIOUS: a former password no longer works once another is set on the Chorus Pro portal.",
    fr: "Il remplace celui en vigueur jusqu'ici, que le secret garde sous AWSPREVIOUS : un ancien mot de passe ne vaut plus rien dès qu'un autre est donné sur le portail Chorus Pro.",
  };
  const asksMore = readings.some(({ outcome }) => outcome === "forbidden");
  const doctor = nextCommand(session, `doctor ${environment}`) + (asksMore ? " --probe" : "");
  const later = clockTime(now() + YOUNG_ACCOUNT_IN_MILLISECONDS);
  // Chorus Pro may have refused it without our seeing so.
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
    en: `The account is stored, and current; its password is dated ${day.en}.${left ? " The password is right; what is missing is said above." : ""}\nWhat is left to do: \`${doctor}\`.`,
    fr: `Le compte est enregistré, et en vigueur ; son mot de passe est daté du ${day.fr}.${left ? " Le mot de passe est bon ; ce qui manque est dit ci-dessus." : ""}\nCe qui reste à faire : \`${doctor}\`.`,
  };
}

function untested(session: Session, { secret }: AccountSecretLocation): Text {
  const doctor = nextCommand(session, `doctor ${session.target.environment}`);
  return {
    en: `Stored in ${secret}, and current, without having been tried. Whoever may read it tries it with \`${doctor}\`.`,
    fr: `Enregistré dans ${secret}, et en vigueur, sans avoir été essayé. Qui a le droit de le lire l'essaie avec \`${doctor}\`.`,
  };
}
