/**
 * The layers of the APIs, the technical accounts and their structures. The first account that may be sent also tests
 * the APIs. A made-up login is sent only when no account may be sent, when all are refused, or to find a 403's cause.
 */
import type { ApiName } from "../../piste/api-catalogue";
import type { Text } from "../../piste/language";
import type { Prober } from "../../piste/prober";
import { checkAccount } from "./account-check";
import { prepareAccount, type Sendable } from "./account-preparation";
import { loginsOfQualif } from "./qualif";
import { titleOf, uncheckedText } from "./message-parts";
import { learn, type ApiEvidence, type Subject } from "./subject";
import type { Seen } from "./report";
import { stop, type Visit } from "./visit";
import { inParallel } from "../../piste/in-parallel";

const ACCOUNTS_AT_ONCE = 4;
const STRUCTURES: ApiName = "chorus-pro-structures";

/** The work that remains for the accounts' layer of one application. */
export interface Prepared {
  readonly prober: Prober;
  readonly left: readonly Sendable[];
}

export async function lookAtApis(visit: Visit, subject: Subject): Promise<Prepared> {
  const prober = visit.proberOf(subject);
  for (const api of subject.apis.filter(({ api: { authentication } }) => authentication === "token")) {
    await askWithoutAccount(prober, subject, api);
  }
  if (!subject.needsAccount) return { prober, left: [] };
  if (subject.accounts.length === 0) {
    subject.add(visit.options.trial ? "account-not-typed" : "account-not-configured", {});
  }

  visit.loginsOfQualif ??= await loginsOfQualif(visit);
  const { loginsOfQualif: logins } = visit;
  const prepared: Sendable[] = [];
  await inParallel(subject.accounts, ACCOUNTS_AT_ONCE, async (evidence) => {
    const sendable = await prepareAccount({ visit, subject, evidence, loginsOfQualif: logins });
    if (sendable !== undefined) prepared.push(sendable);
  });
  prepared.sort((one, other) => subject.accounts.indexOf(one.evidence) - subject.accounts.indexOf(other.evidence));
  const [first, ...left] = prepared;
  if (first !== undefined) await checkAccount({ visit, subject, prober }, first);
  if (left.length === 0) await askOthers(prober, subject);
  return { prober, left };
}

/** Asks the APIs that no account was sent to: a refused account is not sent to the next API. */
async function askOthers(prober: Prober, subject: Subject): Promise<void> {
  const { accounts, chorusPro } = subject;
  // After an unclear answer, the other APIs are not asked.
  if (accounts.some(({ accepted, outcomes }) => accepted !== false && outcomes.size > 0)) return;
  for (const api of chorusPro.filter(({ state }) => state === "not-asked")) {
    await askWithoutAccount(prober, subject, api);
  }
}

async function askWithoutAccount(prober: Prober, subject: Subject, evidence: ApiEvidence): Promise<void> {
  const reading = await prober.probeWithoutAccount(evidence.api);
  if (reading?.outcome === "token-refused") throw stop("token-refused", subject.context, {}, { layer: "apis" });
  if (reading !== undefined) learn(evidence, reading);
}

export function apisSaid({ apis }: Subject): Text {
  const withPing = apis.filter(({ state }) => state !== "no-ping");
  const letIn = withPing.filter(({ state }) => state === "let-in").length;
  const said: Text = {
    en: `${letIn} of ${withPing.length} let the application in`,
    fr: `${letIn} sur ${withPing.length} laissent entrer l'application`,
  };
  const unchecked = uncheckedText(apis.filter(({ state }) => state === "no-ping").map(({ api }) => titleOf(api)));
  if (unchecked === undefined) return said;
  return withPing.length === 0 ? unchecked : { en: `${said.en}; ${unchecked.en}`, fr: `${said.fr} ; ${unchecked.fr}` };
}

export async function lookAtAccounts(visit: Visit, subject: Subject, { prober, left }: Prepared): Promise<Seen> {
  await inParallel(left, ACCOUNTS_AT_ONCE, (sendable) => checkAccount({ visit, subject, prober }, sendable));
  if (left.length > 0) await askOthers(prober, subject);
  if (!subject.needsAccount) return NOT_NEEDED;
  const { accounts } = subject;
  const accepted = accounts.filter((account) => account.accepted === true).length;
  return {
    en: `${accepted} of ${accounts.length} accepted by Chorus Pro`,
    fr: `${accepted} sur ${accounts.length} ${accepted < 2 ? "accepté" : "acceptés"} par Chorus Pro`,
    ...(accepted < accounts.length && { status: "unclear" }),
  };
}

/** The results of the search for each account's structure. A structure that is not found is only a note. */
export function lookAtStructures(_: Visit, subject: Subject): Promise<Seen> {
  const looked = subject.accounts.filter(({ structureFound }) => structureFound !== undefined);
  if (!subject.apis.some(({ api }) => api.name === STRUCTURES)) return Promise.resolve(NOT_NEEDED);
  if (looked.length === 0 && subject.accounts.length > 0) {
    return Promise.resolve({ en: "not asked for yet", fr: "pas encore demandées", status: "not-reached" });
  }
  const lost = looked.filter(({ structureFound }) => structureFound === false);
  for (const { account } of lost) {
    const { identifier, identifierType } = account.structure;
    subject.notes.push({
      en: `Chorus Pro finds no structure ${identifier} (${identifierType}), which is configured for the account ${account.name}: the identifier is probably mistyped.`,
      fr: `Chorus Pro ne trouve pas la structure ${identifier} (${identifierType}), prévue pour le compte ${account.name} ; l'identifiant est probablement mal saisi.`,
    });
  }
  return Promise.resolve({
    en: `${looked.length - lost.length} of ${subject.accounts.length} found`,
    fr: `${looked.length - lost.length} sur ${subject.accounts.length} trouvées`,
  });
}

const NOT_NEEDED: Text = { en: "not needed", fr: "sans objet" };
