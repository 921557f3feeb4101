/** The layer of the gateway: the network path from this machine, and whether the gateway knows the token. */
import type { Text } from "../../piste/language";
import type { ProbeAnswer } from "../../piste/probes";
import { found, type Found } from "./findings";
import { networkFailureText } from "../command/french";
import type { Subject } from "./subject";
import { answeredText } from "./message-parts";
import { failureOfTheWay, refresh } from "./token-layers";
import { Stop, stop, type Visit } from "./visit";

export async function lookAtGateway(visit: Visit, subject: Subject): Promise<Text> {
  const apis = subject.apis.map(({ api }) => api);
  const ask = (): Promise<ProbeAnswer | undefined> => visit.proberOf(subject).probePlatform(apis);
  let answer = await ask();
  if (answer?.kind === "token-refused") {
    const kept = await refresh(visit, subject);
    if (kept !== undefined) throw stop("token-refused", subject.context, { kept });
    answer = await ask();
    if (answer?.kind === "token-refused") throw stop("token-refused", subject.context, { renewed: true });
  }
  if (answer === undefined)
    return { en: "no configured API can tell", fr: "aucune API configurée ne permet de le savoir" };
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
  // The gateway answers; the API's own answer belongs to the layer of the APIs.
  return undefined;
}
