/** `piste credentials status`: the state and age of each secret, from its labels and dates; never a value. */
import type { DescribedAccount, Description } from "../../piste/description";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { clientSecretName } from "../../piste/names";
import { daysLeft, formatDay, passwordDate } from "../../piste/password-age";
import type { DescribedApplication, DisbelievedApplication } from "../described-applications";
import type { SecretVersion } from "../command/aws";
import { AwsError, ifAllowed } from "../command/aws-failure";
import type { Party } from "../../piste/party";
import { isRefused } from "../command/refused-label";
import { readStoredToken } from "../command/stored-token";
import { applicationsOf, type Target } from "../command/target";
import { checkWanted, type Wanted } from "./secret-lookup";
import { carrierOf, CURRENT, PENDING, PREVIOUS } from "./secret";

/** The state of a secret. `empty`: it has no value; `absent`: it does not exist; `unknown`: AWS denies access. */
export type State = "stored" | "empty" | "absent" | "unknown";

export interface SecretStatus {
  readonly secret: string;
  readonly state: State;
  /** The reason why the state is unknown. */
  readonly because?: Text;
  /** Epoch milliseconds. */
  readonly storedAt?: number;
}

export interface ClientStatus extends SecretStatus {
  /** True when the secret is not the application's own. */
  readonly shared: boolean;
  /** True when the current value is still staged: a first value is current at once, before it is tried. */
  readonly untried?: boolean;
  /** True when PISTE refused the current value in the refresher's latest run. */
  readonly refused?: boolean;
  /** When another value was staged. */
  readonly pendingSince?: number | undefined;
  /** When the previous value, which a rollback restores, was stored. */
  readonly previousStoredAt?: number | undefined;
}

export interface AccountStatus extends SecretStatus {
  readonly account: string;
  /** yyyy-mm-dd. */
  readonly changedOn?: string;
  /** `version`: the day of the password is unknown, so the version's date is used. */
  readonly dateFrom?: "label" | "version";
  readonly daysLeft?: number;
  /** True when Chorus Pro refused it. */
  readonly refused?: boolean;
}

/** `unreadable`: the user may not read the token, which is not a failure. */
export interface TokenStatus {
  readonly secret: string;
  readonly state: "valid" | "expired" | "missing" | "unreadable";
  /** Epoch milliseconds. */
  readonly validUntil?: number;
}

export interface ApplicationStatus {
  readonly application: string;
  readonly client: ClientStatus;
  readonly accounts: readonly AccountStatus[];
  readonly token: TokenStatus;
}

export interface CredentialsStatus {
  readonly environment: Environment;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly applications: readonly ApplicationStatus[];
  /** Applications whose description was not believed. */
  readonly disbelieved: readonly DisbelievedApplication[];
  /** The party that must act first; undefined when everything is in place. */
  readonly owner: Party | undefined;
}

/** A publisher has hundreds of accounts, and AWS allows 50 such requests a second in total. */
const ACCOUNTS_AT_ONCE = 10;

export async function credentialsStatus(target: Target, wanted: Wanted): Promise<CredentialsStatus> {
  checkWanted(wanted);
  const applications: ApplicationStatus[] = [];
  const found = await applicationsOf(target, wanted.application);
  for (const described of found.applications) applications.push(await applicationStatus(target, described));
  // With `--application`, the others have already been reported.
  const disbelieved = wanted.application === undefined ? found.disbelieved : [];
  const owner = ownerOf(applications) ?? (disbelieved.length > 0 ? "operator" : undefined);
  return { environment: target.environment, at: target.now(), applications, disbelieved, owner };
}

async function applicationStatus(
  target: Target,
  { description, accounts }: DescribedApplication,
): Promise<ApplicationStatus> {
  const statuses: AccountStatus[] = [];
  for (let first = 0; first < accounts.length; first += ACCOUNTS_AT_ONCE) {
    const batch = accounts.slice(first, first + ACCOUNTS_AT_ONCE);
    statuses.push(...(await Promise.all(batch.map((account) => accountStatus(target, account)))));
  }
  const client = await clientStatus(target, description);
  const token = await tokenStatus(target, description);
  return {
    application: description.application,
    client: { ...client, refused: await isRefusedByPiste(target, description, client, token) },
    accounts: statuses,
    token,
  };
}

/** A valid token proves that PISTE accepted them; without one, the refresher's latest run decides. */
async function isRefusedByPiste(
  { aws }: Target,
  description: Description,
  { state, storedAt = 0, pendingSince }: ClientStatus,
  token: TokenStatus,
): Promise<boolean> {
  if (state !== "stored" || token.state === "valid") return false;
  const run = await ifAllowed(aws.latestRun(description));
  if (run === undefined || run.at < storedAt) return false;
  // That run tried the staged value, not the current one.
  if (run.operation === "promote" && pendingSince !== undefined) return false;
  return run.result.reason === "invalid-client" && run.result.class === "rejected";
}

interface Seen {
  readonly status: SecretStatus;
  readonly versions: readonly SecretVersion[];
  readonly current?: SecretVersion;
}

async function look({ aws }: Target, secret: string): Promise<Seen> {
  try {
    const versions = await aws.versions(secret);
    if (versions === undefined) return { status: { secret, state: "absent" }, versions: [] };
    const current = carrierOf(CURRENT, versions);
    if (current === undefined) return { status: { secret, state: "empty" }, versions };
    return { status: { secret, state: "stored", storedAt: current.storedAt }, versions, current };
  } catch (error) {
    if (!(error instanceof AwsError && error.kind === "denied")) throw error;
    return { status: { secret, state: "unknown", because: error.text }, versions: [] };
  }
}

async function clientStatus(target: Target, description: Description): Promise<ClientStatus> {
  const { environment, application, clientSecret } = description;
  const { status, versions, current } = await look(target, clientSecret);
  const pending = carrierOf(PENDING, versions);
  return {
    ...status,
    shared: clientSecret !== clientSecretName(environment, application),
    untried: pending !== undefined && pending === current,
    pendingSince: pending === current ? undefined : pending?.storedAt,
    previousStoredAt: carrierOf(PREVIOUS, versions)?.storedAt,
  };
}

async function accountStatus(
  target: Target,
  { name: account, secret, passwordLifetimeInDays }: DescribedAccount,
): Promise<AccountStatus> {
  const { status, current } = await look(target, secret);
  if (current === undefined) return { ...status, account };
  const { day, from } = passwordDate(current, target.now());
  return {
    ...status,
    account,
    changedOn: formatDay(day),
    dateFrom: from,
    daysLeft: daysLeft(day, passwordLifetimeInDays, target.now()),
    refused: isRefused(current),
  };
}

async function tokenStatus(target: Target, { tokenSecret: secret }: Description): Promise<TokenStatus> {
  try {
    const found = await readStoredToken(target, secret);
    if (typeof found === "string") return { secret, state: "missing" };
    return { secret, state: found.secondsLeft > 0 ? "valid" : "expired", validUntil: found.end * 1000 };
  } catch (error) {
    if (error instanceof AwsError && error.kind === "denied") return { secret, state: "unreadable" };
    throw error;
  }
}

/** In the order in which the parties must act. */
const IN_ORDER: readonly Party[] = ["aws", "operator", "piste-portal", "chorus-pro", "wait"];

function ownerOf(applications: readonly ApplicationStatus[]): Party | undefined {
  const owners = new Set(
    applications.flatMap(({ client, accounts, token }) => [
      ownerOfSecret(client) ?? (client.refused ? "operator" : undefined),
      ...accounts.map(
        (account) =>
          ownerOfSecret(account) ?? (account.refused || (account.daysLeft ?? 0) < 0 ? "chorus-pro" : undefined),
      ),
      token.state === "expired" || token.state === "missing" ? "wait" : undefined,
    ]),
  );
  return IN_ORDER.find((owner) => owners.has(owner));
}

function ownerOfSecret({ state }: SecretStatus): Party | undefined {
  if (state === "stored") return undefined;
  return state === "empty" ? "operator" : "aws";
}
