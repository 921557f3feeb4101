/** All requests to the emulated AWS during a run, with the values of secrets separated. */
import type { ReceivedRequest } from "../local-server";
import type { Canaries } from "./canaries";

/** A stored value of a secret. */
export interface StoredValue {
  readonly secret: string;
  readonly text: string;
}

interface Telling {
  readonly what: string;
  readonly text: string;
}

/** The secret parts of our secrets. */
const SECRET_FIELDS = ["client_id", "client_secret", "password", "access_token"];

/** The name in a name or an ARN. */
const nameOf = (secretId: string): string => secretId.replace(/^arn:[^/]*:secret:(.*)-\w{6}$/, "$1");

const operationOf = ({ method, url, headers, body }: ReceivedRequest): string =>
  String(headers["x-amz-target"] ?? /(?:^|&)Action=(\w+)/.exec(body.toString("latin1"))?.[1] ?? `${method} ${url}`);

export class RequestLog {
  /** In order. */
  readonly stored: StoredValue[] = [];
  private readonly rest: Telling[] = [];

  note(request: ReceivedRequest): void {
    const what = operationOf(request);
    let body = request.body.toString("utf8");
    if (what === "secretsmanager.PutSecretValue") {
      const { SecretString: text = "", ...others } = JSON.parse(body) as { SecretId: string; SecretString?: string };
      this.stored.push({ secret: nameOf(others.SecretId), text });
      body = JSON.stringify(others);
    }
    this.rest.push({ what, text: [request.method, request.url, JSON.stringify(request.headers), body].join("\n") });
  }

  /** The secret parts of all stored values. */
  secretValues(): string[] {
    return this.stored.flatMap(({ text }) => {
      const fields = JSON.parse(text) as Record<string, unknown>;
      return SECRET_FIELDS.flatMap((field) => (typeof fields[field] === "string" ? [fields[field]] : []));
    });
  }

  /** The requests after the first stored value. */
  since(): string[] {
    const first = this.rest.findIndex(({ what }) => what === "secretsmanager.PutSecretValue");
    return this.rest.slice(first).map(({ what }) => what);
  }

  /** The requests that contain a value in a wrong place. */
  leaks(canaries: Canaries): string[] {
    return this.rest.filter(({ text }) => canaries.in(text).length > 0).map(({ what }) => what);
  }
}
