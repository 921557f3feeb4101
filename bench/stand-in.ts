/** Secrets Manager and PISTE's token endpoint as a function meets them, on one port of this machine, and what they were asked. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { DEFAULT_APPLICATION, tokenSecretName } from "../piste/names";
import { selfSigned } from "../test/piste/servers";
import { DEFAULT_SCOPE, USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../piste/token-endpoint";

export interface Asked {
  awsCalls: number;
  pisteCalls: number;
  /** Of requests and answers, headers included. */
  bytes: number;
}

interface StoredValue {
  readonly value: string;
  /** Epoch seconds. */
  readonly storedAt: number;
}

export interface StandIn {
  readonly endpoint: string;
  readonly tokenEndpoint: string;
  /** What a client has to trust where Secrets Manager speaks TLS. */
  readonly certificate: string | undefined;
  /** What is answered; what functions write is not kept. */
  readonly secrets: Map<string, StoredValue>;
  readonly asked: Asked;
  /** Until it comes up again, connections are cut. */
  readonly goDown: () => void;
  readonly comeUp: () => void;
  close(): Promise<void>;
}

export const ENVIRONMENT = "qualif";
export const LIFETIME_IN_SECONDS = USUAL_TOKEN_LIFETIME_IN_MINUTES * 60;

/** Another token, with so long to live from now on. */
export function storeToken({ secrets }: StandIn, access_token: string, secondsLeft: number): void {
  const expires_at = Math.floor(Date.now() / 1000) + secondsLeft;
  const issued_at = expires_at - LIFETIME_IN_SECONDS;
  const value = JSON.stringify({ access_token, token_type: "Bearer", scope: DEFAULT_SCOPE, issued_at, expires_at });
  secrets.set(tokenSecretName(ENVIRONMENT, DEFAULT_APPLICATION), { value, storedAt: issued_at });
}

const TOKEN_PATH = "/api/oauth/token";

function answerOf(request: IncomingMessage, body: string, secrets: StandIn["secrets"]): readonly [number, object] {
  if (request.url === TOKEN_PATH) {
    const given = { access_token: "x".repeat(60), token_type: "Bearer", expires_in: LIFETIME_IN_SECONDS };
    return [200, { ...given, scope: DEFAULT_SCOPE }];
  }
  const { SecretId: Name } = JSON.parse(body) as { readonly SecretId: string };
  const about = { ARN: `arn:aws:secretsmanager:eu-west-3:123456789012:secret:${Name}-a1b2c3`, Name };
  const VersionId = randomUUID();
  if (request.headers["x-amz-target"] === "secretsmanager.PutSecretValue") {
    return [200, { ...about, VersionId, VersionStages: ["AWSCURRENT"] }];
  }
  const stored = secrets.get(Name);
  if (stored === undefined) {
    return [400, { __type: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." }];
  }
  const version = { SecretString: stored.value, CreatedDate: stored.storedAt, VersionStages: ["AWSCURRENT"] };
  return [200, { ...about, VersionId, ...version }];
}

/** Ends each connection with its first answer, as where calls are a minute apart. */
async function createTlsStandIn(listener: RequestListener): Promise<{ server: Server; certificate: string }> {
  const { private: key, cert } = await selfSigned("localhost");
  const server = createTlsServer({ key, cert }, listener);
  server.maxRequestsPerSocket = 1;
  return { server, certificate: cert };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** @param overTls whether Secrets Manager is called over TLS; PISTE on a loopback address cannot be. */
export async function startStandIn(overTls = false): Promise<StandIn> {
  const secrets = new Map<string, StoredValue>();
  const asked: Asked = { awsCalls: 0, pisteCalls: 0, bytes: 0 };
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      asked[request.url === TOKEN_PATH ? "pisteCalls" : "awsCalls"] += 1;
      const [status, answer] = answerOf(request, body, secrets);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
  };
  const server = createServer(listener);
  const tls = overTls ? await createTlsStandIn(listener) : undefined;
  let isDown = false;
  server.on("connection", (socket) => {
    if (isDown) socket.resetAndDestroy();
    socket.once("close", () => {
      asked.bytes += socket.bytesRead + socket.bytesWritten;
    });
  });
  const plain = `http://127.0.0.1:${await portOf(server)}`;
  const endpoint = tls === undefined ? plain : `https://localhost:${await portOf(tls.server)}`;
  return {
    endpoint,
    tokenEndpoint: `${plain}${TOKEN_PATH}`,
    certificate: tls?.certificate,
    secrets,
    asked,
    goDown: () => {
      isDown = true;
      server.closeAllConnections();
    },
    comeUp: () => {
      isDown = false;
    },
    close: async () => {
      for (const each of [server, ...(tls === undefined ? [] : [tls.server])]) {
        const closed = new Promise((resolve) => each.close(resolve));
        each.closeAllConnections();
        await closed;
      }
    },
  };
}
