/**
 * Facts about PISTE and Chorus Pro with their sources. The authors have no account on the portals, so code that relies on
 * a fact names it, `[fact: <id>]`, and docs/piste-facts.md asks readers to confirm or refute it.
 */

import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "./token-endpoint";

/** Weakest first. `documented`: public documentation, or several independent clients. */
export const CONFIDENCES = ["assumed", "one source", "documented", "the guide"] as const;

export interface PisteFact {
  readonly says: string;
  readonly source: string;
  readonly confidence: (typeof CONFIDENCES)[number];
  /** For a fact that `piste credentials try` observes: the promise that relies on it, and the expected observation. */
  readonly observed?: { readonly carries: string; readonly expected: string };
}

/** The month of the last check of all sources. */
export const SOURCES_LOOKED_AT = "2026-11";

const fact = (
  confidence: PisteFact["confidence"],
  says: string,
  source: string,
  observed?: PisteFact["observed"],
): PisteFact => ({ says, source, confidence, ...(observed && { observed }) });

const CLIENTS = "public clients";
const NAMES_THE_CAUSE = "`doctor` names the API or account that blocks calls";
const NOBODY = "none";
const NOT_KEPT = "one page or issue, address not kept";

export const PISTE_FACTS = {
  "sandbox-name": fact(
    "the guide",
    "PISTE creates the sandbox application `APP_SANDBOX_<e-mail>` with the account",
    "onboarding guide of Chorus Pro's API in OAuth2 mode",
  ),
  "pair-in-body": fact(
    "documented",
    "The token endpoint takes client_id, client_secret and scope in the body",
    `PISTE's documentation, ${CLIENTS}`,
  ),
  "pair-in-basic": fact("one source", "It also takes the pair by HTTP Basic", "a client of CaptchÉtat"),
  "expires-in": fact("documented", "`expires_in` is 3600, as a number or as a string", CLIENTS, {
    carries: "a token survives an outage of PISTE that lasts as long as the tolerance",
    expected: `${USUAL_TOKEN_LIFETIME_IN_MINUTES * 60} seconds`,
  }),
  "pair-refused": fact("documented", "A wrong client_id or client_secret gets the same 400 `invalid_client`", CLIENTS),
  "pair-refused-401": fact("one source", "A valid pair may get 401 `invalid_client` while PISTE throttles", NOT_KEPT),
  "old-tokens-survive": fact("assumed", "A newer token does not end an older one", NOBODY),
  "secret-reset": fact("assumed", "A reset on the portal ends the old client secret", NOBODY),
  "tokens-survive-reset": fact("assumed", "A reset of the secret does not end tokens", NOBODY),
  "captchetat-scope": fact(
    "documented",
    "CaptchÉtat needs the scope `piste.captchetat`, other APIs `openid`",
    "betagouv/api.gouv.fr: public/swaggers/api-captchetat.json; nine clients",
  ),
  "captchetat-paths": fact(
    "documented",
    "CaptchÉtat is at `/piste/captcha` (version 1) and `/piste/captchetat/v2`",
    "the same description; clients for each",
  ),
  "openid-and-captchetat": fact(
    "assumed",
    "`openid` alone does not open CaptchÉtat",
    "none; an answer to `piste.captchetat` also named `openid`",
  ),
  "several-scopes": fact("assumed", "PISTE may not take several scopes in one request", NOBODY),
  challenges: fact(
    "documented",
    "WWW-Authenticate has `invalid_token` with the gateway's 401, `insufficient_scope` with its 403 for a scope",
    CLIENTS,
  ),
  "portal-labels": fact(
    "one source",
    "On the PISTE portal the CGU are accepted under « API », « Consentement CGU API », and « Appliquer les modifications » saves the application",
    "cpro-docs.choruspay.fr",
  ),
  "no-api-subscribed": fact(
    "one source",
    "The PISTE portal may say « Aucune API souscrite » although the CGU are accepted",
    NOT_KEPT,
  ),
  "qualification-account": fact(
    "documented",
    "On the qualification portal of Chorus Pro anyone may create a user account and generate a data set",
    "communaute.chorus-pro.gouv.fr: « Environnement de qualification du portail de services Chorus Pro »",
  ),
  "account-before-raccordement": fact(
    "documented",
    "The technical account is a prerequisite of the raccordement; the guide has it created afterwards",
    "communaute.chorus-pro.gouv.fr: « Raccordement à Chorus Pro »; the onboarding guide",
  ),
  "account-rights": fact(
    "one source",
    "A technical account has its gestionnaire's rights on all structures of that person",
    NOT_KEPT,
  ),
  "api-not-selected": fact(
    "documented",
    "An API that is not selected, or whose CGU are not accepted, gets a 403, often with an empty body",
    CLIENTS,
    { carries: NAMES_THE_CAUSE, expected: "the answer of each API shows the cause" },
  ),
  "selection-spreads": fact("assumed", "A new selection may take a while to count", NOBODY),
  "made-up-login": fact(
    "assumed",
    "An unknown login gets 403 where the API is not selected, else 401",
    "inferred from clients",
  ),
  "no-raccordement": fact("assumed", "Without a raccordement Chorus Pro answers 403", "inferred from clients"),
  "no-habilitation": fact(
    "one source",
    "Without a habilitation Chorus Pro answers 200 with another `codeRetour`",
    NOT_KEPT,
  ),
  "account-refused": fact(
    "one source",
    "A refused technical account gets 401 with `codeRetour` 401, without a challenge",
    NOT_KEPT,
    { carries: NAMES_THE_CAUSE, expected: "the account is accepted or refused" },
  ),
  "young-account": fact("one source", "A new technical account works after about 30 minutes", NOT_KEPT),
  "wrong-passwords": fact(
    "one source",
    "5 wrong passwords lock an account for an hour, also for the right one",
    NOT_KEPT,
  ),
  "password-lifetime": fact(
    "documented",
    "A password expires after 424 days",
    "communaute.chorus-pro.gouv.fr: « Comment changer votre mot de passe technique ? »",
  ),
  "login-has-siret": fact("one source", "The 14 digits in a technical account's login are a SIRET", "public examples"),
  quotas: fact(
    "documented",
    "Quotas count per application or method, by second, minute and day",
    "Légifrance's terms of use (DILA, 15 December 2022), IV.3; other APIs publish none",
  ),
  "legifrance-503": fact("one source", "Légifrance answers 503 to a search beyond result 10,000", NOT_KEPT),
} as const satisfies Record<string, PisteFact>;

export type PisteFactId = keyof typeof PISTE_FACTS;

/** The facts that `piste credentials try` observes. */
export const OBSERVED_PISTE_FACTS = ["expires-in", "api-not-selected", "account-refused"] as const;
export type ObservedPisteFactId = (typeof OBSERVED_PISTE_FACTS)[number];
