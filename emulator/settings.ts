/**
 * Settings of the local PISTE, which its control address changes. Where the real behaviour is uncertain, the comment names
 * the fact of piste/facts.ts.
 */
import { API_CATALOGUE, scopesOf, type OwnApi } from "../piste/api-catalogue";
import type { Platform } from "../piste/environments";
import type { DEPOSIT_ENDS } from "./deposits";

export interface Settings {
  /** The imitated platform; applications of the other one get no token. */
  environment: Platform;
  tokenLifetimeInSeconds: number;
  /** Sources report both [fact: expires-in]. */
  expiresInAsString: boolean;
  /** APIs beyond the catalogue; their pings answer {"status":"UP"}. */
  apis: OwnApi[];
  /** Scopes that a client may request. */
  scopes: string[];
  /** A token of the scope `openid` also opens APIs that have their own scope [fact: openid-and-captchetat]. */
  openidOpensAll: boolean;
  /** A token stays valid until it expires when a newer one is issued [fact: old-tokens-survive]. */
  oldTokensSurvive: boolean;
  /** Not confirmed for PISTE: it returns the same token again while valid, with the lifetime left. */
  sameTokenWhileValid: boolean;
  /** The old client secret still works after a reset [fact: secret-reset]. */
  oldSecretsSurvive: boolean;
  /** Issued tokens stay valid after a reset of the client secret [fact: tokens-survive-reset]. */
  tokensSurviveSecretReset: boolean;
  /** Delay until a new selection of an API, with its CGU accepted, takes effect [fact: selection-spreads]. */
  apiSelectionSpreadsInMinutes: number;
  /** The refusal of a technical account has a JSON body; otherwise it is empty [fact: account-refused]. */
  refusedAccountHasBody: boolean;
  /** A new technical account is refused for this long; 0: never [fact: young-account]. */
  accountUsableAfterInMinutes: number;
  /** Chorus Pro refuses older passwords; 0: never. */
  passwordLifetimeInDays: number;
  /** Wrong passwords until the account locks, which refuses the right one too; 0: never [fact: wrong-passwords]. */
  wrongPasswordsUntilLock: number;
  lockInMinutes: number;
  /** Answer without a raccordement: a 403, or a 200 with another `codeRetour` [fact: no-raccordement]. */
  missingRaccordement: "forbidden" | "other-code";
  /** Answer to an account without its habilitation [fact: no-habilitation]. */
  missingHabilitation: "forbidden" | "other-code";
  /** Made up: time that a deposit, and then its invoices, stay in each state; 0: the final state comes at once. */
  depositStepInSeconds: number;
  /** Final state of deposits; a partly integrated one refuses its first invoice. */
  depositOutcome: (typeof DEPOSIT_ENDS)[number];
  /** The official description gives a 413 for two other calls, one source the code 20001 for a deposit. */
  tooLargeFile: "413" | "20001";
}

export const DEFAULT_SETTINGS: Settings = {
  environment: "qualif",
  tokenLifetimeInSeconds: 3600,
  expiresInAsString: false,
  apis: [],
  scopes: [...scopesOf(Object.values(API_CATALOGUE)), "resource.READ"],
  openidOpensAll: false,
  oldTokensSurvive: true,
  sameTokenWhileValid: false,
  oldSecretsSurvive: false,
  tokensSurviveSecretReset: true,
  apiSelectionSpreadsInMinutes: 0,
  refusedAccountHasBody: true,
  accountUsableAfterInMinutes: 30,
  passwordLifetimeInDays: 424,
  wrongPasswordsUntilLock: 5,
  lockInMinutes: 60,
  missingRaccordement: "forbidden",
  missingHabilitation: "other-code",
  depositStepInSeconds: 2,
  depositOutcome: "IN_INTEGRE",
  tooLargeFile: "413",
};
