/**
 * Sends one technical account to each API. Only this loop does so, since wrong passwords lock accounts
 * [fact: wrong-passwords]. It stops at a refusal, or at an answer that may hide one. A 403 says nothing about the
 * password, so the loop goes on.
 */
import { API_CATALOGUE, SUREST_FIRST, type ApiName, type DescribedApi } from "./api-catalogue";
import { NotTriedError, type Prober, type Sender } from "./prober";
import type { AccountReading } from "./probe-reading";

/** The reading of one API. */
export interface ApiReading extends AccountReading {
  readonly api: ApiName;
}

export interface AccountVerdict {
  /** `not-judged`: no API has accepted or refused it. */
  readonly password: "right" | "refused" | "not-judged";
  /** The readings of the called APIs, in the order of the calls. */
  readonly readings: readonly ApiReading[];
  /** The APIs that were not called because their answers were unclear. */
  readonly unsteady: readonly ApiName[];
  /** The reason why the loop ended early. */
  readonly notTried?: NotTriedError["reason"];
}

/** The APIs that can test an account, the surest first. */
export const apisOfAccounts = (apis: readonly DescribedApi[]): readonly ApiName[] =>
  SUREST_FIRST.filter((name) => apis.includes(name));

/** @param apis see {@link apisOfAccounts}. */
export async function probeAccount(prober: Prober, apis: readonly ApiName[], sender: Sender): Promise<AccountVerdict> {
  const readings: ApiReading[] = [];
  const unsteady: ApiName[] = [];
  let password: AccountVerdict["password"] = "not-judged";
  try {
    for (const name of apis) {
      const api = API_CATALOGUE[name];
      if (prober.isShut(api)) continue;
      if (prober.isUnsteady(api)) {
        unsteady.push(name);
        continue;
      }
      const reading = await prober.probeWithAccount(api, sender);
      prober.learn(api, reading.outcome);
      readings.push({ api: name, ...reading });
      const { met, outcome } = reading;
      if (met === "account-refused") return { password: "refused", readings, unsteady };
      if (met === "good" || met === "other-code") password = "right";
      // Chorus Pro may have refused the password: another call could be a second wrong try.
      if (met === "unclear" && password !== "right") break;
      if (outcome === "token-refused") break;
    }
  } catch (error) {
    if (!(error instanceof NotTriedError)) throw error;
    return { password, readings, unsteady, notTried: error.reason };
  }
  return { password, readings, unsteady };
}
