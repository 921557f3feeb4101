/**
 * Several answers of one API read together, and which calls are made to get them. The real login goes first and mostly
 * suffices. A 403 counts only once a second call confirms it; it says nothing about the password. A login that was refused
 * is never sent again. [fact: made-up-login] [fact: api-not-selected]
 */
import type { AnswerKind, ProbeAnswer } from "./probes";
import type { ProbeOutcomeCode } from "./probe-outcomes";

export interface ProbeAnswers {
  /** With the technical account that is stored. */
  readonly real?: ProbeAnswer;
  /** With a login that nobody has. */
  readonly madeUp?: ProbeAnswer;
}

export interface ProbeReading {
  readonly outcome: ProbeOutcomeCode;
  /** The answer that decided. */
  readonly answer: ProbeAnswer;
}

/** Of an API with one account. */
export interface AccountReading extends ProbeReading {
  /** The API's last answer to the account. */
  readonly met: AnswerKind;
}

/** With a real login, once it is known or likely that the API lets the application in. */
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

/** With a made-up login; what it leaves open is the real one's to say. */
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

/** Without an account. */
const TOKEN_ONLY: Readonly<Record<AnswerKind, ProbeOutcomeCode>> = { ...REAL, forbidden: "api-not-selected" };

/** The outcome of a call with the token alone. */
export function readTokenAnswer({ kind }: ProbeAnswer): ProbeOutcomeCode {
  return TOKEN_ONLY[kind];
}

/** The outcome of one API's answers together. Callers confirm a 403 by a second call before they pass it here. */
export function readAnswers({ real, madeUp }: ProbeAnswers): ProbeOutcomeCode {
  if (madeUp === undefined) {
    if (real === undefined) return "cannot-tell";
    // Alone, a 403 may be the API's or the account's.
    return real.kind === "forbidden" ? "forbidden" : REAL[real.kind];
  }
  const outcome = MADE_UP[madeUp.kind];
  return outcome === "api-selected" && real !== undefined ? REAL[real.kind] : outcome;
}

type Call = () => Promise<ProbeAnswer>;

const isRefusal = ({ kind }: ProbeAnswer): boolean => kind === "forbidden" || kind === "scope-missing";

/**
 * An API that is called with a technical account.
 *
 * @param callMadeUp absent where a login that nobody has may not be sent: then a 403's cause is left open.
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
    // A good answer to nobody's login, or another refusal, does not confirm the account's 403.
    const contradicts = outcome === "account-not-used" || outcome === "scope-missing";
    return { outcome: contradicts ? "cannot-tell" : outcome, answer: madeUp, met };
  }
  const again = await callReal();
  return { outcome: readAnswers({ real: again, madeUp }), answer: again, met: again.kind };
}

/** An API of Chorus Pro for which no account can speak. */
export async function probeWithMadeUpLogin(callMadeUp: Call): Promise<ProbeReading> {
  return probeTwice(callMadeUp, (madeUp) => readAnswers({ madeUp }));
}

/** An API that is called with the token alone. */
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
