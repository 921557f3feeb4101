/** Sends a call with the token and, if the API needs it, a technical account, and explains refusals. */
import type { TechnicalAccount } from "../piste/credentials";
import { NetworkError, type HttpAnswer, type HttpTransport, type NetworkFailure } from "../piste/http";
import { PROBE_OUTCOMES } from "../piste/probe-outcomes";
import { apiHttpRequest, readAnswer, secretsOf, type ProbeAnswer } from "../piste/probes";
import { RefusedError, type Account, type AccountVerdict } from "./accounts";
import { PisteCallError, type CallFailure, type Refusal } from "./errors";
import type { Prepared } from "./request";
import type { Token, Tokens } from "./token";

export interface CallDependencies {
  readonly tokens: Tokens;
  readonly accountOf: (name: string) => Account;
  readonly transport: HttpTransport;
}

/** Refusals have short bodies: of a longer answer only the status is read. */
const LONGEST_REFUSAL = 64 * 1024;

interface Reply {
  readonly http: HttpAnswer;
  readonly answer: ProbeAnswer;
  readonly account: AccountVerdict;
}

/**
 * @returns the API's answer with any status, except refusals.
 * @throws PisteCallError when the token or the account is refused, or no complete answer arrives; PisteSecretError when
 * the token or the account cannot be read.
 */
export async function call(prepared: Prepared, dependencies: CallDependencies): Promise<HttpAnswer> {
  try {
    const { http, answer } =
      prepared.account === undefined
        ? await withToken(prepared, undefined, dependencies)
        : await dependencies.accountOf(prepared.account).send((account) => withToken(prepared, account, dependencies));
    const problem = problemOf(answer, prepared);
    if (problem !== undefined) throw refusal(prepared, problem, answer);
    return http;
  } catch (error) {
    if (error instanceof NetworkError) throw noAnswer(prepared, error);
    if (error instanceof RefusedError) {
      throw new PisteCallError(
        { ...refusalFacts(prepared, "account-refused"), meaning: NOT_SENT_AGAIN },
        { cause: error.cause },
      );
    }
    throw error;
  }
}

const NOT_SENT_AGAIN =
  `not sent: Chorus Pro has refused the stored technical account, and wrong passwords lock it. ` +
  `${PROBE_OUTCOMES["account-refused"].meaning} This client looks for a new version every 30 seconds`;

/** If the gateway refuses the token, reads the stored one again and retries once. */
async function withToken(
  prepared: Prepared,
  account: TechnicalAccount | undefined,
  { tokens, transport }: CallDependencies,
): Promise<Reply> {
  const { minimumSecondsLeft } = prepared;
  const token = await tokens.get(minimumSecondsLeft);
  const first = await send(prepared, token, account, transport);
  if (first.answer.kind !== "token-refused") return first;
  let other: Token;
  try {
    other = await tokens.replace(token, minimumSecondsLeft);
  } catch (cause) {
    throw refusal(prepared, "token-refused", first.answer, cause);
  }
  return send(prepared, other, account, transport);
}

async function send(
  prepared: Prepared,
  token: Token,
  account: TechnicalAccount | undefined,
  transport: HttpTransport,
): Promise<Reply> {
  const { url, method, body, timeoutInMilliseconds, maximumBodyInBytes } = prepared;
  const request = apiHttpRequest({ url, method, token, account, body, timeoutInMilliseconds, maximumBodyInBytes });
  const http = await transport({ ...request, headers: { ...request.headers, ...prepared.headers }, wantsRaw: true });
  const asked = { withAccount: account !== undefined, returnCode: "perhaps" } as const;
  const short = http.body.length > LONGEST_REFUSAL ? { ...http, body: "" } : http;
  const answer = readAnswer(short, asked, secretsOf(request));
  return { http, answer, account: verdictOn(answer) };
}

function verdictOn({ kind }: ProbeAnswer): AccountVerdict {
  if (kind === "account-refused") return "refused";
  return kind === "good" || kind === "other-code" ? "accepted" : "neither";
}

/** The refusal in an answer; undefined when there is none. */
function problemOf({ kind }: ProbeAnswer, { account }: Prepared): Refusal | undefined {
  switch (kind) {
    case "token-refused":
    case "scope-missing":
    case "account-refused":
      return kind;
    case "forbidden":
      return account === undefined ? "api-not-selected" : "forbidden";
    default:
      return undefined;
  }
}

function refusalFacts({ method, url }: Prepared, code: Refusal): CallFailure {
  const { meaning, owner } = PROBE_OUTCOMES[code];
  return { code, request: `${method} ${url.pathname}`, meaning, owner, retryable: code === "token-refused" };
}

function refusal(
  prepared: Prepared,
  code: Refusal,
  { status, contentType, wwwAuthenticate }: ProbeAnswer,
  cause?: unknown,
): PisteCallError {
  return new PisteCallError(
    { ...refusalFacts(prepared, code), status, contentType, wwwAuthenticate },
    cause === undefined ? undefined : { cause },
  );
}

/** Failures after the request was sent. */
const PERHAPS_CARRIED_OUT: ReadonlySet<NetworkFailure> = new Set(["reset", "timeout-read", "half-body", "too-large"]);
/** Failures that a retry does not fix. */
const LASTING: ReadonlySet<NetworkFailure> = new Set(["tls", "proxy", "too-large"]);

function noAnswer({ method, url }: Prepared, { failure, cause }: NetworkError): PisteCallError {
  const perhapsCarriedOut = PERHAPS_CARRIED_OUT.has(failure);
  return new PisteCallError(
    {
      code: failure,
      request: `${method} ${url.pathname}`,
      meaning: `no complete answer arrived (${failure})${perhapsCarriedOut ? "; the API may have carried out the request" : ""}`,
      owner: LASTING.has(failure) ? "operator" : "wait",
      retryable: !LASTING.has(failure),
      perhapsCarriedOut,
    },
    { cause },
  );
}
