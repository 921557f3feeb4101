/** Secrets Manager and PISTE's token endpoint on one local port, with an expired token stored. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import { clientSecretName, DEFAULT_APPLICATION, tokenSecretName } from "../piste/names";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../piste/token-endpoint";

export interface StandIn {
  readonly endpoint: string;
  readonly tokenEndpoint: string;
  close(): Promise<void>;
}

export const ENVIRONMENT = "qualif";
const LIFETIME_IN_SECONDS = USUAL_TOKEN_LIFETIME_IN_MINUTES * 60;
const TOKEN_PATH = "/api/oauth/token";
const TOKEN = { access_token: "x".repeat(60), token_type: "Bearer", scope: DEFAULT_SCOPE };

interface Stored {
  readonly SecretString: string;
  /** Epoch seconds. */
  readonly CreatedDate: number;
}
type Secrets = Readonly<Record<string, Stored>>;

/** Writes are not kept. */
function storedSecrets(): Secrets {
  const expires_at = Math.floor(Date.now() / 1000);
  const issued_at = expires_at - LIFETIME_IN_SECONDS;
  const client = { client_id: "made-up-client", client_secret: "made-up-secret" };
  return {
    [tokenSecretName(ENVIRONMENT, DEFAULT_APPLICATION)]: {
      SecretString: JSON.stringify({ ...TOKEN, issued_at, expires_at }),
      CreatedDate: issued_at,
    },
    [clientSecretName(ENVIRONMENT, DEFAULT_APPLICATION)]: {
      SecretString: JSON.stringify(client),
      CreatedDate: issued_at - LIFETIME_IN_SECONDS,
    },
  };
}

function answerOf(request: IncomingMessage, body: string, secrets: Secrets): [number, object] {
  if (request.url === TOKEN_PATH) return [200, { ...TOKEN, expires_in: LIFETIME_IN_SECONDS }];
  const { SecretId: Name } = JSON.parse(body) as { readonly SecretId: string };
  const about = { ARN: `arn:aws:secretsmanager:eu-west-3:123456789012:secret:${Name}-a1b2c3`, Name };
  const version = { VersionId: randomUUID(), VersionStages: ["AWSCURRENT"] };
  if (request.headers["x-amz-target"] === "secretsmanager.PutSecretValue") return [200, { ...about, ...version }];
  const stored = secrets[Name];
  if (stored === undefined) {
    return [400, { __type: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." }];
  }
  return [200, { ...about, ...version, ...stored }];
}

export async function startStandIn(): Promise<StandIn> {
  const secrets = storedSecrets();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, answer] = answerOf(request, body, secrets);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    tokenEndpoint: `${endpoint}${TOKEN_PATH}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
