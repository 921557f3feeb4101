/** `piste call`: one call of an API with the stored token and technical account, its answer, and what a failure means. */
import { apiOf, isOwnApi, probeBody, type Api, type Probe } from "../../piste/api-catalogue";
import { addressUrl, resolveApiAddress, takesAccount, type ApiAddress } from "../../piste/api-path";
import type { AccessToken } from "../../piste/credentials";
import type { HttpAnswer } from "../../piste/http";
import type { Text } from "../../piste/language";
import { mayMakeUpLogin } from "../../piste/prober";
import { probeWithAccount, readAnswers, readTokenAnswer } from "../../piste/probe-reading";
import type { ProbeOutcomeCode } from "../../piste/probe-outcomes";
import {
  apiHttpRequest,
  askedBy,
  callApi,
  callProbe,
  MADE_UP_ACCOUNT,
  PROBE_TIMEOUT_IN_SECONDS,
  readAnswer,
  type Asked,
  type ProbeAnswer,
} from "../../piste/probes";
import { YOUNG_ACCOUNT_IN_MINUTES } from "../../lambda/connection-check/contract";
import { CommandError } from "../command/failure";
import { checkFolder } from "../command/files";
import type { DescribedApplication } from "../described-applications";
import { oneApplication } from "../command/target";
import { duration } from "../command/times";
import { chooseAccount, holdAccount, noteAccepted, noteRefused, type HeldAccount } from "./account";
import { diagnose, type Diagnosis } from "./diagnosis";
import { say, type Session } from "./session";
import { giveBody, hider, statusLine } from "./show-answer";
import { validToken } from "./stored-token";
import { anywhere, noAccountNeeded, resolved, whatToSend, type CallArguments, type Method } from "./call-arguments";

/** An invoice comes with its PDF in base64. */
const MAXIMUM_BODY_IN_BYTES = 64 * 1024 * 1024;

export interface CallOptions {
  readonly application?: string | undefined;
  readonly account?: string | undefined;
  readonly method?: Method | undefined;
  /** True to send an account that Chorus Pro refused before. */
  readonly force?: boolean;
  /** True to allow, after a 403 in prod, a call with a made-up login. */
  readonly probe?: boolean;
  readonly timeoutInSeconds: number;
  /** The file for the answer. @default - standard output */
  readonly output?: string | undefined;
}

const ownApis = ({ description: { apis } }: Pick<DescribedApplication, "description">): Api[] =>
  apis.filter(isOwnApi).map(apiOf);

/** Uses this application's own APIs only: another application may have the same address under another name. */
function couldBeMeant(text: string, application: DescribedApplication): boolean {
  const found = resolveApiAddress(text, ownApis(application));
  if (typeof found === "string") return false;
  return found.api.isOwn === true || application.description.apis.includes(found.api.name);
}

/** @throws CommandError with the diagnosis unless the call succeeded. */
export async function call(session: Session, words: CallArguments, options: CallOptions): Promise<void> {
  const { target } = session;
  if (options.output !== undefined) checkFolder(options.output);
  const { method, json } = await whatToSend(anywhere(words.address), words, options.method);
  const { description, accounts } = await oneApplication(target, options.application, (all) => {
    const address = resolved(words.address, all.flatMap(ownApis));
    const meant = all.filter((one) => couldBeMeant(words.address, one));
    const withAccounts = meant.filter(({ accounts: its }) => its.length > 0);
    return takesAccount(address) && withAccounts.length > 0 ? withAccounts : meant;
  });
  const address = resolved(words.address, ownApis({ description }));
  const usesAccount = takesAccount(address);
  if (!usesAccount && options.account !== undefined) throw noAccountNeeded(address);
  const chosen = usesAccount ? chooseAccount(description, accounts, options.account) : undefined;

  const token = await validToken(target, description);
  const account = chosen && (await holdAccount(target, description, chosen, options.force ?? false));
  const ownProbe = method === address.probe?.method && json === undefined ? address.probe : undefined;
  const body = json ?? (ownProbe && probeBody(ownProbe, chosen?.structure)) ?? (method === "POST" ? "{}" : undefined);
  const request = apiHttpRequest({
    url: addressUrl(address, target.apiBaseUrl),
    method,
    token,
    account: account?.credentials,
    body,
    timeoutInMilliseconds: options.timeoutInSeconds * 1000,
    maximumBodyInBytes: MAXIMUM_BODY_IN_BYTES,
    wantsRaw: true,
  });
  const startedAt = target.now();
  const { answer, http } = await callApi(request, askedOf(address, method, account), target.transport);
  const hide = hider(token, account);
  const line = statusLine(request, answer, http, target.now() - startedAt, chosen?.name);
  say(session, { en: hide(line.en), fr: hide(line.fr) });
  if (account !== undefined && answer.kind === "account-refused") {
    sayIfAny(session, await noteRefused(target, account));
  } else if (account !== undefined && http !== undefined && accepts(http, method, address.probe, account)) {
    sayIfAny(session, await noteAccepted(target, account));
  }
  const notGiven = http && giveBody(session, http, hide, options.output);
  const { outcome, couldAskMore } = await outcomeOf(session, { address, token, account, answer, options });
  const diagnosis = diagnose({
    api: address.api.name,
    outcome,
    answer,
    isProbe: ownProbe !== undefined,
    couldAskMore,
    timeoutInSeconds: options.timeoutInSeconds,
    retryAfter: http?.retryAfter,
    proxy: target.proxy,
  });
  if (diagnosis === undefined) {
    if (notGiven !== undefined) throw new CommandError(notGiven, "operator");
    return;
  }
  const { text, owner } = mindingAge(diagnosis, answer, account, target.now());
  throw new CommandError(text, owner);
}

function askedOf({ probe }: ApiAddress, method: Method, account: HeldAccount | undefined): Asked {
  const withAccount = account !== undefined;
  // A health check that answers with 200 may still say that the API is down.
  return probe?.usesAccount === false && probe.method === method
    ? askedBy(probe, account?.credentials)
    : { withAccount, returnCode: "perhaps" };
}

/** True when the answer proves that Chorus Pro accepted the account; only the catalogue's own calls can prove it. */
function accepts(http: HttpAnswer, method: Method, probe: Probe | undefined, { credentials }: HeldAccount): boolean {
  if (probe?.usesAccount !== true || probe.method !== method) return false;
  return readAnswer(http, askedBy(probe, credentials), []).kind === "good";
}

function sayIfAny(session: Session, note: Text | undefined): void {
  if (note !== undefined) say(session, note);
}

async function outcomeOf(
  session: Session,
  call: {
    readonly address: ApiAddress;
    readonly token: AccessToken;
    readonly account: HeldAccount | undefined;
    readonly answer: ProbeAnswer;
    readonly options: CallOptions;
  },
): Promise<{ readonly outcome: ProbeOutcomeCode; readonly couldAskMore: boolean }> {
  const { address, token, account, answer, options } = call;
  const { target } = session;
  if (account === undefined) return { outcome: readTokenAnswer(answer), couldAskMore: false };
  const probe = address.api.probes.find(({ usesAccount }) => usesAccount);
  const mayAsk = mayMakeUpLogin(target.environment, options.probe);
  if (probe === undefined || !mayAsk) {
    return { outcome: readAnswers({ real: answer }), couldAskMore: probe !== undefined };
  }
  const callMadeUp = (): Promise<ProbeAnswer> => {
    say(session, {
      en: "Calling once more, with a made-up login, to find the cause of the refusal …",
      fr: "Nouvel appel, avec un identifiant inventé, pour trouver la cause du refus…",
    });
    return callProbe(
      {
        api: address.api,
        probe,
        apiBaseUrl: target.apiBaseUrl,
        token,
        account: MADE_UP_ACCOUNT,
        structure: account.described.structure,
        timeoutInMilliseconds: PROBE_TIMEOUT_IN_SECONDS * 1000,
      },
      target.transport,
    );
  };
  // The person's call is not repeated to confirm a refusal: it may have changed something.
  const { outcome } = await probeWithAccount(() => Promise.resolve(answer), callMadeUp);
  return { outcome, couldAskMore: false };
}

/** Chorus Pro probably knows a new account, or its new password, only after a while. */
function mindingAge(
  diagnosis: Diagnosis,
  answer: ProbeAnswer,
  account: HeldAccount | undefined,
  now: number,
): Diagnosis {
  if (answer.kind !== "account-refused" || account === undefined) return diagnosis;
  const seconds = Math.max(0, Math.floor((now - account.storedAt) / 1000));
  if (seconds >= YOUNG_ACCOUNT_IN_MINUTES * 60) return diagnosis;
  const age = duration(seconds);
  const { en, fr } = diagnosis.text;
  return {
    text: {
      en: `Chorus Pro refuses the technical account, which was stored ${age} ago. It probably knows a new account, or a new password, only after ${YOUNG_ACCOUNT_IN_MINUTES} minutes: try again then, with \`--force\`. If that does not help: ${en}`,
      fr: `Chorus Pro refuse le compte technique, enregistré il y a ${age}. Il ne connaît probablement un nouveau compte, ou un nouveau mot de passe, qu'au bout de ${YOUNG_ACCOUNT_IN_MINUTES} minutes : réessayez alors, avec \`--force\`. Si cela ne suffit pas : ${fr}`,
    },
    owner: "wait",
  };
}
