/** The way from this machine to PISTE's gateway, and whether the gateway knows the token. */
import type { ApiName } from "../../piste/api-catalogue";
import type { Text } from "../../piste/language";
import type { ProbeAnswer } from "../../piste/probes";
import { Caller } from "./caller";
import { found, type Found } from "./findings";
import { networkFailureText } from "../command/french";
import type { Subject } from "./subject";
import { answeredText } from "./message-parts";
import { failureOfTheWay, refresh } from "./token-layers";
import { Stop, stop, type Visit } from "./visit";

/** Its health check takes no account, and says that much of the gateway even where the API itself is not selected. */
const HEALTH_CHECK: ApiName = "chorus-pro-transverses";

/** @throws Error unless there is a token. */
export function callerOf(visit: Visit, subject: Subject): Caller {
  if (subject.token === undefined) throw new Error("the token was not looked at");
  return new Caller(visit.target, subject.token, visit.mayMakeUp);
}

export async function lookAtGateway(visit: Visit, subject: Subject): Promise<Text> {
  const names = subject.apis.map(({ name }) => name);
  const [first] = subject.needsAccount ? [HEALTH_CHECK] : names;
  if (first === undefined) return { en: "no API to ask", fr: "aucune API à interroger" };
  const ask = (): Promise<ProbeAnswer> => callerOf(visit, subject).withTokenAlone(first);
  let answer = await ask();
  if (answer.kind === "token-refused") {
    const kept = await refresh(visit, subject);
    if (kept !== undefined) throw stop("token-refused", subject.context, { kept });
    answer = await ask();
    if (answer.kind === "token-refused") throw stop("token-refused", subject.context, {});
  }
  const failure = failureOf(visit, subject, answer);
  if (failure !== undefined) throw new Stop(failure);
  return { en: "answers, and knows the token", fr: "répond, et connaît le jeton" };
}

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

function failureOf(visit: Visit, { context }: Subject, answer: ProbeAnswer): Found | undefined {
  if (answer.kind !== "unclear") return undefined;
  const { status = 0, failure, contentType = "" } = answer;
  const { proxy, apiBaseUrl } = visit.target;
  const { host } = apiBaseUrl;
  const ofTheWay = failureOfTheWay(failure);
  if (ofTheWay !== undefined) {
    return found("way-from-here", context, { host, proxy, failure: networkFailureText(ofTheWay) });
  }
  const answered = answeredText(answer);
  if (failure !== undefined) return found("gateway-down", context, { answered });
  if (status === TOO_MANY_REQUESTS) return found("gateway-throttled", context, {});
  if (contentType.toLowerCase().includes("html") || status < 400)
    return found("gateway-page", context, { host, proxy });
  if (status >= 500 || status === REQUEST_TIMEOUT) return found("gateway-down", context, { answered });
  // It is the gateway that answers; what the API makes of its calls is the API's layer.
  return undefined;
}
