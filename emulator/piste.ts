/** A local PISTE without a network: maps requests to answers or faults. */
import { TOKEN_ENDPOINT_PATH } from "../piste/environments";
import { answerControl } from "./control";
import { Faults, faultyAnswer, type Fault } from "./faults";
import { answerApi } from "./gateway";
import { json, type Answer, type Request } from "./messages";
import { Platform } from "./platform";
import { answerToken } from "./token-endpoint";

/** Prefix of the control address's paths; the real platform has no such path. */
export const CONTROL_PATH = "/_emulator";

/** The answer to a request, and its faults. */
export interface Outcome {
  readonly answer: Answer;
  readonly delayInMilliseconds: number;
  /** The fault of the connection, instead of the whole answer. */
  readonly connection?: Fault["connection"];
}

/** An answered request, without secrets. */
export interface Call {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly fault: boolean;
  /** The fault of the connection, if any. */
  readonly connection?: Fault["connection"];
}

const MOST_CALLS_KEPT = 1000;

export class Piste {
  readonly platform: Platform;
  readonly faults = new Faults();
  private readonly calls: Call[] = [];

  /** @param now epoch milliseconds. */
  constructor(now?: () => number) {
    this.platform = new Platform(now);
  }

  handle(request: Request): Outcome {
    try {
      return this.outcomeOf(request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { answer: json(400, { error: "the body is nested too deeply" }), delayInMilliseconds: 0 };
    }
  }

  private outcomeOf(request: Request): Outcome {
    if (request.path === CONTROL_PATH || request.path.startsWith(`${CONTROL_PATH}/`)) {
      const answer = answerControl(this, { ...request, path: request.path.slice(CONTROL_PATH.length) });
      return { answer, delayInMilliseconds: 0 };
    }
    const on = request.path === TOKEN_ENDPOINT_PATH ? "token" : "gateway";
    let fault = this.faults.take(on, request);
    const ofApi = (): Answer | undefined => {
      const found = this.faults.take("api", request);
      fault = found ?? fault;
      return found && faultyAnswer(found);
    };
    const answer =
      (fault && faultyAnswer(fault)) ??
      (on === "token" ? answerToken(this.platform, request) : answerApi(this.platform, request, ofApi));
    this.record(request, answer, fault);
    return { answer, delayInMilliseconds: fault?.delayInMilliseconds ?? 0, connection: fault?.connection };
  }

  /** The latest requests, oldest first. */
  recentCalls(): readonly Call[] {
    return [...this.calls];
  }

  private record({ method, path }: Request, { status }: Answer, fault: Fault | undefined): void {
    const at = new Date(this.platform.now()).toISOString();
    this.calls.push({ at, method, path, status, fault: fault !== undefined, connection: fault?.connection });
    if (this.calls.length > MOST_CALLS_KEPT) this.calls.shift();
  }
}
