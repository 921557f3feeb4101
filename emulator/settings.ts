/**
 * Behaviour of the local PISTE that can be switched over its control address. Where the real platform's behaviour is
 * not certain, the comment names the fact of piste/facts.ts that it rests on.
 */
import { API_CATALOGUE, scopesOf, type OwnApi } from "../piste/api-catalogue";
import type { Platform } from "../piste/environments";
import type { DEPOSIT_ENDS } from "./deposits";

export interface Settings {
  /** Which of the two platforms it stands for: applications of the other get no token here. */
  environment: Platform;
  tokenLifetimeInSeconds: number;
  /** Both have been seen [fact: expires-in]. */
  expiresInAsString: boolean;
  /** APIs beyond the catalogue: their pings are answered with {"status":"UP"}. */
  apis: OwnApi[];
  /** Scopes that a client may ask for, words separated by a space. */
  scopes: string[];
  /** Whether a token of the scope `openid` opens an API that has a scope of its own, too [fact: openid-and-captchetat]. */
  openidOpensAll: boolean;
  /** Whether a token stays valid until its own expiry when a newer one is given [fact: old-tokens-survive]. */
  oldTokensSurvive: boolean;
  /** Never confirmed of PISTE: a token that is still valid is given again, for what is left of its life. */
  sameTokenWhileValid: boolean;
  /** Whether a client secret works on when it is reset [fact: secret-reset]. */
  oldSecretsSurvive: boolean;
  /** Whether tokens that were given stay valid when the client secret is reset [fact: tokens-survive-reset]. */
  tokensSurviveSecretReset: boolean;
  /** An API that was just selected, or whose CGU were just accepted, is let through only then [fact: selection-spreads]. */
  apiSelectionSpreadsInMinutes: number;
  /** The body that goes with a refused technical account; else it is empty [fact: account-refused]. */
  refusedAccountHasBody: boolean;
  /** A technical account is refused until so long after its creation; 0: never [fact: young-account]. */
  accountUsableAfterInMinutes: number;
  /** After so many days Chorus Pro asks for a new password and refuses the old one; 0: never. */
  passwordLifetimeInDays: number;
  /** So many wrong passwords lock an account, for the right one too; 0: they never do [fact: wrong-passwords]. */
  wrongPasswordsUntilLock: number;
  lockInMinutes: number;
  /** What is answered where there is no raccordement, a 403 or a 200 with another `codeRetour` [fact: no-raccordement]. */
  missingRaccordement: "forbidden" | "other-code";
  /** What an account without its habilitation is answered [fact: no-habilitation]. */
  missingHabilitation: "forbidden" | "other-code";
  /** Made up: how long a deposit, and then its invoice, stays in each state; 0: it is at the end of its way at once. */
  depositStepInSeconds: number;
  /** How deposits end by themselves; of a part of several invoices, the first is refused. */
  depositOutcome: (typeof DEPOSIT_ENDS)[number];
  /** The official description has a 413 for two other calls, one source the code 20001 for a deposit. */
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
