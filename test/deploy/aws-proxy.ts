/** A proxy between the function and the emulated AWS, which records calls and makes those of a rule fail. */
import type * as http from "node:http";
import { LocalServer, type ReceivedRequest } from "../local-server";

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `cut` closes the connection without an answer. `silence` never answers. */
export type Fate = AwsAnswer | "cut" | "silence";

/** @param forward sends the call to AWS and returns its answer. */
export type Rule = (forward: () => Promise<AwsAnswer>) => Promise<Fate>;

/** A call as tests name it: the operation and the last part of the secret's name. */
export type SecretsCall = `${"GetSecretValue" | "PutSecretValue"} ${"client" | "token"}`;

const JSON_TYPE = "application/x-amz-json-1.1";
const TARGET = /^secretsmanager\.(\w+)$/;

export const refuses =
  (type: string, message: string): Rule =>
  () =>
    Promise.resolve({
      status: 400,
      headers: { "content-type": JSON_TYPE },
      body: JSON.stringify({ __type: type, message }),
    });

/** AWS's clock is this many seconds ahead of this machine's. */
export const isAhead =
  (seconds: number): Rule =>
  async (forward) => {
    const answer = await forward();
    const date = new Date(Date.now() + seconds * 1000).toUTCString();
    return { ...answer, headers: { ...answer.headers, date } };
  };

export const staysSilent: Rule = () => Promise.resolve("silence");

/** Holds calls back until this many have come. */
export function together(count: number): Rule {
  let come = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return async (forward) => {
    come += 1;
    if (come === count) open();
    await opened;
    return forward();
  };
}

export class AwsProxy extends LocalServer {
  /** The calls of Secrets Manager, in order. */
  calls: string[] = [];
  /** The values that the function tried to write. */
  readonly written: string[] = [];
  private rules = new Map<string, { readonly rule: Rule; left: number }>();

  private constructor(private readonly aws: string) {
    super();
  }

  static start(aws: string): Promise<AwsProxy> {
    return new AwsProxy(aws).listen();
  }

  /**
   * @param call `*`: any call of Secrets Manager without its own rule.
   * @param times the number of calls. @default - all, until `heal`
   */
  on(call: SecretsCall | "*", rule: Rule, times = Infinity): void {
    this.rules.set(call, { rule, left: times });
  }

  heal(): void {
    this.rules = new Map();
  }

  protected async answer(request: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    const { headers } = request;
    const body = request.body.toString("utf8");
    const forward = (): Promise<AwsAnswer> => this.forward(request, body);
    const operation = TARGET.exec(String(headers["x-amz-target"]))?.[1];
    // The harness makes the other calls.
    const fate = operation === undefined ? await forward() : await this.fateOf(operation, body, forward);
    if (fate === "silence") return;
    if (fate === "cut") outgoing.destroy();
    else outgoing.writeHead(fate.status, fate.headers).end(fate.body);
  }

  private fateOf(operation: string, body: string, forward: () => Promise<AwsAnswer>): Promise<Fate> {
    const { SecretId = "", SecretString } = JSON.parse(body) as { SecretId?: string; SecretString?: string };
    const call = `${operation} ${SecretId.split("/").at(-1) ?? ""}`;
    this.calls.push(call);
    if (SecretString !== undefined) this.written.push(SecretString);
    const rule = this.rules.get(call) ?? this.rules.get("*");
    if (rule === undefined || rule.left <= 0) return forward();
    rule.left -= 1;
    return rule.rule(forward);
  }

  private async forward({ method, url, headers }: ReceivedRequest, body: string): Promise<AwsAnswer> {
    const kept = ["authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-target"];
    const answer = await fetch(new URL(url, this.aws), {
      method,
      headers: kept.flatMap((name): [string, string][] => {
        const value = headers[name];
        return typeof value === "string" ? [[name, value]] : [];
      }),
      body,
    });
    return {
      status: answer.status,
      // The client reads only these headers; the date gives AWS's clock.
      headers: {
        "content-type": answer.headers.get("content-type") ?? JSON_TYPE,
        date: answer.headers.get("date") ?? "",
      },
      body: await answer.text(),
    };
  }
}
