import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { shownOf, withHttpServer, withoutCertificateChecks, withUntrustedHttps } from "../../piste/servers";
import { DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import {
  awsSecretsClient,
  PlatformError,
  secretStore,
  SECRETS_CLIENT_CONFIGURATION,
  type SecretStore,
} from "../../../lambda/shared/secret-store";

const NAME = "piste/qualif/chorus-pro/token";
const ANSWERED_AT = 1_700_000_007;
const EMPTY = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
const ABSENT = "Secrets Manager can't find the specified secret.";

const COMMANDS = [DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand];

type Reply = object | Error;

/** A store whose client gives these replies in order, and the commands sent. */
function storeReplying(...replies: readonly Reply[]): {
  readonly store: SecretStore;
  readonly inputs: unknown[];
  readonly operations: string[];
} {
  const inputs: unknown[] = [];
  const operations: string[] = [];
  const send = (command: unknown): Promise<object> => {
    const reply = replies[inputs.length];
    if (!COMMANDS.some((known) => command instanceof known)) throw new Error("another command was sent");
    inputs.push((command as GetSecretValueCommand).input);
    operations.push((command as object).constructor.name.replace("Command", ""));
    if (reply === undefined) throw new Error(`${inputs.length} commands were sent`);
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  return { store: secretStore({ send, answeredAt: () => ANSWERED_AT }), inputs, operations };
}

const awsError = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const notFound = (message: string): Error => awsError("ResourceNotFoundException", message);

async function platformError(call: Promise<unknown>): Promise<PlatformError> {
  const error = await call.then(
    () => new Error("AWS did not refuse"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlatformError)) throw error;
  return error;
}

describe("reading a secret", () => {
  it("gives the current version, its id and its date", async () => {
    const CreatedDate = new Date(1_700_000_000_900);
    const { store, inputs } = storeReplying({ SecretString: "value", CreatedDate, VersionId: "the-version" });
    expect(await store.read(NAME)).toEqual({
      value: "value",
      storedAt: 1_700_000_000,
      versionId: "the-version",
    });
    expect(inputs).toEqual([{ SecretId: NAME, VersionStage: "AWSCURRENT" }]);
  });

  it("gives an empty text for binary values, which this package never stores", async () => {
    const { store } = storeReplying({ SecretBinary: new Uint8Array([1]) });
    expect(await store.read(NAME)).toEqual({ value: "", storedAt: 0, versionId: "" });
  });

  it.each([EMPTY, ABSENT])("gives nothing, with one call, when AWS says: %s", async (message) => {
    const { store, inputs } = storeReplying(notFound(message));
    expect(await store.read(NAME)).toBeUndefined();
    expect(inputs).toHaveLength(1);
  });

  it("that must exist gives nothing if it is empty", async () => {
    const { store, inputs } = storeReplying(notFound(EMPTY));
    expect(await store.read(NAME, "mustExist")).toBeUndefined();
    expect(inputs).toHaveLength(1);
  });

  it("that must exist calls DescribeSecret if the answer does not tell whether it exists", async () => {
    const { store, inputs, operations } = storeReplying(notFound(ABSENT), {});
    expect(await store.read(NAME, "mustExist")).toBeUndefined();
    expect(operations).toEqual(["GetSecretValue", "DescribeSecret"]);
    expect(inputs).toEqual([{ SecretId: NAME, VersionStage: "AWSCURRENT" }, { SecretId: NAME }]);
  });

  it("that must exist and does not is a platform failure", async () => {
    const { store } = storeReplying(notFound(ABSENT), notFound(ABSENT));
    const error = await platformError(store.read(NAME, "mustExist"));
    expect(error.message).toBe(`cannot read the secret ${NAME}: ResourceNotFoundException: ${ABSENT}`);
  });

  it("that must exist is a platform failure if AWS refuses DescribeSecret", async () => {
    const { store } = storeReplying(notFound(ABSENT), awsError("AccessDeniedException", "no"));
    expect((await platformError(store.read(NAME, "mustExist"))).message).toContain(ABSENT);
  });

  it("that AWS refuses is a platform failure with its cause", async () => {
    const cause = awsError("AccessDeniedException", "not allowed");
    const error = await platformError(storeReplying(cause).store.read(NAME));
    expect(error.message).toBe(`cannot read the secret ${NAME}: AccessDeniedException: not allowed`);
    expect(error.cause).toBe(cause);
  });
});

describe("writing a secret", () => {
  it("makes one version for a request token", async () => {
    const { store, inputs } = storeReplying({});
    expect(await store.write(NAME, "value", "the-token")).toBe(true);
    expect(inputs).toEqual([{ SecretId: NAME, SecretString: "value", ClientRequestToken: "the-token" }]);
  });

  it("makes none if another value was stored with the request token", async () => {
    const { store } = storeReplying(awsError("ResourceExistsException", "exists"));
    expect(await store.write(NAME, "value", "the-token")).toBe(false);
  });

  it("that AWS refuses is a platform failure without the value", async () => {
    const { store } = storeReplying(awsError("LimitExceededException", "too many versions"));
    const error = await platformError(store.write(NAME, "canary-18f2", "the-token"));
    expect(error.message).toBe(`cannot write the secret ${NAME}: LimitExceededException: too many versions`);
    expect(error.message).not.toContain("canary-18f2");
  });
});

it("shortens AWS's messages and removes control characters, because Lambda logs them", async () => {
  const { store } = storeReplying(awsError("Failure", `a\u001b[2Jb\u202ec${"x".repeat(1_000_000)}`));
  const { message } = await platformError(store.read(NAME));
  expect(message).toMatch(/^cannot read the secret \S+: Failure: a\?\[2Jb\?cx+$/);
  expect(message).toHaveLength(2000);
});

describe("the client", () => {
  it.each([
    ["with a value", 200, { SecretString: "value" }, expect.objectContaining({ value: "value" })],
    ["without a value", 400, { __type: "ResourceNotFoundException", message: EMPTY }, undefined],
  ])("takes AWS's time from an answer %s", async (_, status, answer, read) => {
    const server = createServer((_, outgoing) => {
      outgoing.statusCode = status;
      outgoing.setHeader("date", "Tue, 14 Nov 2023 22:13:27 GMT");
      outgoing.setHeader("content-type", "application/x-amz-json-1.1");
      outgoing.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const client = awsSecretsClient({ endpoint: `http://127.0.0.1:${port}`, region: "eu-west-3", credentials });
      const store = secretStore(client);
      expect(store.answeredAt()).toBeUndefined();
      expect(await store.read(NAME)).toEqual(read);
      expect(store.answeredAt()).toBe(ANSWERED_AT);
    } finally {
      server.close();
    }
  });

  it("times out early enough for two reads, PISTE and a write in the function's timeout", () => {
    expect(SECRETS_CLIENT_CONFIGURATION).toEqual({
      maxAttempts: 2,
      requestHandler: expect.objectContaining({
        connectionTimeout: 1000,
        requestTimeout: 3000,
        throwOnRequestTimeout: true,
      }),
    });
  });

  it("never repeats an unparsable answer, which may hold a secret", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const answer = '{"SecretString": canary-7f3a}';
    const error = await withHttpServer(
      (_, outgoing) => outgoing.setHeader("content-type", "application/x-amz-json-1.1").end(answer),
      (url) => {
        const client = awsSecretsClient({ endpoint: url.origin, region: "eu-west-3", credentials, maxAttempts: 1 });
        return platformError(secretStore(client).read(NAME));
      },
    );
    expect(error.message).toContain(`cannot read the secret ${NAME}: SyntaxError: `);
    expect(shownOf(error)).not.toContain("canary");
  });

  it("verifies the server's certificate even with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const { result, received } = await withUntrustedHttps('{"SecretString":"value"}', (url) => {
      const client = awsSecretsClient({ endpoint: url.href, region: "eu-west-3", credentials });
      return withoutCertificateChecks(() => platformError(secretStore(client).read(NAME)));
    });
    expect(result.message).toContain("self-signed certificate");
    expect(received).toEqual([]);
  });
});
