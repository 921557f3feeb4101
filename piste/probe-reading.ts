/**
 * Makes the calls to one API and interprets their answers together. The real login is sent first and is usually enough.
 * A 403 counts only after a second call confirms it; it says nothing about the password. A refused login is never sent
 * again. [fact: made-up-login] [fact: api-not-selected]
 */
import type { AnswerKind, ProbeAnswer } from "./probes";
import type { ProbeOutcomeCode } from "./probe-outcomes";

export interface ProbeAnswers {
  /** The answer to the stored technical account. */
  readonly real?: ProbeAnswer;
  /** The answer to a made-up login. */
  readonly madeUp?: ProbeAnswer;
}

export interface ProbeReading {
  readonly outcome: ProbeOutcomeCode;
  /** The answer that decided. */
  readonly answer: ProbeAnswer;
}

/** The reading of an API with one account. */
export interface AccountReading extends ProbeReading {
  /** The API's last answer to the account. */
  readonly met: AnswerKind;
}

/** Outcomes of a real login, when the API probably lets the application in. */
const REAL: Readonly<Record<AnswerKind, ProbeOutcomeCode>> = {
  good: "fine",
  "other-code": "habilitation-probable",
  "account-refused": "account-refused",
  forbidden: "raccordement-or-habilitation",
  "token-refused": "token-refused",
  "scope-missing": "scope-missing",
  "not-exposed": "not-exposed",
  unclear: "cannot-tell",
};

/** Outcomes of a made-up login. After `api-selected`, the real login decides. */
const MADE_UP: Readonly<Record<AnswerKind, ProbeOutcomeCode>> = {
  good: "account-not-used",
  "other-code": "account-not-used",
  "account-refused": "api-selected",
  forbidden: "api-not-selected",
  "token-refused": "token-refused",
  "scope-missing": "scope-missing",
  "not-exposed": "not-exposed",
  unclear: "cannot-tell",
};

/** Outcomes without an account. */
const TOKEN_ONLY: Readonly<Record<AnswerKind, ProbeOutcomeCode>> = { ...REAL, forbidden: "api-not-selected" };

/** The outcome of a call with the token alone. */
export function readTokenAnswer({ kind }: ProbeAnswer): ProbeOutcomeCode {
  return TOKEN_ONLY[kind];
}

/** The outcome of one API's answers together. Callers confirm a 403 by a second call before they pass it here. */
export function readAnswers({ real, madeUp }: ProbeAnswers): ProbeOutcomeCode {
  if (madeUp === undefined) {
    if (real === undefined) return "cannot-tell";
    // Without a made-up login, a 403 may concern the API or the account.
    return real.kind === "forbidden" ? "forbidden" : REAL[real.kind];
  }
  const outcome = MADE_UP[madeUp.kind];
  return outcome === "api-selected" && real !== undefined ? REAL[real.kind] : outcome;
}

type Call = () => Promise<ProbeAnswer>;

const isRefusal = ({ kind }: ProbeAnswer): boolean => kind === "forbidden" || kind === "scope-missing";

/**
 * Probes an API that takes a technical account.
 *
 * @param callMadeUp absent if a made-up login may not be sent: then the cause of a 403 stays open.
 */
export async function probeWithAccount(callReal: Call, callMadeUp?: Call): Promise<AccountReading> {
  if (callMadeUp === undefined) {
    const reading = await probeTwice(callReal, (real) => readAnswers({ real }));
    return { ...reading, met: reading.answer.kind };
  }
  const real = await callReal();
  const met = real.kind;
  if (!isRefusal(real)) return { outcome: readAnswers({ real }), answer: real, met };
  const madeUp = await callMadeUp();
  if (real.kind === "scope-missing") {
    return { outcome: madeUp.kind === "scope-missing" ? "scope-missing" : "cannot-tell", answer: madeUp, met };
  }
  const outcome = readAnswers({ real, madeUp });
  if (outcome !== "raccordement-or-habilitation") {
    // A good answer to the made-up login, or another refusal, does not confirm the account's 403.
    const contradicts = outcome === "account-not-used" || outcome === "scope-missing";
    return { outcome: contradicts ? "cannot-tell" : outcome, answer: madeUp, met };
  }
  const again = await callReal();
  return { outcome: readAnswers({ real: again, madeUp }), answer: again, met: again.kind };
}

/** Probes an API of Chorus Pro without an account. */
export async function probeWithMadeUpLogin(callMadeUp: Call): Promise<ProbeReading> {
  return probeTwice(callMadeUp, (madeUp) => readAnswers({ madeUp }));
}

/** Probes an API that takes the token alone. */
export async function probeWithToken(call: Call): Promise<ProbeReading> {
  return probeTwice(call, readTokenAnswer);
}

async function probeTwice(call: Call, read: (answer: ProbeAnswer) => ProbeOutcomeCode): Promise<ProbeReading> {
  const first = await call();
  if (!isRefusal(first)) return { outcome: read(first), answer: first };
  const second = await call();
  if (isRefusal(second) && second.kind !== first.kind) return { outcome: "cannot-tell", answer: second };
  return { outcome: read(second), answer: second };
}
