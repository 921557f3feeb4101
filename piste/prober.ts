/**
 * The calls of one check. Each has a time limit; none is made after the deadline or after the gateway refused the token.
 * Accounts share what was learned about an API.
 */
import { API_CATALOGUE, type Api, type Probe } from "./api-catalogue";
import type { AccessToken, TechnicalAccount } from "./credentials";
import type { DescribedAccount } from "./description";
import { isProduction, type Environment } from "./environments";
import type { HttpTransport } from "./http";
import {
  probeWithAccount,
  probeWithMadeUpLogin,
  probeWithToken,
  type AccountReading,
  type ProbeReading,
} from "./probe-reading";
import { OF_THE_API } from "./probe-outcomes";
import { callProbe, MADE_UP_ACCOUNT, PROBE_TIMEOUT_IN_SECONDS, type ProbeAnswer } from "./probes";

/** A call that was not made. */
export class NotTriedError extends Error {
  override readonly name = "NotTriedError";

  constructor(readonly reason: "out-of-time" | "token-refused" | "our-side") {
    super(`not tried: ${reason}`);
  }
}

export interface ProberOptions {
  readonly transport: HttpTransport;
  readonly nowInMilliseconds: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly apiBaseUrl: URL;
  readonly token: AccessToken;
  /** True if a made-up login may be sent: {@link mayMakeUpLogin}. */
  readonly mayMakeUp: boolean;
  /** Epoch milliseconds. @default - none */
  readonly deadline?: number;
}

/** In production a made-up login is sent only if a person asks for it. */
export function mayMakeUpLogin(environment: Environment, isAskedFor = false): boolean {
  return isAskedFor || !isProduction(environment);
}

/** A technical account to send, and its structure. */
export interface Sender {
  readonly account: TechnicalAccount;
  readonly structure?: DescribedAccount["structure"] | undefined;
}

/** Consecutive unclear answers after which an API is no longer called in this check, so that accounts do not wait. */
const UNCLEAR_ANSWERS_IN_A_ROW = 3;
/** Answers without an account; shows that the gateway works even if the API is not selected. */
const HEALTH_CHECK = API_CATALOGUE["chorus-pro-transverses"];
/** Pause before the call that confirms an API's first refusal, once per check and API. */
const PAUSE_BEFORE_CONFIRMING_IN_MILLISECONDS = 2_000;

export class Prober {
  private readonly unclearInARow = new Map<string, number>();
  private readonly madeUpAnswers = new Map<string, Promise<ProbeAnswer>>();
  private readonly pauses = new Map<string, Promise<void>>();
  private readonly settled = new Set<string>();
  private readonly shut = new Set<string>();
  private stopped: NotTriedError["reason"] | undefined;

  constructor(private readonly options: ProberOptions) {}

  /** Prevents all further calls. */
  stop(reason: NotTriedError["reason"]): void {
    this.stopped ??= reason;
  }

  /** @throws NotTriedError when no call could be made now. */
  checkTime(): void {
    if (this.stopped !== undefined) throw new NotTriedError(this.stopped);
    // Do not start a call that could outlast the deadline: its answer may be that a password is wrong.
    const { nowInMilliseconds, deadline = Infinity } = this.options;
    if (nowInMilliseconds() + PROBE_TIMEOUT_IN_SECONDS * 1000 > deadline) throw new NotTriedError("out-of-time");
  }

  isUnsteady({ name }: Api): boolean {
    return (this.unclearInARow.get(name) ?? 0) >= UNCLEAR_ANSWERS_IN_A_ROW;
  }

  /** Remembers what an account's answers show about the API itself. */
  learn({ name }: Api, outcome: string): void {
    this.settled.add(name);
    if (OF_THE_API.has(outcome)) this.shut.add(name);
  }

  /** True if this check called the API with an account: a call without one is not needed. */
  isSettled({ name }: Api): boolean {
    return this.settled.has(name);
  }

  /** True if the API refuses every account. */
  isShut({ name }: Api): boolean {
    return this.shut.has(name);
  }

  /**
   * One cheap call without an account that shows whether the platform answers. Undefined if no API can tell: the `ping` of
   * an API beyond the catalogue may be wrong or fail by itself.
   */
  async probePlatform(apis: readonly Api[]): Promise<ProbeAnswer | undefined> {
    const takesAccount = apis.some(({ authentication }) => authentication === "token-and-account");
    const pinged = apis.filter(({ probes }) => probes.length > 0);
    const api = takesAccount ? HEALTH_CHECK : (pinged.find(({ isOwn }) => isOwn !== true) ?? pinged[0]);
    if (api === undefined) return undefined;
    const answer = await this.call(api, probeOf(api, false));
    return api.isOwn === true && answer.kind === "unclear" && answer.status !== undefined ? undefined : answer;
  }

  /** Only for `account-probe.ts`, which decides about further calls. @throws NotTriedError */
  async probeWithAccount(api: Api, sender: Sender): Promise<AccountReading> {
    const { mayMakeUp } = this.options;
    let calls = 0;
    const callReal = async (): Promise<ProbeAnswer> => {
      if (calls++ > 0) await this.pauseOnce(api);
      return this.call(api, probeOf(api, true), sender);
    };
    return probeWithAccount(callReal, mayMakeUp ? () => this.madeUpOnce(api, sender.structure) : undefined);
  }

  /**
   * Undefined if the API has no probe, or needs a made-up login that may not be sent.
   *
   * @throws NotTriedError
   */
  async probeWithoutAccount(api: Api): Promise<ProbeReading | undefined> {
    if (api.probes.length === 0) return undefined;
    if (api.authentication === "token") return probeWithToken(() => this.call(api, probeOf(api, false)));
    return this.options.mayMakeUp ? probeWithMadeUpLogin(() => this.callMadeUp(api)) : undefined;
  }

  /** The API's answer to a made-up login: asked once per check, for all accounts. */
  private async madeUpOnce(api: Api, structure: Sender["structure"]): Promise<ProbeAnswer> {
    const known = this.madeUpAnswers.get(api.name);
    if (known !== undefined) return known;
    const answer = this.pauseOnce(api).then(() => this.callMadeUp(api, structure));
    this.madeUpAnswers.set(api.name, answer);
    // An unclear answer is not kept: the next account asks again.
    if ((await answer).kind === "unclear") this.madeUpAnswers.delete(api.name);
    return answer;
  }

  private pauseOnce({ name }: Api): Promise<void> {
    const pause = this.pauses.get(name) ?? this.options.sleep(PAUSE_BEFORE_CONFIRMING_IN_MILLISECONDS);
    this.pauses.set(name, pause);
    return pause;
  }

  private callMadeUp(api: Api, structure?: Sender["structure"]): Promise<ProbeAnswer> {
    return this.call(api, probeOf(api, true), { account: MADE_UP_ACCOUNT, structure });
  }

  private async call(api: Api, probe: Probe, sender?: Sender): Promise<ProbeAnswer> {
    this.checkTime();
    const { apiBaseUrl, token, transport } = this.options;
    const timeoutInMilliseconds = PROBE_TIMEOUT_IN_SECONDS * 1000;
    const answer = await callProbe({ api, probe, apiBaseUrl, token, timeoutInMilliseconds, ...sender }, transport);
    if (answer.kind === "token-refused") this.stop("token-refused");
    const unclear = answer.kind === "unclear" ? (this.unclearInARow.get(api.name) ?? 0) + 1 : 0;
    this.unclearInARow.set(api.name, unclear);
    return answer;
  }
}

function probeOf({ name, probes }: Api, usesAccount: boolean): Probe {
  const probe = probes.find((candidate) => candidate.usesAccount === usesAccount);
  if (probe === undefined)
    throw new Error(`the API ${name} has no probe that ${usesAccount ? "uses" : "needs no"} account`);
  return probe;
}
