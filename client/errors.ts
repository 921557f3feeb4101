/** The client's errors. No message holds a secret value or the body of an answer. */
import type { AnswerFacts, NetworkFailure } from "../piste/http";
import type { Party } from "../piste/party";
import { printable } from "../piste/printable";
import type { ProbeOutcomeCode } from "../piste/probe-outcomes";

/** Text from other servers may be of any length. */
const LONGEST_MESSAGE = 1_000;

const sayable = (message: string): string => printable(message).slice(0, LONGEST_MESSAGE);

/**
 * - `missing`: there is no such secret, or nothing is stored in it yet
 * - `unreadable`: the stored value has an unknown form
 * - `expired`: the token has less time left than the requested minimum
 * - `denied`: AWS refuses
 * - `unavailable`: no answer
 * - `no-sdk`: the AWS SDK is not installed
 */
export type SecretProblem = "missing" | "unreadable" | "expired" | "denied" | "unavailable" | "no-sdk";

/** The party that must act, as in `npx piste doctor`. */
const SECRET_OWNERS: Readonly<Record<SecretProblem, Party>> = {
  missing: "operator",
  unreadable: "operator",
  expired: "operator",
  denied: "operator",
  unavailable: "wait",
  "no-sdk": "operator",
};

/** There is no valid token or technical account. */
export class PisteSecretError extends Error {
  override readonly name = "PisteSecretError";
  readonly owner: Party;
  /** True if a later retry may succeed. */
  readonly retryable: boolean;

  constructor(
    readonly code: SecretProblem,
    /** The secret's name, or its ARN. */
    readonly secretId: string,
    meaning: string,
    options?: ErrorOptions,
  ) {
    super(sayable(`${secretId}: ${meaning}`), options);
    this.owner = SECRET_OWNERS[code];
    this.retryable = code === "unavailable" || code === "expired" || code === "missing";
  }
}

/**
 * The cause of a refusal, with the codes of `npx piste doctor`; `forbidden` if one call cannot tell the API from the
 * account.
 */
export type Refusal = Extract<
  ProbeOutcomeCode,
  "token-refused" | "account-refused" | "scope-missing" | "api-not-selected" | "forbidden"
>;

/** The problem of a call: a refusal, or the reason why no complete answer arrived. */
export type CallProblem = Refusal | NetworkFailure;

export interface CallFailure extends AnswerFacts {
  readonly code: CallProblem;
  /** Method and path. */
  readonly request: string;
  readonly meaning: string;
  readonly owner: Party;
  readonly retryable: boolean;
  readonly perhapsCarriedOut?: boolean;
}

/** An API refused the call, or did not answer. */
export class PisteCallError extends Error {
  override readonly name = "PisteCallError";
  readonly code: CallProblem;
  readonly owner: Party;
  /** True if a later retry may succeed. */
  readonly retryable: boolean;
  /** True if the API may have carried out the request although no answer says so: check before a retry. */
  readonly perhapsCarriedOut: boolean;
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly wwwAuthenticate: string | undefined;

  constructor({ request, meaning, ...failure }: CallFailure, options?: ErrorOptions) {
    super(sayable(`${request}: ${meaning}`), options);
    this.code = failure.code;
    this.owner = failure.owner;
    this.retryable = failure.retryable;
    this.perhapsCarriedOut = failure.perhapsCarriedOut ?? false;
    this.status = failure.status;
    this.contentType = failure.contentType;
    this.wwwAuthenticate = failure.wwwAuthenticate;
  }
}
