/** The layers of the refresher and the token. The client credentials are never read here. */
import type { RunResult } from "../../lambda/token-refresh/report";
import { scopesOf } from "../../piste/api-catalogue";
import type { AccessToken } from "../../piste/credentials";
import type { NetworkFailure } from "../../piste/http";
import { counted, type Text } from "../../piste/language";
import { LATEST_RUN_WITHIN_IN_MILLISECONDS, type LatestRun } from "../command/aws";
import { AwsError } from "../command/aws-failure";
import { own } from "../command/own";
import { clockTime, duration } from "../command/times";
import { lookAtAlarms } from "./aws-layers";
import type { Circumstances, Found } from "./findings";
import { found } from "./findings";
import { doctor } from "./findings/finding";
import { networkFailureText, notReplacedText, runFailureText } from "../command/french";
import { tokenGoodFor } from "../command/stored-token";
import type { Seen } from "./report";
import type { Subject } from "./subject";
import { leftByDrill, leftText } from "../verify/drill-mark";
import { functionFailure, Stop, stop, type Visit } from "./visit";

/** A token that has less left is replaced before it is used. */
export const LEAST_LEFT_IN_SECONDS = 60;

const NETWORK_FAILURES: readonly NetworkFailure[] = ["dns", "refused", "tls", "timeout-connect", "proxy", "network"];

/** The failure when the network path is to blame and not PISTE. */
export const failureOfTheWay = (code: string | undefined): NetworkFailure | undefined =>
  NETWORK_FAILURES.find((known) => known === code);

type Result = LatestRun["result"] | RunResult;

const OUTCOMES_IN_FRENCH: Readonly<Record<LatestRun["result"]["outcome"], string>> = {
  waited: "rien à renouveler",
  refreshed: "jeton renouvelé",
  kept: "jeton gardé",
  failed: "échec",
  reported: "mots de passe comptés",
};

export async function lookAtRefresher(visit: Visit, subject: Subject): Promise<Seen> {
  const alarms = await lookAtAlarms(visit, subject);
  if (alarms !== undefined) subject.notes.push(alarms);
  const { description } = subject.application;
  const left = await leftByDrill(visit.target.aws, description);
  if (left !== undefined) subject.add("drill-left", { text: leftText(left) });
  try {
    subject.latestRun = await visit.target.aws.latestRun(description);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { text } = error;
    subject.notes.push({
      en: `The refresher's latest run could not be read: ${text.en}`,
      fr: `Impossible de lire la dernière exécution du rafraîchisseur : ${text.fr}`,
    });
    return { en: "its log could not be read", fr: "son journal n'a pas pu être lu", status: "unclear" };
  }
  const { latestRun } = subject;
  if (latestRun === undefined) return silent(visit, subject);
  const seconds = Math.max(0, Math.round((visit.now() - latestRun.at) / 1000));
  const { outcome, reason } = latestRun.result;
  return {
    en: `latest run ${seconds} s ago: ${outcome}, ${reason}`,
    fr: `dernière exécution il y a ${seconds} s : ${own<string>(OUTCOMES_IN_FRENCH, outcome) ?? outcome} (${reason})`,
  };
}

/** No run was logged, which is normal just after a deployment. */
function silent(visit: Visit, { application, notes, context }: Subject): Seen {
  const { description, deployedAt = -Infinity } = application;
  const age = Math.max(0, visit.now() - deployedAt);
  if (age < LATEST_RUN_WITHIN_IN_MILLISECONDS) {
    const ago = duration(age / 1000);
    notes.push({
      en: `The refresher ${description.function} was deployed ${ago} ago and has logged nothing yet: wait two minutes, then ${doctor(context)}. If it still logs nothing, check that its schedule is enabled.`,
      fr: `Le rafraîchisseur ${description.function} a été déployé il y a ${ago} et n'a encore rien écrit : attendez deux minutes, puis ${doctor(context)}. S'il n'écrit toujours rien, vérifiez que sa planification est active.`,
    });
    return {
      en: `deployed ${ago} ago, nothing logged yet`,
      fr: `déployé il y a ${ago}, rien d'écrit encore`,
      status: "unclear",
    };
  }
  notes.push({
    en: `The refresher ${description.function} has logged nothing for a quarter of an hour: check that its schedule is enabled.`,
    fr: `Le rafraîchisseur ${description.function} n'a rien écrit depuis un quart d'heure : vérifiez que sa planification est active.`,
  });
  return {
    en: "has logged nothing for a quarter of an hour",
    fr: "n'a rien écrit depuis un quart d'heure",
    status: "unclear",
  };
}

export async function lookAtToken(visit: Visit, subject: Subject): Promise<Text> {
  const { clientSecret } = subject.application.description;
  if (subject.current(clientSecret) === undefined) throw stop("client-empty", subject.context, {});
  subject.token = await readToken(visit, subject);
  if (subject.token === undefined) await refresh(visit, subject);
  else judgeLatestRun(subject, subject.token);
  const left = Math.floor(((subject.token?.expires_at ?? 0) - visit.now() / 1000) / 60);
  const minutes = counted(left, "more minute", "minute");
  return { en: `valid for ${minutes.en}`, fr: `valable encore ${minutes.fr}` };
}

/**
 * Invokes the function in AWS to fetch a new token.
 *
 * @returns why the token was not replaced, when the run did not fail.
 * @throws Stop when the run fails or leaves no usable token.
 */
export async function refresh(visit: Visit, subject: Subject): Promise<Text | undefined> {
  const { description } = subject.application;
  let result: RunResult;
  try {
    result = await visit.target.aws.invoke(description, "refresh");
  } catch (error) {
    const said = functionFailure(error);
    if (said === undefined) throw error;
    throw stop("function-failed", subject.context, { functionName: description.function, said });
  }
  if (result.outcome === "failed") throw new Stop(foundOfRun(subject, result));
  subject.token = await readToken(visit, subject);
  if (subject.token === undefined) {
    const details = { functionName: description.function, secret: description.tokenSecret };
    throw stop("token-absent", subject.context, details);
  }
  return notReplacedText(result);
}

/** The stored token when it is valid for another minute by AWS's clock; `expires_at` is its believed end. */
async function readToken({ target }: Visit, subject: Subject): Promise<AccessToken | undefined> {
  const { tokenSecret } = subject.application.description;
  const found = await tokenGoodFor(target, tokenSecret, LEAST_LEFT_IN_SECONDS);
  return found && { ...found.token, expires_at: found.end };
}

/** The latest run, if it used the current client credentials. */
function latestRunOf(subject: Subject): LatestRun | undefined {
  const { latestRun } = subject;
  if (latestRun === undefined) return undefined;
  // A value that `promote` refused is not in use.
  if (latestRun.operation === "promote" && latestRun.result.outcome === "failed") return undefined;
  const storedAt = subject.current(subject.application.description.clientSecret)?.storedAt ?? 0;
  return latestRun.at > storedAt ? latestRun : undefined;
}

/** Reports a failed run while the token is still valid: as a finding, or as a note when it may pass by itself. */
function judgeLatestRun(subject: Subject, token: AccessToken): void {
  const run = latestRunOf(subject);
  if (run === undefined) return;
  const { outcome, reason, class: failureClass, meaning = reason } = run.result;
  const until = clockTime(token.expires_at * 1000);
  const circumstances: Circumstances = { layer: "refresher", stops: false };
  if (outcome === "error") {
    const { function: functionName } = subject.application.description;
    subject.add("function-failed", { functionName, said: meaning, until }, circumstances);
  } else if (outcome === "failed" && failureClass === "rejected") {
    subject.push(foundOfRun(subject, run.result, circumstances, until));
  } else if (outcome === "failed") {
    const text = runFailureText(reason, meaning);
    subject.notes.push({
      en: `The refresher's latest run failed; the token is valid until ${until.en}. ${text.en}`,
      fr: `La dernière exécution du rafraîchisseur a échoué ; le jeton est valable jusqu'à ${until.fr}. ${text.fr}`,
    });
  }
}

const REJECTED = {
  "malformed-credentials": "client-malformed",
  "request-refused": "request-refused",
} as const;

/** The finding for a failed run. */
function foundOfRun(subject: Subject, result: Result, circumstances: Circumstances = {}, until?: Text): Found {
  const { context } = subject;
  const { function: functionName, scope } = subject.application.description;
  const isOwn = scopesOf(subject.apis.map(({ api }) => api)).join(" ") === scope;
  const { reason, meaning = reason } = result;
  const text = runFailureText(reason, meaning);
  switch (result.class) {
    case "rejected":
      if (reason === "invalid-scope") return found("scope-unknown", context, { scope, isOwn, until }, circumstances);
      return found(
        own<(typeof REJECTED)[keyof typeof REJECTED]>(REJECTED, reason) ?? "client-rejected",
        context,
        { until },
        circumstances,
      );
    case "suspect":
      return wasRefusedBefore(subject)
        ? found("client-probably-rejected", context, { until }, circumstances)
        : found("client-suspected", context, {}, circumstances);
    case "throttled":
      return found("piste-throttled", context, {}, circumstances);
    case "unconfigured":
      return found("client-empty", context, {}, circumstances);
    case "unavailable": {
      const failure = failureOfTheWay(reason);
      if (failure === undefined) return found("piste-down", context, { meaning: text }, circumstances);
      return found("function-network", context, { functionName, failure: networkFailureText(failure) }, circumstances);
    }
    default:
      return found("piste-not-itself", context, { meaning: text }, circumstances);
  }
}

/** One 401 may be PISTE's own fault; a second one with the same credentials counts as a refusal. */
function wasRefusedBefore(subject: Subject): boolean {
  const failureClass = latestRunOf(subject)?.result.class;
  return failureClass === "suspect" || failureClass === "rejected";
}
