/**
 * An in-memory stand-in for AWS that holds the entered credentials: `credentials try` runs the doctor's checks on them
 * without asking AWS, and stores nothing.
 */
import type { RunResult } from "../../lambda/token-refresh/report";
import { apisOf, DEFAULT_SCOPE, scopesOf } from "../../piste/api-catalogue";
import { DEFAULT_PASSWORD_LIFETIME_IN_DAYS } from "../../piste/application";
import type { DescribedAccount, Description } from "../../piste/description";
import type { Text } from "../../piste/language";
import {
  CHANGED_LABEL_PREFIX,
  clientSecretName,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  technicalAccountSecretName,
  tokenSecretName,
} from "../../piste/names";
import { dayInParis, formatDay } from "../../piste/password-age";
import { PROBE_TIMEOUT_IN_SECONDS } from "../../piste/probes";
import { NETWORK_FAILURES } from "../../piste/http";
import { digitsOfLogin } from "../../piste/structure-identifier";
import { requestToken, type TokenRequest } from "../../piste/token-endpoint";
import type { Aws, SecretVersion, StoredValue } from "../command/aws";
import { networkFailureText } from "../command/french";
import type { PisteTarget, Target } from "../command/target";
import type { CommandContext } from "../doctor/findings/finding";
import { answeredText } from "../doctor/message-parts";
import { Subject } from "../doctor/subject";
import { failureOfTheWay, LEAST_LEFT_IN_SECONDS } from "../doctor/token-layers";
import { stop } from "../doctor/visit";
import type { EnteredAccount, Trial } from "./enter";

const DAY_IN_MILLISECONDS = 86_400_000;

const never = (): never => {
  throw new Error("unreachable: `credentials try` asks AWS for nothing");
};

export interface Typed {
  readonly target: Target;
  readonly subject: Subject;
}

/** @param apis by their names in the catalogue. */
export function typed(piste: PisteTarget, trial: Trial, apis: readonly string[], context: CommandContext): Typed {
  const { environment, now } = piste;
  const { client, account } = trial;
  const clientSecret = clientSecretName(environment, DEFAULT_APPLICATION);
  const tokenSecret = tokenSecretName(environment, DEFAULT_APPLICATION);
  const secret = technicalAccountSecretName(environment, DEFAULT_APPLICATION, DEFAULT_ACCOUNT);
  const [scope = DEFAULT_SCOPE] = scopesOf(apisOf(apis).known);
  const values = new Map<string, StoredValue>();
  const keep = (name: string, value: object, storedAt: number): void => {
    values.set(name, { value: JSON.stringify(value), versionId: name, storedAt });
  };
  const described: DescribedAccount[] = [];
  if (account !== undefined) {
    const { login, password } = account;
    keep(secret, { login, password }, setAt(account, now()));
    described.push({
      name: DEFAULT_ACCOUNT,
      secret,
      structure: { identifier: digitsOfLogin(login.trim()) ?? "?", identifierType: "SIRET" },
      passwordLifetimeInDays: DEFAULT_PASSWORD_LIFETIME_IN_DAYS,
    });
  }
  const description: Description = {
    environment,
    application: DEFAULT_APPLICATION,
    scope,
    apis: [...apis],
    clientSecret,
    tokenSecret,
    function: "",
    schedule: { group: "", name: "" },
    alarms: [],
    accountPages: 0,
  };
  const subject = new Subject({ description, accounts: described }, context);
  const version = (storedAt: number, ...labels: string[]): SecretVersion[] => [
    { versionId: secret, labels: ["AWSCURRENT", ...labels], storedAt },
  ];
  subject.versions.set(clientSecret, version(now()));
  if (account !== undefined) {
    const label = `${CHANGED_LABEL_PREFIX}${formatDay(account.changedOn)}`;
    subject.versions.set(secret, version(setAt(account, now()), label));
  }
  const aws: Aws = {
    clockAheadInMilliseconds: () => undefined,
    read: (name) => Promise.resolve(values.get(name)),
    invoke: () =>
      fetchToken(piste, { credentials: client, scope }, context, (token) => {
        keep(tokenSecret, token, now());
      }),
    moveLabel: () => Promise.resolve(),
    region: never,
    identity: never,
    checkAddress: never,
    applications: never,
    versions: never,
    store: never,
    latestRun: never,
    observed: never,
    alarms: never,
    setAlarmState: never,
    alarmActions: never,
    subscriptions: never,
    schedule: never,
    updateSchedule: never,
  };
  return { target: { ...piste, aws }, subject };
}

/** Epoch milliseconds. A password set today may be of an account that is too new for Chorus Pro. */
const setAt = ({ changedOn, isDated }: EnteredAccount, now: number): number =>
  isDated && changedOn === dayInParis(now) ? now : now - DAY_IN_MILLISECONDS;

/** Replaces the refresher's sentence, which announces another try: this command tries once. */
const TOO_LARGE: Text = {
  en: "The token endpoint's answer is far larger than a token's: probably not PISTE's own.",
  fr: "La réponse du service des jetons est bien plus longue que celle d'un jeton : elle ne vient probablement pas de PISTE.",
};

/** Sends the pair once, from this machine and not from a function. @throws Stop when PISTE gives no clear answer. */
async function fetchToken(
  { tokenEndpoint, transport, now, proxy }: PisteTarget,
  { credentials, scope }: Pick<TokenRequest, "credentials" | "scope">,
  context: CommandContext,
  keep: (token: object) => void,
): Promise<RunResult> {
  const result = await requestToken(
    {
      endpoint: tokenEndpoint,
      credentials,
      scope,
      issuedAt: Math.floor(now() / 1000),
      timeoutInMilliseconds: PROBE_TIMEOUT_IN_SECONDS * 1000,
    },
    transport,
  );
  if (result.ok) {
    if (result.token.expires_at - now() / 1000 < LEAST_LEFT_IN_SECONDS) {
      return { outcome: "failed", reason: "no-token", class: "invalid-response" };
    }
    keep(result.token);
    return { outcome: "refreshed", reason: "requested" };
  }
  const { class: failureClass, code, meaning } = result.diagnosis;
  if (code === "too-large") throw stop("piste-not-itself", context, { meaning: TOO_LARGE });
  if (failureClass !== "unavailable") return { outcome: "failed", reason: code, class: failureClass, meaning };
  const way = failureOfTheWay(code);
  if (way !== undefined) {
    const failure = networkFailureText(way);
    throw stop("way-from-here", context, { host: tokenEndpoint.host, proxy, failure }, { layer: "token" });
  }
  const failure = NETWORK_FAILURES.find((known) => known === code);
  const answered = answeredText({ kind: "unclear", ...result.facts, ...(failure && { failure }) });
  throw stop("piste-down", context, {
    meaning: {
      en: `PISTE's token endpoint, or what is behind it, is down or restarting (${answered.en}).`,
      fr: `Le service des jetons de PISTE, ou ce qui est derrière, est en panne ou redémarre (${answered.fr}).`,
    },
  });
}
