/**
 * The outcomes of an API's probes, in one table: a code for logs and tests, the party that must act, its message, and
 * the steps of the onboarding guide that the outcome contradicts. A message says "probably" when the fact is not
 * certain.
 */
import { byPlatform, type Environment } from "./environments";
import type { GuideStepId } from "./guide";
import type { Party } from "./party";

export interface ProbeOutcome {
  /** The party that must act. */
  readonly owner: Party;
  /** The message: the meaning and the next step. */
  readonly meaning: string;
  /** The steps that are probably missing or were reverted. */
  readonly contradicts: Readonly<Record<Environment, readonly GuideStepId[]>>;
}

const NONE = byPlatform({ qualif: [], prod: [] });
const API_SELECTION = byPlatform({ qualif: ["Q3"], prod: ["P2"] });
const RACCORDEMENT = byPlatform({ qualif: ["Q5"], prod: ["P3", "P4"] });
const ACCOUNT = byPlatform({ qualif: ["Q6"], prod: ["P5"] });

export const PROBE_OUTCOMES = {
  fine: { owner: "wait", meaning: "The API answers as it should.", contradicts: NONE },
  "api-selected": {
    owner: "wait",
    meaning: "The API is selected for the PISTE application; no technical account was tried.",
    contradicts: NONE,
  },
  "account-not-used": {
    owner: "wait",
    meaning: "The API answers, but this call ignores the technical account, so it proves nothing about it.",
    contradicts: NONE,
  },
  "api-not-selected": {
    owner: "piste-portal",
    meaning:
      "The API is probably not selected for the PISTE application, or its CGU are not accepted. Select it on the " +
      "PISTE portal, accept its CGU and save the application; the change may take a while.",
    contradicts: API_SELECTION,
  },
  forbidden: {
    owner: "operator",
    meaning:
      "The API refuses the call (403): either it is not selected for the PISTE application, or its CGU are not " +
      "accepted, or this technical account's raccordement or habilitation is missing. " +
      "`npx piste doctor <environment> --probe` tells which: it sends a made-up login.",
    contradicts: NONE,
  },
  "raccordement-or-habilitation": {
    owner: "chorus-pro",
    meaning:
      "The API accepts the application but refuses this technical account: its raccordement with the application, or " +
      "its habilitation, is probably missing or withdrawn. Check both on the Chorus Pro portal.",
    contradicts: RACCORDEMENT,
  },
  "account-refused": {
    owner: "chorus-pro",
    meaning:
      "Chorus Pro refuses the technical account: its password is wrong, expired or locked. Set a new password on " +
      "the Chorus Pro portal and store it. Do not try the old one again: wrong passwords probably lock the account.",
    contradicts: ACCOUNT,
  },
  "habilitation-probable": {
    owner: "chorus-pro",
    meaning:
      "Chorus Pro accepts the technical account but answers with another return code: a habilitation is probably " +
      "missing. Look up the code, then check the account's habilitations on the Chorus Pro portal.",
    contradicts: RACCORDEMENT,
  },
  "token-refused": {
    owner: "wait",
    meaning:
      "The gateway does not know the access token, though it has not expired. " +
      "`npx piste token renew <environment>` replaces it now; the refresher does so only when it is due.",
    contradicts: NONE,
  },
  "scope-missing": {
    owner: "operator",
    meaning:
      "The access token lacks the scope of this API. Remove `scope` from the application's configuration, if " +
      "it is there, so that it follows from `apis`; APIs of another scope need a second application on the same " +
      "credentials (`clientCredentialsOf`). If it is not, check on the PISTE portal that the API is selected, and renew " +
      "the token.",
    contradicts: NONE,
  },
  "not-exposed": {
    owner: "operator",
    meaning:
      "The gateway does not know the address: the API is probably not exposed in this environment. If it " +
      "lasts, remove it from `apis`.",
    contradicts: NONE,
  },
  "cannot-tell": {
    owner: "wait",
    meaning:
      "No clear answer. The cause may be the platform, the network to it, or the request. The next check tries again.",
    contradicts: NONE,
  },
} as const satisfies Record<string, ProbeOutcome>;

export type ProbeOutcomeCode = keyof typeof PROBE_OUTCOMES;

/** Outcomes of the API itself, with any account. */
export const OF_THE_API: ReadonlySet<string> = new Set<ProbeOutcomeCode>([
  "api-not-selected",
  "scope-missing",
  "not-exposed",
]);
