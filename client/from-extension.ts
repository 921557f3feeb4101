/**
 * The AWS Parameters and Secrets Lambda extension, and the AWS Workload Credentials Provider (formerly Secrets Manager
 * Agent), which answers in the same way.
 * Source: "Use AWS Secrets Manager secrets in AWS Lambda functions", AWS Secrets Manager User Guide.
 */
import type * as Http from "../piste/http";
import { membersOf, parseJson } from "../piste/json";
import type { SecretSource } from "./secret-source";

const DEFAULT_PORT = 2773;
const HIGHEST_PORT = 65_535;
const PORT_VARIABLE = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";
const TOKEN_VARIABLE = "AWS_SESSION_TOKEN";
const TOKEN_HEADER = "x-aws-parameters-secrets-token";
const TIMEOUT_IN_MILLISECONDS = 5_000;

export interface ExtensionOptions {
  /** @default - PARAMETERS_SECRETS_EXTENSION_HTTP_PORT, or 2773 */
  readonly port?: number;
  /**
   * Authenticates requests to the extension: for the agent, the content of its token file.
   * @default - AWS_SESSION_TOKEN, as the extension wants
   */
  readonly token?: () => string | Promise<string>;
}

/** The extension refused. Holds only the status, since the body may be anything. */
export class ExtensionError extends Error {
  override readonly name = "ExtensionError";

  constructor(readonly status: number) {
    super(`the extension answered with status ${status}`);
  }
}

/**
 * Reads from the extension. Its own cache delays a new token further: set `SECRETS_MANAGER_TTL` to 60 seconds or less.
 */
export function fromExtension(options: ExtensionOptions = {}): SecretSource {
  return async (secretId) => {
    const url = new URL("http://localhost/secretsmanager/get");
    url.port = String(portOf(options));
    url.search = new URLSearchParams({ secretId, versionStage: "AWSCURRENT" }).toString();
    const token = (await options.token?.()) ?? process.env[TOKEN_VARIABLE] ?? "";
    // Loaded at the first read, as for calls.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { callHttp } = require("../piste/http") as typeof Http;
    const { status, body } = await callHttp({
      url,
      method: "GET",
      headers: { [TOKEN_HEADER]: token },
      timeoutInMilliseconds: TIMEOUT_IN_MILLISECONDS,
    });
    if (status !== 200) throw new ExtensionError(status);
    const { SecretString, VersionId, VersionStages, CreatedDate } = membersOf(parseJson(body)) ?? {};
    return {
      value: typeof SecretString === "string" ? SecretString : "",
      versionId: typeof VersionId === "string" ? VersionId : undefined,
      labels: Array.isArray(VersionStages) ? VersionStages.filter((label) => typeof label === "string") : undefined,
      storedAt: dateOf(CreatedDate),
    };
  };
}

function portOf({ port = Number(process.env[PORT_VARIABLE] ?? DEFAULT_PORT) }: ExtensionOptions): number {
  if (Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT) return port;
  throw new Error(`the extension's port must be a whole number from 1 to ${HIGHEST_PORT}, got ${port}`);
}

/** From a date in text or in epoch seconds. */
function dateOf(value: unknown): number | undefined {
  const seconds = typeof value === "string" ? Date.parse(value) / 1000 : Number(value ?? NaN);
  return Number.isFinite(seconds) ? Math.floor(seconds) : undefined;
}
