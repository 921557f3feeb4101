/** The conclusion from all answers to one technical account when none refuses its password. */
import { apisOfAccounts } from "../../piste/account-probe";
import { API_CATALOGUE, type ApiName } from "../../piste/api-catalogue";
import { REFUSED_LABEL } from "../../piste/names";
import { daysLeft, FIRST_REMINDER_IN_DAYS, formatDay, passwordDate } from "../../piste/password-age";
import type { ProbeOutcomeCode } from "../../piste/probe-outcomes";
import type { ProbeAnswer } from "../../piste/probes";
import { digitsOfLogin, isAnotherStructure } from "../../piste/structure-identifier";
import { refusedVersion, unmarkRefused } from "../command/refused-label";
import { longDay } from "../command/times";
import { expiredOn, type Check, type Sendable } from "./account-preparation";
import { titleOf } from "./message-parts";

export async function judgeAccount(
  check: Check,
  sendable: Sendable,
  isPasswordRight: boolean,
  answers: ReadonlyMap<ApiName, ProbeAnswer>,
): Promise<void> {
  const { subject } = check;
  const { evidence, credentials } = sendable;
  const { account, outcomes } = evidence;
  const { structure } = account;
  const of = (outcome: ProbeOutcomeCode): ApiName[] =>
    apisOfAccounts(subject.application.description.apis).filter((name) => outcomes.get(name) === outcome);
  const fine = of("fine");
  const otherCode = of("habilitation-probable");
  const forbidden = of("raccordement-or-habilitation");
  const digits = digitsOfLogin(credentials.login);
  const otherDigits = isAnotherStructure(digits, structure) ? digits : undefined;

  if (isPasswordRight) {
    evidence.accepted = true;
    // A missing raccordement is a possible cause of a 403.
    if (of("forbidden").length === 0) evidence.connected = true;
    await unlabel(check, sendable);
    noteAge(check, sendable);
    if (otherDigits !== undefined) noteOtherStructure(check, sendable, otherDigits);
    const refusing = [...otherCode, ...forbidden];
    const [first] = refusing;
    if (first !== undefined) {
      const said = saidOf(answers.get(first));
      const apis = refusing.map((name) => titleOf(API_CATALOGUE[name]));
      const details = { apis, answered: fine.length, total: subject.chorusPro.length, said };
      subject.addOfAccount(account, "habilitation-missing", details);
    }
  } else if (forbidden.length > 0 && otherDigits !== undefined) {
    const details = { ofAccount: otherDigits, configured: structure.identifier };
    subject.addOfAccount(account, "account-of-another-structure", details);
  } else if (forbidden.length > 0) {
    evidence.connected = false;
    const { pisteApplicationName } = subject.application.description;
    const details = { structure: structure.identifier, pisteApplicationName };
    subject.addOfAccount(account, "raccordement-missing", details);
  }
  if (digits === undefined) {
    subject.notes.push({
      en: `The login of the account ${account.name} does not have the form TECH_<number>_<14 digits>@cpro.fr.`,
      fr: `L'identifiant du compte ${account.name} n'a pas la forme TECH_<nombre>_<14 chiffres>@cpro.fr.`,
    });
  }
}

function noteOtherStructure({ subject }: Check, { evidence: { account } }: Sendable, digits: string): void {
  const { name, structure } = account;
  subject.notes.push({
    en: `The account ${name} works, but its login names the structure ${digits} and the configuration ${structure.identifier}.`,
    fr: `Le compte ${name} fonctionne, mais son identifiant indique la structure ${digits} et la configuration ${structure.identifier}.`,
  });
}

function saidOf(answer: ProbeAnswer | undefined): string {
  const { returnCode, messageCode, status = 403 } = answer ?? {};
  return [returnCode ?? status, messageCode].filter((code) => code !== undefined).join(" ");
}

/** Removes the label of an earlier refusal: the password works after all. */
async function unlabel({ visit, subject }: Check, { evidence, version }: Sendable): Promise<void> {
  const { secret } = evidence.account;
  const labelled = refusedVersion(subject.versions.get(secret));
  const result = await unmarkRefused(visit.target.aws, { secret, versionId: version.versionId, labelled });
  if (typeof result !== "string") {
    subject.notes.push({
      en: `The password works, but the label ${REFUSED_LABEL} could not be removed from it: ${result.en}`,
      fr: `Le mot de passe fonctionne, mais l'étiquette ${REFUSED_LABEL} n'a pas pu en être retirée : ${result.fr}`,
    });
  }
}

function noteAge({ visit, subject }: Check, { evidence, version }: Sendable): void {
  const { account } = evidence;
  const expired = expiredOn(visit, evidence, version);
  if (expired !== undefined) {
    subject.addOfAccount(account, "account-overdue", { by: expired });
    return;
  }
  const { day } = passwordDate(version, visit.now());
  const left = daysLeft(day, account.passwordLifetimeInDays, visit.now());
  if (left >= FIRST_REMINDER_IN_DAYS) return;
  const by = longDay(formatDay(day + account.passwordLifetimeInDays));
  subject.notes.push({
    en: `The password of the account ${account.name} has to be changed by ${by.en}.`,
    fr: `Le mot de passe du compte ${account.name} doit être changé au plus tard le ${by.fr}.`,
  });
}
