/** Decides which technical accounts may be sent: by the labels of their versions first, then by their values. */
import { YOUNG_ACCOUNT_IN_MINUTES } from "../../lambda/connection-check/contract";
import {
  parseSecret,
  technicalAccountSchema,
  UnreadableSecretError,
  type TechnicalAccount,
} from "../../piste/credentials";
import { daysLeft, formatDay, passwordDate } from "../../piste/password-age";
import type { Prober } from "../../piste/prober";
import type { SecretVersion } from "../command/aws";
import { isRefused } from "../command/refused-label";
import { clockTime } from "../command/times";
import type { AccountEvidence, Subject } from "./subject";
import type { Visit } from "./visit";

/** An account that may be sent. */
export interface Sendable {
  readonly evidence: AccountEvidence;
  readonly credentials: TechnicalAccount;
  readonly version: SecretVersion;
}

/** The inputs of an account's check. */
export interface Check {
  readonly visit: Visit;
  readonly subject: Subject;
  readonly prober: Prober;
}

export interface Preparation {
  readonly visit: Visit;
  readonly subject: Subject;
  readonly evidence: AccountEvidence;
  readonly loginsOfQualif: ReadonlySet<string>;
}

const YOUNG_IN_MILLISECONDS = YOUNG_ACCOUNT_IN_MINUTES * 60_000;
const isYoung = (visit: Visit, { storedAt }: SecretVersion): boolean => visit.now() - storedAt < YOUNG_IN_MILLISECONDS;

/** The last day of the password's lifetime as yyyy-mm-dd; undefined until it has passed. */
export function expiredOn(visit: Visit, { account }: AccountEvidence, version: SecretVersion): string | undefined {
  const { day } = passwordDate(version, visit.now());
  const left = daysLeft(day, account.passwordLifetimeInDays, visit.now());
  return left < 0 ? formatDay(day + account.passwordLifetimeInDays) : undefined;
}

/** Reads the account. Undefined, with a finding, when it may not be sent. Without `--force`, a refused one is not read. */
export async function prepareAccount(preparation: Preparation): Promise<Sendable | undefined> {
  const { visit, subject, evidence, loginsOfQualif } = preparation;
  const { account } = evidence;
  const described = subject.current(account.secret);
  if (described !== undefined && isRefused(described) && visit.options.force !== true) {
    evidence.stored = true;
    refusedBefore(preparation, described);
    return undefined;
  }
  const stored = described && (await visit.target.aws.read(account.secret));
  if (stored === undefined) {
    subject.addOfAccount(account, "account-empty", {});
    return undefined;
  }
  evidence.stored = true;
  const version = await versionOf(visit, subject, account.secret, stored);
  // The value may be of a newer version than the described one.
  if (isRefused(version) && visit.options.force !== true) {
    refusedBefore(preparation, version);
    return undefined;
  }
  try {
    const credentials = parseSecret(account.secret, technicalAccountSchema, stored.value);
    if (!loginsOfQualif.has(credentials.login)) return { evidence, credentials, version };
    subject.addOfAccount(account, "account-same-as-qualif", {});
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    evidence.stored = false;
    subject.addOfAccount(account, "account-malformed", {});
  }
  return undefined;
}

async function versionOf(
  { target: { aws } }: Visit,
  subject: Subject,
  secret: string,
  { versionId, storedAt }: { readonly versionId: string; readonly storedAt: number },
): Promise<SecretVersion> {
  const find = (): SecretVersion | undefined =>
    subject.versions.get(secret)?.find((version) => version.versionId === versionId);
  if (find() === undefined) subject.versions.set(secret, (await aws.versions(secret)) ?? []);
  return find() ?? { versionId, storedAt, labels: [] };
}

function refusedBefore({ visit, subject, evidence }: Preparation, version: SecretVersion): void {
  addRefusal({ visit, subject }, evidence, version, "account-refused-before");
}

/** A refused account that was just stored is probably not known to Chorus Pro yet, unless its password has expired. */
export function addRefusal(
  { visit, subject }: Pick<Check, "visit" | "subject">,
  evidence: AccountEvidence,
  version: SecretVersion,
  code: "account-refused" | "account-refused-before",
): void {
  const expired = expiredOn(visit, evidence, version);
  if (expired === undefined && isYoung(visit, version)) addYoung(visit, subject, evidence, version);
  else subject.addOfAccount(evidence.account, code, { expiredOn: expired });
}

function addYoung(visit: Visit, subject: Subject, { account }: AccountEvidence, { storedAt }: SecretVersion): void {
  // Rounded up to the next minute, because the display drops the seconds.
  const at = clockTime(storedAt + YOUNG_IN_MILLISECONDS + 59_999);
  subject.addOfAccount(account, "account-young", { at, minutes: YOUNG_ACCOUNT_IN_MINUTES });
}
