/** Tries a technical account with Chorus Pro before it is stored. */
import { apisOfAccounts, probeAccount, type AccountVerdict, type ApiReading } from "../../piste/account-probe";
import { API_CATALOGUE, type DescribedApi } from "../../piste/api-catalogue";
import type { AccessToken, TechnicalAccount } from "../../piste/credentials";
import type { DescribedAccount } from "../../piste/description";
import type { Text } from "../../piste/language";
import type { ProbeAnswer } from "../../piste/probes";
import { mayMakeUpLogin, Prober } from "../../piste/prober";
import { outcomeText } from "../command/french";
import type { Target } from "../command/target";

/** Short, because a person waits at a terminal. */
const TEST_DEADLINE_IN_MILLISECONDS = 120_000;

export interface AccountTest {
  readonly target: Pick<Target, "environment" | "apiBaseUrl" | "transport" | "now">;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly token: AccessToken;
  readonly account: TechnicalAccount;
  readonly structure?: DescribedAccount["structure"] | undefined;
  /** The APIs in the application's configuration. */
  readonly apis: readonly DescribedApi[];
}

export function testAccount({ target, sleep, token, account, structure, apis }: AccountTest): Promise<AccountVerdict> {
  const { environment, now, transport, apiBaseUrl } = target;
  const deadline = now() + TEST_DEADLINE_IN_MILLISECONDS;
  const mayMakeUp = mayMakeUpLogin(environment);
  const prober = new Prober({ transport, nowInMilliseconds: now, sleep, apiBaseUrl, token, deadline, mayMakeUp });
  return probeAccount(prober, apisOfAccounts(apis), { account, structure });
}

/** A short summary of an answer, without secrets. */
function factOf({ status, failure, returnCode, messageCode }: ProbeAnswer): string {
  const code = returnCode === undefined ? "" : `, codeRetour ${returnCode}`;
  return failure ?? `${status ?? "?"}${code}${messageCode === undefined ? "" : `, ${messageCode}`}`;
}

type Said = Pick<ApiReading, "api" | "outcome" | "answer">;

/** For a person: APIs that answered alike share a line. */
export function linesOf(readings: readonly Said[]): Text[] {
  const alike = new Map<string, Said[]>();
  for (const reading of readings) {
    const key = `${reading.outcome} ${factOf(reading.answer)}`;
    alike.set(key, [...(alike.get(key) ?? []), reading]);
  }
  return [...alike.values()].map(wordsOf);
}

function wordsOf(readings: readonly Said[]): Text {
  const [first] = readings;
  if (first === undefined) throw new Error("expected at least one reading, got none");
  const titles = readings.map(({ api }) => API_CATALOGUE[api].title.replace(/^.*: /, "")).join(", ");
  const fact = first.outcome === "fine" ? "" : ` (${factOf(first.answer)})`;
  const { en, fr } = outcomeText(first.outcome);
  return { en: `${titles}: ${en}${fact}`, fr: `${titles} : ${fr}${fact}` };
}
