/**
 * The facts about PISTE and Chorus Pro that promises rest on and that `piste credentials try` observes; those about AWS are
 * in aws/facts.ts. Receipts name them by their ids.
 */
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "./token-endpoint";

const CLIENTS = "PISTE's documentation; several clients";

/** As docs/proven.md shows them. */
export const PISTE_FACTS = {
  "token-lifetime": {
    says: "PISTE's token endpoint gives a right pair a token, and says how long it is valid",
    source: CLIENTS,
    carries: "a token survives an outage of PISTE that lasts as long as the tolerance",
    expected: `${USUAL_TOKEN_LIFETIME_IN_MINUTES * 60} seconds`,
  },
  "apis-selected": {
    says: "The gateway lets an application call an API that it has selected, and answers 403 for others",
    source: CLIENTS,
    carries: "`doctor` names the API or the account that keeps calls from working",
    expected: "each API answers in a way that tells",
  },
  "account-accepted": {
    says: "Chorus Pro answers a right technical account, and refuses a wrong one with 401",
    source: "One client only",
    carries: "`doctor` names the API or the account that keeps calls from working",
    expected: "the account is accepted or refused",
  },
} as const;

export type PisteFactId = keyof typeof PISTE_FACTS;
export const PISTE_FACT_IDS = Object.keys(PISTE_FACTS) as PisteFactId[];
