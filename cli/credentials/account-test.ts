/**
 * Whether Chorus Pro takes a technical account that is not stored yet. Its password is sent until it is refused once,
 * and not again where it may have been; the made-up login only tells a 403's cause.
 */
import { API_CATALOGUE, SUREST_FIRST, type ApiName } from "../../piste/api-catalogue";
import type { AccessToken, TechnicalAccount } from "../../piste/credentials";
import type { DescribedAccount } from "../../piste/description";
import type { Text } from "../../piste/language";
import type { ProbeOutcomeCode } from "../../piste/probe-outcomes";
import type { ProbeAnswer } from "../../piste/probes";
import { NotTriedError, Prober } from "../../piste/prober";
import { outcomeText } from "../command/french";
import type { Target } from "../command/target";

export interface ApiFinding {
  readonly api: ApiName;
  readonly outcome: ProbeOutcomeCode;
  readonly answer: ProbeAnswer;
}

/**
 * - `accepted`: by at least one API, and refused by none
 * - `refused`: by Chorus Pro's own 401
 * - `token-refused`: the gateway does not know the token, and nobody has judged the account
 * - `cannot-tell`
 */
export interface Verdict {
  readonly kind: "accepted" | "refused" | "token-refused" | "cannot-tell";
  /** Of the APIs that were asked, in that order. */
  readonly findings: readonly ApiFinding[];
}

/** The outcomes in which Chorus Pro has looked at the password and found it right. */
const PASSWORD_IS_RIGHT: ReadonlySet<ProbeOutcomeCode> = new Set([
  "fine",
  "habilitation-probable",
  "raccordement-or-habilitation",
] satisfies ProbeOutcomeCode[]);

/** Somebody waits at a terminal. */
const TEST_DEADLINE_IN_MILLISECONDS = 120_000;

export interface AccountTest {
  readonly target: Pick<Target, "apiBaseUrl" | "transport" | "now">;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly token: AccessToken;
  readonly account: TechnicalAccount;
  readonly structure?: DescribedAccount["structure"] | undefined;
  /** Of the application's configuration. */
  readonly apis: readonly string[];
}

/** The APIs that can say something of an account, the surest first. */
export const apisToAsk = (apis: readonly string[]): readonly ApiName[] =>
  SUREST_FIRST.filter((name) => apis.includes(name));

export async function testAccount({ target, sleep, token, account, structure, apis }: AccountTest): Promise<Verdict> {
  const { now, transport, apiBaseUrl } = target;
  const deadline = now() + TEST_DEADLINE_IN_MILLISECONDS;
  const prober = new Prober({ transport, nowInMilliseconds: now, sleep, apiBaseUrl, token, deadline });
  const findings: ApiFinding[] = [];
  const isRight = (): boolean => findings.some(({ outcome }) => PASSWORD_IS_RIGHT.has(outcome));
  try {
    for (const api of apisToAsk(apis)) {
      const { outcome, answer } = await prober.probeWithAccount(api, { account, structure });
      findings.push({ api, outcome, answer });
      if (outcome === "account-refused") return { kind: "refused", findings };
      // Chorus Pro may have judged the password all the same: a second call could be a second wrong try.
      if (outcome === "cannot-tell" && !isRight()) break;
    }
  } catch (error) {
    // Time is up, or the gateway has refused the token.
    if (!(error instanceof NotTriedError)) throw error;
  }
  if (isRight()) return { kind: "accepted", findings };
  return { kind: findings.at(-1)?.outcome === "token-refused" ? "token-refused" : "cannot-tell", findings };
}

/** What is known of an answer, in short; nothing secret. */
function factOf({ status, failure, returnCode, messageCode }: ProbeAnswer): string {
  const code = returnCode === undefined ? "" : `, codeRetour ${returnCode}`;
  return failure ?? `${status ?? "?"}${code}${messageCode === undefined ? "" : `, ${messageCode}`}`;
}

/** For a person: APIs that answered alike share a line. */
export function linesOf(findings: readonly ApiFinding[]): Text[] {
  const alike = new Map<string, ApiFinding[]>();
  for (const finding of findings) {
    const key = `${finding.outcome} ${factOf(finding.answer)}`;
    alike.set(key, [...(alike.get(key) ?? []), finding]);
  }
  return [...alike.values()].map(wordsOf);
}

function wordsOf(findings: readonly ApiFinding[]): Text {
  const [first] = findings;
  if (first === undefined) throw new Error("there is a finding to put into words");
  const titles = findings.map(({ api }) => API_CATALOGUE[api].title.replace(/^.*: /, "")).join(", ");
  const fact = first.outcome === "fine" ? "" : ` (${factOf(first.answer)})`;
  const { en, fr } = outcomeText(first.outcome);
  return { en: `${titles}: ${en}${fact}`, fr: `${titles} : ${fr}${fact}` };
}
