/**
 * What is believed of PISTE and Chorus Pro, and on what grounds. Nobody here has an account on the portals: code that rests
 * on one of these says so, `[fact: <id>]`, and docs/piste-facts.md lists them for whoever can confirm or refute one.
 */

import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "./token-endpoint";

/** From the weakest to the strongest. `documented`: public documentation, or several independent clients. */
export const CONFIDENCES = ["assumed", "one source", "documented", "the guide"] as const;

export interface PisteFact {
  readonly says: string;
  readonly source: string;
  /** When the source was last looked at: `yyyy-mm`. */
  readonly date: string;
  readonly confidence: (typeof CONFIDENCES)[number];
  /** Of a fact that `piste credentials try` observes: what rests on it, and what is to be seen. */
  readonly observed?: { readonly carries: string; readonly expected: string };
}

/** When all sources were last looked at. */
const LOOKED_AT = "2026-11";
const fact = (
  confidence: PisteFact["confidence"],
  says: string,
  source: string,
  observed?: PisteFact["observed"],
): PisteFact => ({ says, source, date: LOOKED_AT, confidence, ...(observed && { observed }) });

const CLIENTS = "several public clients";
const NAMES_THE_CAUSE = "`doctor` names the API or the account that keeps calls from working";
const NOBODY = "nobody says";
const NOT_KEPT = "one public page or issue, whose address was not kept";

export const PISTE_FACTS = {
  "sandbox-name": fact(
    "the guide",
    "PISTE makes the sandbox application with the account, and calls it `APP_SANDBOX_<e-mail>`",
    "the onboarding guide of Chorus Pro's API in OAuth2 mode",
  ),
  "pair-in-body": fact(
    "documented",
    "The token endpoint takes the client credentials grant with client_id, client_secret and scope in the body",
    `PISTE's documentation, ${CLIENTS}`,
  ),
  "pair-in-basic": fact("one source", "It takes the pair by HTTP Basic, too", "a public client of CaptchÉtat"),
  "expires-in": fact("documented", "`expires_in` is 3600, as a number or as a string", CLIENTS, {
    carries: "a token survives an outage of PISTE that lasts as long as the tolerance",
    expected: `${USUAL_TOKEN_LIFETIME_IN_MINUTES * 60} seconds`,
  }),
  "pair-refused": fact(
    "documented",
    "A wrong client_id and a wrong client_secret are answered with the same 400 `invalid_client`",
    CLIENTS,
  ),
  "pair-refused-401": fact(
    "one source",
    "401 `invalid_client` is also answered to a valid pair, while PISTE throttles",
    NOT_KEPT,
  ),
  "old-tokens-survive": fact("assumed", "A token stays valid until its own end when a newer one is given", NOBODY),
  "secret-reset": fact("assumed", "A client secret is dead once it is reset on the portal", NOBODY),
  "tokens-survive-reset": fact("assumed", "Tokens that were given stay valid when the secret is reset", NOBODY),
  "captchetat-scope": fact(
    "documented",
    "CaptchÉtat is asked for with the scope `piste.captchetat`, other APIs with `openid`",
    "betagouv/api.gouv.fr: public/swaggers/api-captchetat.json; nine independent clients",
  ),
  "captchetat-paths": fact(
    "documented",
    "CaptchÉtat is at `/piste/captcha` (version 1) and `/piste/captchetat/v2`",
    "the same description; clients for each",
  ),
  "openid-and-captchetat": fact(
    "assumed",
    "`openid` alone does not open CaptchÉtat",
    "nobody says; an answer to `piste.captchetat` was seen to name `openid`, too",
  ),
  "several-scopes": fact("assumed", "PISTE may not take several scopes in one request", NOBODY),
  challenges: fact(
    "documented",
    "The gateway's 401 has `invalid_token`, its 403 for a scope `insufficient_scope`, in WWW-Authenticate",
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
    "An API that is not selected, or whose CGU are not accepted, is answered with a 403, often with an empty body",
    CLIENTS,
    { carries: NAMES_THE_CAUSE, expected: "each API answers in a way that tells" },
  ),
  "selection-spreads": fact("assumed", "A selection that was just made may take a while to count", NOBODY),
  "made-up-login": fact(
    "assumed",
    "A login that nobody has is answered 403 where the API is not selected, else 401",
    "inferred from clients' experience",
  ),
  "no-raccordement": fact(
    "assumed",
    "Without a raccordement Chorus Pro answers 403",
    "inferred from clients' experience",
  ),
  "no-habilitation": fact(
    "one source",
    "Without a habilitation Chorus Pro answers 200 with another `codeRetour`",
    NOT_KEPT,
  ),
  "account-refused": fact(
    "one source",
    "A refused technical account is answered 401 with `codeRetour` 401, without a challenge",
    NOT_KEPT,
    { carries: NAMES_THE_CAUSE, expected: "the account is accepted or refused" },
  ),
  "young-account": fact(
    "one source",
    "A new technical account is usable about 30 minutes after its creation",
    NOT_KEPT,
  ),
  "wrong-passwords": fact(
    "one source",
    "5 wrong passwords lock an account for an hour, for the right one too",
    NOT_KEPT,
  ),
  "password-lifetime": fact(
    "documented",
    "Chorus Pro asks for a new password after 424 days",
    "communaute.chorus-pro.gouv.fr: « Comment changer votre mot de passe technique ? »",
  ),
  "login-has-siret": fact("one source", "The 14 digits in a technical account's login are a SIRET", "public examples"),
  quotas: fact(
    "documented",
    "Quotas are by application or by one of its methods, per second, minute and day",
    "Légifrance's terms of use (DILA, 15 December 2022), IV.3; those of other APIs are not published",
  ),
  "legifrance-503": fact("one source", "Légifrance answers 503 to a search beyond result 10,000: no outage", NOT_KEPT),
} as const satisfies Record<string, PisteFact>;

export type PisteFactId = keyof typeof PISTE_FACTS;

/** Those that `piste credentials try` observes. */
export const OBSERVED_PISTE_FACTS = ["expires-in", "api-not-selected", "account-refused"] as const;
export type ObservedPisteFactId = (typeof OBSERVED_PISTE_FACTS)[number];
