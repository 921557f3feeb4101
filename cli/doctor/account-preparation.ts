/** Which technical accounts may be sent: what their versions say, and only then their values. */
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
  /** Logins of qualif's accounts. */
  readonly ofQualif: ReadonlySet<string>;
}

const YOUNG_IN_MILLISECONDS = YOUNG_ACCOUNT_IN_MINUTES * 60_000;
const isYoung = (visit: Visit, { storedAt }: SecretVersion): boolean => visit.now() - storedAt < YOUNG_IN_MILLISECONDS;

/** The last day of the password's lifetime, as yyyy-mm-dd, when it has gone by. */
export function expiredOn(visit: Visit, { account }: AccountEvidence, version: SecretVersion): string | undefined {
  const { day } = passwordDate(version, visit.now());
  const left = daysLeft(day, account.passwordLifetimeInDays, visit.now());
  return left < 0 ? formatDay(day + account.passwordLifetimeInDays) : undefined;
}

/** Reads the account, unless what is known of it without its value already says that it may not be sent. */
export async function prepareAccount(preparation: Preparation): Promise<Sendable | undefined> {
  const { visit, subject, evidence, ofQualif } = preparation;
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
  // Another version than the one that was described was stored a moment ago.
  if (isRefused(version) && visit.options.force !== true) {
    refusedBefore(preparation, version);
    return undefined;
  }
  try {
    const credentials = parseSecret(account.secret, technicalAccountSchema, stored.value);
    if (!ofQualif.has(credentials.login)) return { evidence, credentials, version };
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

/** Probably only young, unless its password is past its date. */
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
  // The minute in which it is old enough may not have begun when its display does.
  const at = clockTime(storedAt + YOUNG_IN_MILLISECONDS + 59_999);
  subject.addOfAccount(account, "account-young", { at, minutes: YOUNG_ACCOUNT_IN_MINUTES });
}
