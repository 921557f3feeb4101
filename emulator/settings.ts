/**
 * Behaviour of the local PISTE that can be switched over its control address. Where the real platform's behaviour is
 * not certain, the comment says on what it rests.
 */
import { API_NAMES, scopesOf } from "../piste/api-catalogue";
import type { Platform } from "../piste/environments";

export interface Settings {
  /** Which of the two platforms it stands for: applications of the other get no token here. */
  environment: Platform;
  tokenLifetimeInSeconds: number;
  /** `expires_in` has been seen as a number and as a string. */
  expiresInAsString: boolean;
  /** Scopes that a client may ask for, words separated by a space. */
  scopes: string[];
  /** Unconfirmed: whether a token of the scope `openid` opens an API that has a scope of its own, too. */
  openidOpensAll: boolean;
  /** Unconfirmed: whether a token stays valid until its own expiry when a newer one is given. */
  oldTokensSurvive: boolean;
  /** Never confirmed of PISTE: a token that is still valid is given again, for what is left of its life. */
  sameTokenWhileValid: boolean;
  /** Unconfirmed: whether a client secret works on when it is reset. */
  oldSecretsSurvive: boolean;
  /** Unconfirmed: whether tokens that were given stay valid when the client secret is reset. */
  tokensSurviveSecretReset: boolean;
  /** Unconfirmed: an API that was just selected, or whose CGU were just accepted, is let through only after a while. */
  apiSelectionSpreadsInMinutes: number;
  /** One source only: the body that goes with a refused technical account; else it is empty. */
  refusedAccountHasBody: boolean;
  /** One source only: a technical account is refused until so long after its creation; 0: never. */
  accountUsableAfterInMinutes: number;
  /** After so many days Chorus Pro asks for a new password and refuses the old one; 0: never. */
  passwordLifetimeInDays: number;
  /** One source only: so many wrong passwords lock an account, for the right one too; 0: they never do. */
  wrongPasswordsUntilLock: number;
  /** One source only. */
  lockInMinutes: number;
  /** Unconfirmed: what is answered where there is no raccordement, a 403 or a 200 with another `codeRetour`. */
  missingRaccordement: "forbidden" | "other-code";
  /** One source for either: what an account without its habilitation is answered. */
  missingHabilitation: "forbidden" | "other-code";
}

export const DEFAULT_SETTINGS: Settings = {
  environment: "qualif",
  tokenLifetimeInSeconds: 3600,
  expiresInAsString: false,
  scopes: [...scopesOf(API_NAMES), "resource.READ"],
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
};
