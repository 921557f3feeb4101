/** The evidence about one application, layer by layer. Its secrets are sent to PISTE only. */
import { apisOf, scopesOf, SUREST_FIRST, type Api, type ApiName } from "../../piste/api-catalogue";
import type { AccessToken } from "../../piste/credentials";
import type { DescribedAccount } from "../../piste/description";
import type { Text } from "../../piste/language";
import { daysLeft, formatDay, passwordDate } from "../../piste/password-age";
import type { ProbeOutcomeCode } from "../../piste/probe-outcomes";
import type { ProbeReading } from "../../piste/probe-reading";
import type { ProbeAnswer } from "../../piste/probes";
import type { LatestRun, SecretVersion } from "../command/aws";
import type { DescribedApplication } from "../described-applications";
import type { Circumstances, DetailsOf, FindingCode, Found } from "./findings";
import { found } from "./findings";
import type { CommandContext } from "./findings/finding";
import { answeredText, titleOf } from "./message-parts";
import type { ApplicationReport, PasswordReport } from "./report";

/** The evidence about an API, from all calls of it. */
export interface ApiEvidence {
  readonly api: Api;
  /** `no-ping`: nothing can be asked; `withheld`: only a call with a made-up login could tell, and none was made. */
  state: "no-ping" | "not-asked" | "let-in" | "not-selected" | "scope-missing" | "not-exposed" | "unclear" | "withheld";
  /** An unclear answer, even if only one account got it. */
  unclear?: ProbeAnswer;
}

/** The evidence about a technical account. */
export interface AccountEvidence {
  readonly account: DescribedAccount;
  /** True when a value is stored that could be sent. */
  stored?: boolean;
  /** True when Chorus Pro accepts its password; undefined while unknown. */
  accepted?: boolean;
  /** True when its raccordement with the application exists. */
  connected?: boolean;
  /** The outcome of the account's call, by API. */
  readonly outcomes: Map<ApiName, ProbeOutcomeCode>;
  /** True when the search found its structure. */
  structureFound?: boolean;
}

const STATES: Readonly<Record<ProbeOutcomeCode, ApiEvidence["state"]>> = {
  fine: "let-in",
  "api-selected": "let-in",
  "account-not-used": "let-in",
  "account-refused": "let-in",
  "habilitation-probable": "let-in",
  "raccordement-or-habilitation": "let-in",
  "api-not-selected": "not-selected",
  "scope-missing": "scope-missing",
  "not-exposed": "not-exposed",
  forbidden: "withheld",
  "cannot-tell": "unclear",
  "token-refused": "not-asked",
};

/** The state with the higher weight is kept. */
const WEIGHTS: Readonly<Record<ApiEvidence["state"], number>> = {
  "no-ping": 0,
  "not-asked": 0,
  unclear: 1,
  withheld: 2,
  "not-exposed": 3,
  "scope-missing": 3,
  "not-selected": 3,
  "let-in": 4,
};

/** Keeps the evidence of one call about the API itself. */
export function learn(api: ApiEvidence, { outcome, answer }: ProbeReading): void {
  const state = STATES[outcome];
  if (state === "unclear") api.unclear = answer;
  if (WEIGHTS[state] > WEIGHTS[api.state]) api.state = state;
}

export class Subject {
  /** All versions of each secret, without their values. */
  readonly versions = new Map<string, readonly SecretVersion[]>();
  latestRun: LatestRun | undefined;
  token: AccessToken | undefined;
  readonly apis: readonly ApiEvidence[];
  readonly accounts: readonly AccountEvidence[];
  /** Remarks that are not failures. */
  readonly notes: Text[] = [];
  /** Names of APIs that this version does not know. */
  readonly unknownApis: readonly string[];
  private readonly findings: Found[] = [];

  constructor(
    readonly application: DescribedApplication,
    readonly context: CommandContext,
  ) {
    const { apis } = application.description;
    const { known, unknown } = apisOf(apis);
    this.unknownApis = unknown;
    this.apis = known.map((api) => ({ api, state: api.probes.length === 0 ? "no-ping" : "not-asked" }));
    this.accounts = application.accounts.map((account) => ({ account, outcomes: new Map() }));
  }

  get name(): string {
    return this.application.description.application;
  }

  /** The APIs that take a technical account, the one that tells most first. */
  get chorusPro(): readonly ApiEvidence[] {
    return SUREST_FIRST.flatMap((name) => this.apis.filter(({ api }) => api.name === name));
  }

  /** True when it calls an API of Chorus Pro. */
  get needsAccount(): boolean {
    return this.chorusPro.length > 0;
  }

  /** The version that is in use; undefined when no value is stored. */
  current(secret: string): SecretVersion | undefined {
    return this.versions.get(secret)?.find(({ labels }) => labels.includes("AWSCURRENT"));
  }

  /** The time when its last token was stored; undefined unless all its credentials are stored, too. */
  get workedAt(): number | undefined {
    const { description, accounts } = this.application;
    const isComplete = [description.clientSecret, ...accounts.map(({ secret }) => secret)].every(
      (secret) => this.current(secret) !== undefined,
    );
    return isComplete ? this.current(description.tokenSecret)?.storedAt : undefined;
  }

  /** @param now epoch milliseconds, by AWS's clock. */
  report(now: number): ApplicationReport {
    return {
      name: this.name,
      pisteApplicationName: this.application.description.pisteApplicationName,
      accounts: this.application.accounts.map((account) => {
        const { name, structure, usageType, technicalContact } = account;
        return { name, structure, usageType, technicalContact, password: this.passwordOf(account, now) };
      }),
    };
  }

  private passwordOf({ secret, passwordLifetimeInDays }: DescribedAccount, now: number): PasswordReport | undefined {
    const version = this.current(secret);
    if (version === undefined) return undefined;
    const { day, from } = passwordDate(version, now);
    return {
      setOn: formatDay(day),
      noted: from === "label",
      renewBy: formatDay(day + passwordLifetimeInDays),
      daysLeft: daysLeft(day, passwordLifetimeInDays, now),
    };
  }

  /** The context for an account's commands; the only account needs no `--account`. */
  placeOf({ name }: DescribedAccount): CommandContext {
    return this.accounts.length > 1 ? { ...this.context, account: name } : this.context;
  }

  add<Code extends FindingCode>(code: Code, details: DetailsOf<Code>, circumstances: Circumstances = {}): void {
    this.findings.push(found(code, this.context, details, circumstances));
  }

  addOfAccount<Code extends FindingCode>(account: DescribedAccount, code: Code, details: DetailsOf<Code>): void {
    this.findings.push(found(code, this.placeOf(account), details, { account: account.name }));
  }

  push(finding: Found): void {
    this.findings.push(finding);
  }

  /** The findings so far, with those that follow from all API calls. */
  get found(): readonly Found[] {
    return [...this.findings, ...apiFindings(this)];
  }

  get stopped(): boolean {
    return this.findings.some(({ stops }) => stops);
  }
}

/** The findings that follow from all calls of an application's APIs. */
function apiFindings({ apis, unknownApis, context, application }: Subject): Found[] {
  const { scope } = application.description;
  const inState = (...states: readonly ApiEvidence["state"][]): readonly ApiEvidence[] =>
    apis.filter(({ state }) => states.includes(state));
  const titles = (of: readonly ApiEvidence[]): string[] => of.map(({ api }) => titleOf(api));

  const missing = inState("not-selected");
  const withheld = inState("withheld");
  const notExposed = inState("not-exposed");
  const withoutScope = inState("scope-missing");
  const unclear = apis.filter((api) => api.unclear !== undefined);
  const [first] = unclear;
  return [
    ...(missing.length > 0
      ? [
          found("api-not-selected", context, {
            missing: titles(missing),
            selected: inState("let-in").length,
            total: apis.filter(({ state }) => state !== "no-ping").length,
          }),
        ]
      : []),
    ...(withheld.length > 0 ? [found("probe-needed", context, { apis: titles(withheld) })] : []),
    ...(notExposed.length > 0
      ? [
          found("api-not-exposed", context, {
            apis: titles(notExposed),
            isOwn: notExposed.some(({ api }) => api.isOwn),
          }),
        ]
      : []),
    ...(withoutScope.length > 0
      ? [
          found("scope-missing", context, {
            apis: titles(withoutScope),
            scope,
            wanted: scopesOf(withoutScope.map(({ api }) => api)),
          }),
        ]
      : []),
    ...(unknownApis.length > 0 ? [found("api-unknown", context, { apis: unknownApis })] : []),
    ...(first?.unclear !== undefined
      ? [
          found("api-unclear", context, {
            apis: titles(unclear),
            answered: answeredText(first.unclear),
            isOwn: unclear.some(({ api }) => api.isOwn),
          }),
        ]
      : []),
  ];
}
