/** The doctor's calls of PISTE's gateway for one application, and what each shows of the API that was called. */
import { API_CATALOGUE, type Api, type ApiName, type Probe } from "../../piste/api-catalogue";
import type { AccessToken, TechnicalAccount } from "../../piste/credentials";
import type { DescribedAccount } from "../../piste/description";
import {
  probeWithAccount,
  probeWithMadeUpLogin,
  probeWithToken,
  readAnswers,
  type ProbeReading,
} from "../../piste/probe-reading";
import { callProbe, MADE_UP_ACCOUNT, PROBE_TIMEOUT_IN_SECONDS, type ProbeAnswer } from "../../piste/probes";
import type { Target } from "../command/target";
import type { AccountOutcome, ApiEvidence } from "./subject";

/** How an account is sent. */
export interface Sender {
  readonly account: TechnicalAccount;
  readonly structure: DescribedAccount["structure"];
}

export interface AccountReading {
  readonly outcome: AccountOutcome;
  readonly answer: ProbeAnswer;
}

const apiOf = (name: ApiName): Api => API_CATALOGUE[name];

function probeOf(name: ApiName, usesAccount: boolean): Probe {
  const probe = apiOf(name).probes.find((candidate) => candidate.usesAccount === usesAccount);
  if (probe === undefined)
    throw new Error(`the API ${name} has no probe that ${usesAccount ? "uses" : "needs"} an account`);
  return probe;
}

export class Caller {
  private readonly madeUpAnswers = new Map<ApiName, Promise<ProbeAnswer>>();

  constructor(
    private readonly target: Pick<Target, "apiBaseUrl" | "transport">,
    private readonly token: AccessToken,
    /** Whether a login that nobody has may be sent. */
    readonly mayMakeUp: boolean,
  ) {}

  /** One cheap call, with no account at stake. */
  withTokenAlone(name: ApiName): Promise<ProbeAnswer> {
    return this.call(name, probeOf(name, false));
  }

  async withAccount(name: ApiName, sender: Sender): Promise<AccountReading> {
    const callReal = (): Promise<ProbeAnswer> => this.call(name, probeOf(name, true), sender);
    if (this.mayMakeUp) return probeWithAccount(callReal, () => this.madeUpOnce(name, sender.structure));
    const answer = await callReal();
    if (answer.kind === "forbidden") return { outcome: "withheld", answer };
    // The gateway itself says so: nobody's login is needed to believe it.
    if (answer.kind === "scope-missing") return { outcome: "scope-missing", answer };
    return { outcome: readAnswers({ real: answer }), answer };
  }

  /** An API that is called with the token alone, or one of Chorus Pro for which no account can speak. */
  withoutAccount(name: ApiName): Promise<ProbeReading> {
    return apiOf(name).authentication === "token"
      ? probeWithToken(() => this.call(name, probeOf(name, false)))
      : probeWithMadeUpLogin(() => this.callMadeUp(name));
  }

  /** What nobody's login meets at the API: asked once, however many accounts want to know. */
  private madeUpOnce(name: ApiName, structure: Sender["structure"]): Promise<ProbeAnswer> {
    const answer = this.madeUpAnswers.get(name) ?? this.callMadeUp(name, structure);
    this.madeUpAnswers.set(name, answer);
    return answer;
  }

  private callMadeUp(name: ApiName, structure?: Sender["structure"]): Promise<ProbeAnswer> {
    if (!this.mayMakeUp) throw new Error("a made-up login may not be sent");
    return this.call(name, probeOf(name, true), { account: MADE_UP_ACCOUNT, structure });
  }

  private call(
    name: ApiName,
    probe: Probe,
    sender?: { readonly account: TechnicalAccount; readonly structure?: Sender["structure"] | undefined },
  ): Promise<ProbeAnswer> {
    const { apiBaseUrl, transport } = this.target;
    const timeoutInMilliseconds = PROBE_TIMEOUT_IN_SECONDS * 1000;
    return callProbe(
      { api: apiOf(name), probe, apiBaseUrl, token: this.token, timeoutInMilliseconds, ...sender },
      transport,
    );
  }
}

const STATES: Readonly<Record<AccountReading["outcome"], ApiEvidence["state"]>> = {
  fine: "let-in",
  "api-selected": "let-in",
  "account-not-used": "let-in",
  "account-refused": "let-in",
  "habilitation-probable": "let-in",
  "raccordement-or-habilitation": "let-in",
  "api-not-selected": "not-selected",
  "scope-missing": "scope-missing",
  "not-exposed": "not-exposed",
  withheld: "withheld",
  "cannot-tell": "unclear",
  "token-refused": "not-asked",
};

/** How much a state tells; what tells more is kept. */
const WEIGHTS: Readonly<Record<ApiEvidence["state"], number>> = {
  "not-asked": 0,
  unclear: 1,
  withheld: 2,
  "not-exposed": 3,
  "scope-missing": 3,
  "not-selected": 3,
  "let-in": 4,
};

export function learn(api: ApiEvidence, { outcome, answer }: AccountReading): void {
  const state = STATES[outcome];
  if (state === "unclear") api.unclear = answer;
  if (WEIGHTS[state] > WEIGHTS[api.state]) api.state = state;
}

/** Whether the API refuses whatever the account. */
export const isShut = ({ state }: ApiEvidence): boolean =>
  state === "not-selected" || state === "scope-missing" || state === "not-exposed";
