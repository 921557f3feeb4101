/**
 * Behaviour of the local PISTE that can be switched over its control address. Where the real platform's behaviour is
 * not certain, the comment says on what it rests.
 */
import * as v from "valibot";
import { PLATFORMS } from "../piste/environments";

/** Bounded, so that a date that it leads to exists. */
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));

export const settingsSchema = v.strictObject({
  /** Which of the two platforms it stands for: applications of the other get no token here. */
  environment: v.picklist(PLATFORMS),
  tokenLifetimeInSeconds: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** `expires_in` has been seen as a number and as a string. */
  expiresInAsString: v.boolean(),
  /** Scopes that a client may ask for, words separated by a space. */
  scopes: v.array(v.pipe(v.string(), v.nonEmpty())),
  /** Unconfirmed: whether a token stays valid until its own expiry when a newer one is given. */
  oldTokensSurvive: v.boolean(),
  /** Never confirmed of PISTE: a token that is still valid is given again, for what is left of its life. */
  sameTokenWhileValid: v.boolean(),
  /** Unconfirmed: whether a client secret works on when it is reset. */
  oldSecretsSurvive: v.boolean(),
  /** Unconfirmed: whether tokens that were given stay valid when the client secret is reset. */
  tokensSurviveSecretReset: v.boolean(),
  /** Unconfirmed: an API that was just selected, or whose CGU were just accepted, is let through only after a while. */
  apiSelectionSpreadsInMinutes: wholeNumber,
  /** One source only: the body that goes with a refused technical account; else it is empty. */
  refusedAccountHasBody: v.boolean(),
  /** One source only: a technical account is refused until so long after its creation; 0: never. */
  accountUsableAfterInMinutes: wholeNumber,
  /** After so many days Chorus Pro asks for a new password and refuses the old one; 0: never. */
  passwordLifetimeInDays: wholeNumber,
  /** One source only: so many wrong passwords lock an account, for the right one too; 0: they never do. */
  wrongPasswordsUntilLock: wholeNumber,
  /** One source only. */
  lockInMinutes: wholeNumber,
  /** Unconfirmed: what is answered where there is no raccordement, a 403 or a 200 with another `codeRetour`. */
  missingRaccordement: v.picklist(["forbidden", "other-code"]),
  /** One source for either: what an account without its habilitation is answered. */
  missingHabilitation: v.picklist(["forbidden", "other-code"]),
});
export type Settings = v.InferOutput<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  environment: "qualif",
  tokenLifetimeInSeconds: 3600,
  expiresInAsString: false,
  scopes: ["openid", "resource.READ"],
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
