/**
 * Checks one technical account: its labels first, then every API with it. A password that Chorus Pro refused is not
 * sent again while its version is current.
 */
import { probeAccount } from "../../piste/account-probe";
import type { ApiName } from "../../piste/api-catalogue";
import {
  parseSecret,
  technicalAccountSchema,
  UnreadableSecretError,
  type TechnicalAccount,
} from "../../piste/credentials";
import type { DescribedAccount } from "../../piste/description";
import { REFUSED_LABEL } from "../../piste/names";
import type { ProbeAnswer } from "../../piste/probes";
import { PlatformError, type SecretStore, type StoredSecret } from "../shared/secret-store";
import { YOUNG_ACCOUNT_IN_MINUTES } from "./contract";
import type { Findings, Place } from "./findings";
import type { Prober, Sender } from "../../piste/prober";
import type { VersionLabels } from "./version-labels";

export interface AccountCheck {
  readonly account: DescribedAccount;
  /** Those of Chorus Pro, the most reliable first. */
  readonly apis: readonly ApiName[];
  readonly prober: Prober;
  readonly secrets: Pick<SecretStore, "read" | "answeredAt">;
  readonly labels: VersionLabels;
  readonly nowInMilliseconds: () => number;
  readonly findings: Findings;
  /** Errors to throw after everything is reported. */
  readonly failures: unknown[];
}

/** @throws NotTriedError when the time is up, PlatformError when AWS refuses. */
export async function checkAccount(check: AccountCheck): Promise<void> {
  const { account, prober, findings } = check;
  prober.checkTime();
  const place = { account: account.name };
  const stored = await readCurrent(check);
  if (typeof stored === "string") {
    findings.add(stored, place);
    return;
  }
  let credentials: TechnicalAccount;
  try {
    credentials = parseSecret(account.secret, technicalAccountSchema, stored.value);
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    findings.add("unreadable-account", place, { more: `Reason: ${error.message}.` });
    return;
  }
  await probeApis(check, stored.versionId, { account: credentials, structure: account.structure });
}

/** The current value, or the reason not to try it. */
async function readCurrent({
  account,
  labels,
  secrets,
  nowInMilliseconds,
}: AccountCheck): Promise<StoredSecret | "no-value" | "refused-before" | "too-young"> {
  const current = await labels.current(account.secret);
  if (current === undefined) return "no-value";
  if (current.refused) return "refused-before";
  const stored = await secrets.read(account.secret);
  if (stored === undefined) return "no-value";
  const now = secrets.answeredAt() ?? nowInMilliseconds() / 1000;
  const young = now - stored.storedAt < YOUNG_ACCOUNT_IN_MINUTES * 60;
  // A different version ID means that a new version was stored after the labels were read.
  return young || stored.versionId !== current.versionId ? "too-young" : stored;
}

async function probeApis(check: AccountCheck, versionId: string, sender: Sender): Promise<void> {
  const { account, apis, prober, findings } = check;
  const { password, readings, unsteady, notTried } = await probeAccount(prober, apis, sender);
  const refusal = password === "refused" ? readings.at(-1) : undefined;
  if (refusal !== undefined)
    await refuse(check, versionId, { api: refusal.api, account: account.name }, refusal.answer);
  for (const { api, outcome, answer } of readings) {
    if (outcome !== "account-refused") findings.add(outcome, { api, account: account.name }, { answer });
  }
  for (const api of unsteady) findings.addOnce("api-unsteady", api);
  if (notTried !== undefined) findings.add(notTried, { account: account.name });
}

/** Sets the label first, so that nothing sends this password again, even after a crash. */
async function refuse(
  { account, labels, findings, failures }: AccountCheck,
  versionId: string,
  place: Place,
  answer: ProbeAnswer,
): Promise<void> {
  try {
    await labels.markRefused(account.secret, versionId);
    findings.add("account-refused", place, { answer });
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const more =
      `The label ${REFUSED_LABEL} could not be put on version ${versionId} of ${account.secret}. Put it there before ` +
      "the next check, or the check sends this password again.";
    findings.add("account-refused", place, { answer, more });
    findings.error(error, place);
    failures.push(error);
  }
}
