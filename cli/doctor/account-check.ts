/**
 * One technical account sent to each API. A password that Chorus Pro refuses is labelled before anything else happens,
 * and is not sent again.
 */
import { apisOfAccounts, probeAccount } from "../../piste/account-probe";
import type { ApiName } from "../../piste/api-catalogue";
import { REFUSED_LABEL } from "../../piste/names";
import type { ProbeAnswer } from "../../piste/probes";
import { awsOptions } from "../command/target";
import { markRefused, refusedVersion } from "../command/refused-label";
import { judgeAccount } from "./account-judgement";
import { addRefusal, type Check, type Sendable } from "./account-preparation";
import { learn } from "./subject";
import { stop } from "./visit";

/** Sends the account to each API, until one refuses its password or gives an answer that may hide such a refusal. */
export async function checkAccount(check: Check, sendable: Sendable): Promise<void> {
  const { subject, prober } = check;
  const { evidence, credentials } = sendable;
  const { account, outcomes } = evidence;
  const apis = apisOfAccounts(subject.application.description.apis);
  const sender = { account: credentials, structure: account.structure };
  const { password, readings, notTried } = await probeAccount(prober, apis, sender);
  if (password === "refused") await labelRefused(check, sendable);
  const answers = new Map<ApiName, ProbeAnswer>();
  for (const reading of readings) {
    outcomes.set(reading.api, reading.outcome);
    answers.set(reading.api, reading.answer);
    for (const one of subject.chorusPro) if (one.api.name === reading.api) learn(one, reading);
  }
  if (password === "refused") {
    evidence.accepted = false;
    addRefusal(check, evidence, sendable.version, "account-refused");
    return;
  }
  if (notTried === "token-refused" || readings.at(-1)?.outcome === "token-refused") {
    throw stop("token-refused", subject.context, {}, { layer: "accounts" });
  }
  if (outcomes.get("chorus-pro-structures") === "fine") {
    evidence.structureFound = answers.get("chorus-pro-structures")?.emptySearch !== true;
  }
  await judgeAccount(check, sendable, password === "right", answers);
}

/** Runs first, so that nothing tries this password again. */
async function labelRefused({ visit, subject }: Check, { evidence, version }: Sendable): Promise<void> {
  const { account } = evidence;
  const { secret } = account;
  const { versionId } = version;
  const labelled = refusedVersion(subject.versions.get(secret));
  const result = await markRefused(visit.target.aws, { secret, versionId, labelled });
  if (typeof result !== "string") {
    const command = `aws secretsmanager update-secret-version-stage --secret-id ${secret} --version-stage ${REFUSED_LABEL} --move-to-version-id ${versionId}${labelled === undefined ? "" : ` --remove-from-version-id ${labelled}`}${awsOptions(visit.options.where)}`;
    subject.notes.push({
      en: `The label ${REFUSED_LABEL} could not be added to the refused password, so the next check would send it again. Add it: \`${command}\`. ${result.en}`,
      fr: `L'étiquette ${REFUSED_LABEL} n'a pas pu être posée sur le mot de passe refusé ; le prochain contrôle l'enverrait de nouveau. Posez-la : \`${command}\`. ${result.fr}`,
    });
  }
}
