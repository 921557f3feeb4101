/** The emulator's PISTE, with the failures of a history. */
import { transportTo, type Fault, type Piste } from "../emulator";
import { NetworkError, type HttpAnswer, type HttpRequest, type NetworkFailure } from "../piste/http";
import type { Outage } from "./history";
import type { VirtualTime } from "./virtual-time";
import type { ActiveDisturbances } from "./disturbances";

/** Latency of an answer, distributed uniformly. */
const PISTE_LATENCY_IN_MILLISECONDS = { least: 100, most: 600 };
/** Other clients exhaust the quota for this long after each whole second. */
const CROWD_IN_MILLISECONDS = 100;
const SECOND = 1000;

interface Failure {
  readonly network?: NetworkFailure;
  readonly fault?: Omit<Fault, "on">;
  /** No answer before the client's time-out. */
  readonly silent?: boolean;
}

const FAILURES: Readonly<Record<Outage, Failure>> = {
  dns: { network: "dns" },
  refused: { network: "refused" },
  reset: { fault: { connection: "reset" } },
  tls: { network: "tls" },
  "timeout-connect": { network: "timeout-connect", silent: true },
  "timeout-read": { fault: { connection: "hang" }, silent: true },
  "half-body": { fault: { connection: "half-body" } },
  "too-large": { network: "too-large" },
  "http-500": { fault: { status: 500 } },
  "http-502": { fault: { status: 502, body: "html" } },
  "http-503": { fault: { status: 503, body: "html" } },
  "http-504": { fault: { status: 504, body: "html" } },
  html: { fault: { body: "html" } },
  empty: { fault: { body: "empty" } },
  redirect: { fault: { location: "https://example.org/" } },
};

/** The run that sends the request. */
interface Asking {
  readonly requests: number;
  readonly leadingFailures: number;
  readonly startedAt: number;
}

export class DisturbedPiste {
  private readonly transport: ReturnType<typeof transportTo>;

  constructor(
    private readonly piste: Piste,
    private readonly ongoing: ActiveDisturbances,
    private readonly time: VirtualTime<object>,
    private readonly chance: () => number,
  ) {
    this.transport = transportTo(piste);
  }

  /** @param asking its `requests` count this one. */
  async call(request: HttpRequest, asking: Asking): Promise<HttpAnswer> {
    const latency = this.latency();
    if (latency >= request.timeoutInMilliseconds) return this.timeOut(request);
    await this.time.sleep(latency / 2);
    const failure = this.failure(asking);
    if (failure?.silent === true) await this.time.sleep(request.timeoutInMilliseconds - latency / 2);
    else await this.time.sleep(0);
    if (failure?.network !== undefined) throw new NetworkError(failure.network);
    if (failure?.fault !== undefined) this.piste.faults.add({ on: "token", times: 1, ...failure.fault });
    const answer = await this.transport(request);
    await this.time.sleep(latency / 2);
    return answer;
  }

  private async timeOut(request: HttpRequest): Promise<never> {
    await this.time.sleep(request.timeoutInMilliseconds);
    throw new NetworkError("timeout-read");
  }

  private latency(): number {
    const { now } = this.time;
    const slow = this.ongoing.find("slow-answers", now)?.disturbance.seconds;
    if (slow !== undefined) return slow * SECOND;
    // No latency, so that this client's retries come at the same moments as the crowd's.
    if (this.ongoing.find("crowd", now) !== undefined) return 0;
    const { least, most } = PISTE_LATENCY_IN_MILLISECONDS;
    return least + this.chance() * (most - least);
  }

  private failure({ requests, leadingFailures, startedAt }: Asking): Failure | undefined {
    const { now } = this.time;
    for (const { disturbance } of this.ongoing.at(now)) {
      switch (disturbance.kind) {
        case "outage":
          return FAILURES[disturbance.how];
        case "throttling":
          return { fault: { status: 429, retryAfterInSeconds: disturbance.retryAfterInSeconds } };
        case "rejection":
          return disturbance.how === "suspect"
            ? { fault: { status: 401, error: "invalid_client" } }
            : { fault: { error: disturbance.how } };
        case "error-burst":
          if (requests <= leadingFailures) return FAILURES[disturbance.how];
          break;
        case "crowd":
          if ((now - startedAt) % SECOND < CROWD_IN_MILLISECONDS) return { fault: { status: 429 } };
          break;
        default:
      }
    }
    return undefined;
  }
}
