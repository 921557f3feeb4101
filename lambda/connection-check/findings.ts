/** The findings of a check: their meaning, how they count, and their log lines. */
import { byPlatform } from "../../piste/environments";
import { PARTY_LABELS } from "../../piste/party";
import type { ProbeAnswer } from "../../piste/probes";
import { OF_THE_API, PROBE_OUTCOMES, type ProbeOutcome, type ProbeOutcomeCode } from "../../piste/probe-outcomes";
import { REFUSED_LABEL } from "../../piste/names";
import { printableJson } from "../../piste/printable";
import { embeddedMetrics } from "../shared/embedded-metrics";
import { CONNECTION_METRICS, YOUNG_ACCOUNT_IN_MINUTES, type CheckInput, type ConnectionMetricKey } from "./contract";

const NONE = byPlatform({ qualif: [], prod: [] });

/** Outcomes that do not come from an answer of PISTE. */
const CHECK_OUTCOMES = {
  "refused-before": {
    ...PROBE_OUTCOMES["account-refused"],
    meaning:
      `Chorus Pro refused this password before (label ${REFUSED_LABEL}), so it is not sent again. Set a new ` +
      "password on the Chorus Pro portal and store it: the next check tries the new version.",
  },
  "no-value": { owner: "wait", meaning: "No technical account is stored yet.", contradicts: NONE },
  "too-young": {
    owner: "wait",
    meaning:
      `The technical account was stored less than ${YOUNG_ACCOUNT_IN_MINUTES} minutes ago, and Chorus Pro probably does ` +
      "not know it yet. The next check tries it.",
    contradicts: NONE,
  },
  "unreadable-account": {
    owner: "operator",
    meaning: 'The technical account cannot be read. Store {"login": …, "password": …} there.',
    contradicts: NONE,
  },
  "unknown-api": {
    owner: "operator",
    meaning: "This function does not know the API. Deploy it again with the version of the package that describes it.",
    contradicts: NONE,
  },
  "api-not-asked": {
    owner: "wait",
    meaning:
      "No technical account could be sent to the API, and in production this check sends no made-up login. " +
      "`npx piste doctor <environment> --probe` sends one, and tells whether the API is selected.",
    contradicts: NONE,
  },
  "no-ping": {
    owner: "wait",
    meaning: "Not checked: the API has no `ping` in the configuration.",
    contradicts: NONE,
  },
  "api-unsteady": {
    owner: "wait",
    meaning: "The API gave no clear answer several times in a row. The next check tries it again.",
    contradicts: NONE,
  },
  "out-of-time": {
    owner: "wait",
    meaning: "The check's time was up. The next check tries again.",
    contradicts: NONE,
  },
  "token-renewed": {
    owner: "wait",
    meaning: "The gateway did not know the access token, so the refresher was asked for a new one.",
    contradicts: NONE,
  },
  "no-token": {
    owner: "wait",
    meaning: "There is no valid access token, so nothing was tried. The refresher's own alarms say why.",
    contradicts: NONE,
  },
  "platform-down": {
    owner: "wait",
    meaning: "PISTE, Chorus Pro or the network to them is down, so nothing was tried. The next check tries again.",
    contradicts: NONE,
  },
  "our-side": {
    owner: "operator",
    meaning: "AWS refused a call of this function, or the function has a bug.",
    contradicts: NONE,
  },
} as const satisfies Record<string, ProbeOutcome>;

const OUTCOMES: Readonly<Record<OutcomeCode, ProbeOutcome>> = { ...PROBE_OUTCOMES, ...CHECK_OUTCOMES };
export type OutcomeCode = ProbeOutcomeCode | keyof typeof CHECK_OUTCOMES;

/**
 * - `healthy`
 * - `refused`: a person must fix it
 * - `uncertain`: probably a fault, not certain enough to page; another try would not tell more
 * - `open`: could not be checked this time
 */
type Verdict = "healthy" | "refused" | "uncertain" | "open";

const VERDICTS: Readonly<Record<OutcomeCode, Verdict>> = {
  fine: "healthy",
  "api-selected": "healthy",
  "account-not-used": "healthy",
  "no-value": "healthy",
  "token-renewed": "healthy",
  "api-not-selected": "refused",
  "raccordement-or-habilitation": "refused",
  "account-refused": "refused",
  "refused-before": "refused",
  forbidden: "refused",
  "scope-missing": "refused",
  "habilitation-probable": "uncertain",
  "not-exposed": "uncertain",
  "unreadable-account": "uncertain",
  "unknown-api": "uncertain",
  "api-not-asked": "uncertain",
  "no-ping": "uncertain",
  "cannot-tell": "open",
  "token-refused": "open",
  "too-young": "open",
  "api-unsteady": "open",
  "out-of-time": "open",
  "no-token": "open",
  "platform-down": "open",
  "our-side": "open",
};

/** The API or account of a finding; nothing secret. */
export interface Place {
  readonly api?: string | undefined;
  readonly account?: string | undefined;
}

/** The result of a check, for the log and the caller. */
export interface CheckResult {
  readonly outcome: "checked" | "not-checked";
  /** Why nothing was tried. */
  readonly reason?: OutcomeCode;
  readonly meaning?: string;
  /** Only for a refused token. */
  readonly verdict?: Verdict;
  readonly owner?: string;
  /** Refusals that a person must fix. */
  readonly refused: number;
  /** APIs and accounts without a certain result. */
  readonly unknown: number;
  readonly milliseconds: number;
}

export class Findings {
  private readonly refused = new Set<string>();
  private readonly unknown = new Set<string>();
  private readonly saidOnce = new Set<string>();
  private open = false;

  constructor(
    private readonly input: CheckInput,
    private readonly log: (line: string) => void,
    private readonly requestId: string | undefined,
  ) {}

  /** @param detail nothing secret. */
  add(
    outcome: OutcomeCode,
    place: Place,
    detail: { readonly answer?: ProbeAnswer; readonly more?: string } = {},
  ): void {
    const { owner, meaning, contradicts } = OUTCOMES[outcome];
    const verdict = VERDICTS[outcome];
    const about =
      (OF_THE_API.has(outcome) ? undefined : place.account && `account ${place.account}`) ?? place.api ?? "";
    if (verdict === "refused") this.refused.add(about);
    else if (verdict !== "healthy") this.unknown.add(about);
    if (verdict === "open") this.open = true;
    this.line({
      ...place,
      outcome,
      verdict,
      owner: PARTY_LABELS[owner].en,
      meaning: detail.more === undefined ? meaning : `${meaning} ${detail.more}`,
      contradicts: contradicts[this.input.environment],
      ...factsOf(detail.answer),
    });
  }

  /** A finding about an API, reported once for all accounts. */
  addOnce(outcome: OutcomeCode, api: string): void {
    const key = `${outcome} ${api}`;
    if (this.saidOnce.has(key)) return;
    this.saidOnce.add(key);
    this.add(outcome, { api });
  }

  /** The last line of a completed check. */
  checked(startedAt: number, endedAt: number): CheckResult {
    const { refused, unknown } = this;
    const counts = { refused: refused.size, unknown: unknown.size };
    return this.end({ outcome: "checked", ...counts, milliseconds: endedAt - startedAt }, endedAt, {
      // No 0 while something could not be checked: it would end an alarm without proof.
      ...((refused.size > 0 || !this.open) && { connectionRefused: refused.size }),
      connectionUnknown: unknown.size,
    });
  }

  /** The last line of a check that could not try anything. @param unknown the number of APIs and accounts. */
  notChecked(
    reason: "no-token" | "platform-down",
    unknown: number,
    startedAt: number,
    endedAt: number,
    answer?: ProbeAnswer,
  ): CheckResult {
    const { meaning } = OUTCOMES[reason];
    const result = { outcome: "not-checked", reason, meaning, refused: 0, unknown } as const;
    return this.end({ ...result, ...factsOf(answer), milliseconds: endedAt - startedAt }, endedAt, {
      connectionUnknown: unknown,
    });
  }

  /**
   * The last line of a check whose token the gateway does not know, even after a renewal. No program can call PISTE, so
   * this counts as refused.
   *
   * @param renewal the result of the renewal, in a sentence.
   */
  tokenRefused(renewal: string, unknown: number, startedAt: number, endedAt: number, answer: ProbeAnswer): CheckResult {
    const result = {
      outcome: "not-checked",
      reason: "token-refused",
      verdict: "refused",
      owner: PARTY_LABELS.operator.en,
      meaning: `${OUTCOMES["token-refused"].meaning} ${renewal}`,
      refused: 1,
      unknown,
    } as const;
    return this.end({ ...result, ...factsOf(answer), milliseconds: endedAt - startedAt }, endedAt, {
      connectionRefused: 1,
      connectionUnknown: unknown,
    });
  }

  /** An AWS error or a bug. */
  error(error: unknown, place: Place = {}): void {
    const meaning = error instanceof Error ? error.message : "unknown";
    this.line({ ...place, outcome: "error", reason: "platform", meaning });
  }

  private line(content: object): void {
    const { environment, application, operation } = this.input;
    this.log(printableJson({ environment, application, operation, ...content, requestId: this.requestId }));
  }

  private end(
    result: CheckResult,
    endedAt: number,
    measurements: Partial<Record<ConnectionMetricKey, number>>,
  ): CheckResult {
    const metrics = embeddedMetrics(CONNECTION_METRICS, { connectionChecks: 1, ...measurements }, this.input, endedAt);
    const { operation } = this.input;
    this.log(printableJson({ ...metrics, operation, ...result, requestId: this.requestId }));
    return result;
  }
}

/** The logged part of an answer. `outcome` already says its kind. */
function factsOf(answer: ProbeAnswer | undefined): Partial<ProbeAnswer> {
  return { ...answer, kind: undefined, emptySearch: undefined };
}
