/**
 * One technical account sent to each API: the only loop that does so, since wrong passwords lock accounts
 * [fact: wrong-passwords]. A refusal, or an answer that may hide one, is the last that it is sent for; a 403 says nothing
 * about the password, and the next API is asked.
 */
import { API_CATALOGUE, SUREST_FIRST, type ApiName, type DescribedApi } from "./api-catalogue";
import { NotTriedError, type Prober, type Sender } from "./prober";
import type { AccountReading } from "./probe-reading";

/** Of one API. */
export interface ApiReading extends AccountReading {
  readonly api: ApiName;
}

export interface AccountVerdict {
  /** `not-judged`: no API has said so, nor refused it. */
  readonly password: "right" | "refused" | "not-judged";
  /** Of the APIs that were asked, in that order. */
  readonly readings: readonly ApiReading[];
  /** The APIs that were left alone, since they tell nobody anything. */
  readonly unsteady: readonly ApiName[];
  /** Why a call was not made, and none after it. */
  readonly notTried?: NotTriedError["reason"];
}

/** The APIs that can say something of an account, the surest first. */
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
      // A wrong password may have been judged: another call could be a second wrong try.
      if (met === "unclear" && password !== "right") break;
      if (outcome === "token-refused") break;
    }
  } catch (error) {
    if (!(error instanceof NotTriedError)) throw error;
    return { password, readings, unsteady, notTried: error.reason };
  }
  return { password, readings, unsteady };
}
