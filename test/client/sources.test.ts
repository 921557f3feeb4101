import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { devNull, tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { fromExtension, fromFiles, fromSecretsManager, type SecretSource } from "../../client";
import { freePort, shownOf, withHttpServer, withoutCertificateChecks, withUntrustedHttps } from "../piste/servers";
import { ACCOUNT, failureOf, STRUCTURES, TOKEN_SECRET, World } from "./fixture";

const VALUE = '{"a":1}';
const kept = { ...process.env };
beforeEach(() => {
  process.env = {
    ...kept,
    AWS_ACCESS_KEY_ID: "canary-key",
    AWS_SECRET_ACCESS_KEY: "canary-key",
    AWS_SESSION_TOKEN: "canary-session",
    AWS_REGION: "eu-west-3",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
});
afterEach(() => {
  process.env = kept;
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Serves this answer, and records the requests. */
async function serving<T>(
  answer: (outgoing: ServerResponse) => void,
  use: (url: URL) => Promise<T>,
): Promise<{ readonly asked: Asked[]; readonly result: T }> {
  const asked: Asked[] = [];
  const result = await withHttpServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(outgoing);
    });
  }, use);
  return { asked, result };
}

const json =
  (body: object, status = 200, headers = {}) =>
  (outgoing: ServerResponse) =>
    void outgoing
      .writeHead(status, { "content-type": "application/x-amz-json-1.1", ...headers })
      .end(JSON.stringify(body));

describe("fromSecretsManager", () => {
  const from = (url: URL): SecretSource => {
    process.env["AWS_ENDPOINT_URL"] = url.origin;
    return fromSecretsManager();
  };

  it("reads the current value with AWS's own time, its version and its labels", async () => {
    const { asked, result } = await serving(
      json(
        {
          SecretString: VALUE,
          VersionId: "v1",
          VersionStages: ["AWSCURRENT", "REFUSED"],
          CreatedDate: 1_795_600_800.5,
        },
        200,
        { date: "Wed, 25 Nov 2026 10:00:07 GMT" },
      ),
      (url) => from(url)(TOKEN_SECRET),
    );
    expect(result).toEqual({
      value: VALUE,
      versionId: "v1",
      labels: ["AWSCURRENT", "REFUSED"],
      storedAt: 1_795_600_800,
      answeredAt: 1_795_600_807,
    });
    expect(asked.map(({ body, headers }) => [JSON.parse(body) as unknown, headers["x-amz-target"]])).toEqual([
      [{ SecretId: TOKEN_SECRET, VersionStage: "AWSCURRENT" }, "secretsmanager.GetSecretValue"],
    ]);
  });

  it("reads in the given region", async () => {
    const { asked } = await serving(json({ SecretString: VALUE }), (url) => {
      process.env["AWS_ENDPOINT_URL"] = url.origin;
      return fromSecretsManager({ region: "eu-south-1" })(TOKEN_SECRET);
    });
    expect(asked[0]?.headers.authorization).toContain("/eu-south-1/secretsmanager/");
  });

  it("reads in the region of an ARN", async () => {
    const arn = `arn:aws:secretsmanager:eu-south-1:210987654321:secret:${TOKEN_SECRET}-AbCdEf`;
    const { asked } = await serving(json({ SecretString: VALUE }), async (url) => {
      process.env["AWS_ENDPOINT_URL"] = url.origin;
      const read = fromSecretsManager();
      await read(arn);
      return read(TOKEN_SECRET);
    });
    const regions = asked.map(
      ({ headers }) => /\/([a-z0-9-]+)\/secretsmanager\//.exec(headers.authorization ?? "")?.[1],
    );
    expect(regions).toEqual(["eu-south-1", "eu-west-3"]);
  });

  it("uses Lambda's credentials directly, and the SDK's search outside Lambda", async () => {
    const warning = jest.spyOn(console, "warn").mockReturnValue();
    const noProfile = { AWS_PROFILE: "absent", AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
    Object.assign(process.env, noProfile, { AWS_EC2_METADATA_DISABLED: "true" });
    const ask = (url: URL): Promise<unknown> => from(url)(TOKEN_SECRET).catch((error: unknown) => error);
    const outside = await serving(json({ SecretString: VALUE }), ask);
    expect(outside).toMatchObject({ asked: [], result: { name: "CredentialsProviderError" } });
    process.env["AWS_LAMBDA_FUNCTION_NAME"] = "consumer";
    const { asked } = await serving(json({ SecretString: VALUE }), ask);
    expect(asked[0]?.headers.authorization).toContain("Credential=canary-key/");
    expect(asked[0]?.headers["x-amz-security-token"]).toBe("canary-session");
    delete process.env["AWS_SESSION_TOKEN"];
    expect(await serving(json({ SecretString: VALUE }), ask)).toMatchObject({ asked: [] });
    warning.mockRestore();
  });

  it("tries at most twice if AWS is down", async () => {
    const { asked, result } = await serving(json({}, 503), (url) => failureOf(from(url)(TOKEN_SECRET)));
    expect(asked).toHaveLength(2);
    expect(result).toBeInstanceOf(Error);
  });

  it("verifies AWS's certificate even with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    const { result, received } = await withUntrustedHttps(JSON.stringify({ SecretString: VALUE }), (url) =>
      withoutCertificateChecks(() => failureOf(from(url)(TOKEN_SECRET))),
    );
    expect(result).toHaveProperty("message", expect.stringContaining("self-signed certificate"));
    expect(received).toEqual([]);
  });

  it("gives a client's error AWS's error as its cause", async () => {
    const { result } = await serving(json({ __type: "AccessDeniedException", Message: "no \u001b[2J" }, 400), (url) => {
      process.env["AWS_ENDPOINT_URL"] = url.origin;
      return failureOf(new World().client({ source: undefined as unknown as SecretSource }).getToken());
    });
    expect(result).toMatchObject({ code: "denied", cause: { name: "AccessDeniedException" } });
    expect(String(result)).toContain("(AccessDeniedException: no ?[2J)");
  });

  it("does not repeat an answer that is not JSON, which may be the secret", async () => {
    const notJson = (outgoing: ServerResponse): void =>
      void outgoing.writeHead(200).end('{"SecretString": "canary-token');
    const { result } = await serving(notJson, (url) => {
      process.env["AWS_ENDPOINT_URL"] = url.origin;
      return failureOf(new World().client({ source: undefined as unknown as SecretSource }).getToken());
    });
    expect(result).toMatchObject({ code: "unavailable" });
    expect(shownOf(result)).not.toContain("canary");
  });
});

describe("fromExtension", () => {
  const from = ({ port }: URL, token?: () => string): SecretSource => fromExtension({ port: Number(port), token });

  it("reads the current value with the token of the function's session", async () => {
    const { asked, result } = await serving(
      json({
        SecretString: VALUE,
        VersionId: "v1",
        VersionStages: ["AWSCURRENT"],
        CreatedDate: "2026-11-25T10:00:00Z",
      }),
      (url) => from(url)(TOKEN_SECRET),
    );
    expect(result).toEqual({ value: VALUE, versionId: "v1", labels: ["AWSCURRENT"], storedAt: 1_795_600_800 });
    expect(asked).toMatchObject([
      {
        method: "GET",
        url: "/secretsmanager/get?secretId=piste%2Fqualif%2Fchorus-pro%2Ftoken&versionStage=AWSCURRENT",
        headers: { "x-aws-parameters-secrets-token": "canary-session" },
      },
    ]);
  });

  it("uses the extension's port variable, and the agent's given token", async () => {
    const { asked } = await serving(json({ SecretString: VALUE }), (url) => {
      process.env["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"] = url.port;
      return fromExtension({ token: () => Promise.resolve("agent") })(TOKEN_SECRET);
    });
    expect(asked[0]?.headers["x-aws-parameters-secrets-token"]).toBe("agent");
    process.env["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"] = "none";
    expect(String(await failureOf(fromExtension()(TOKEN_SECRET)))).toContain("must be a whole number from 1 to 65535");
  });

  it.each([
    [403, "denied", "grantRead"],
    [401, "denied", "token of this function's session"],
    [404, "missing", "nothing is stored in it yet"],
    [400, "unavailable", "the extension answered with status 400"],
  ])("turns status %d into the error %s", async (status, code, words) => {
    const { result } = await serving(json({ message: "canary" }, status), (url) =>
      failureOf(new World().client({ source: from(url) }).getToken()),
    );
    expect(result).toMatchObject({ code });
    expect(String(result)).toContain(words);
    expect(String(result)).not.toContain("canary");
  });

  it.each([[{}], [{ SecretString: 7, VersionId: 7, VersionStages: "x", CreatedDate: {} }], [[]], [null]])(
    "is not misled by %j",
    async (body) => {
      const { result } = await serving(json(body as object), (url) =>
        failureOf(new World().client({ source: from(url) }).getToken()),
      );
      expect(result).toMatchObject({ code: "unreadable" });
    },
  );

  it("is unavailable if nothing listens", async () => {
    const source = fromExtension({ port: await freePort() });
    expect(await failureOf(new World().client({ source }).getToken())).toMatchObject({ code: "unavailable" });
  });
});

describe("other sources", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "piste-client-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("can be files, named as by the Secrets Store CSI driver, and are read again after a change", async () => {
    const world = new World();
    world.dateAhead = 0;
    const write = (name: string, value: string): void => {
      writeFileSync(path.join(folder, name), value);
    };
    const first = world.putToken();
    write("piste_qualif_chorus-pro_token", world.secrets.get(TOKEN_SECRET)?.value ?? "");
    write("piste_qualif_chorus-pro_technical-account_default", JSON.stringify(ACCOUNT));
    const client = world.client({ source: fromFiles(folder) });
    expect(await client.getToken()).toBe(first);
    expect((await client.fetch(STRUCTURES, { json: {} })).status).toBe(200);
    const second = world.putToken();
    write("piste_qualif_chorus-pro_token", world.secrets.get(TOKEN_SECRET)?.value ?? "");
    world.now += 300;
    expect(await client.getToken()).toBe(second);
  });

  it("report a missing file", async () => {
    const error = await failureOf(new World().client({ source: fromFiles(folder) }).getToken());
    expect(error).toMatchObject({ code: "missing", cause: { code: "ENOENT" } });
  });

  it("can be functions of the program that give only the value", async () => {
    const world = new World();
    const token = world.putToken();
    const source = (name: string): Promise<string> => Promise.resolve(world.secrets.get(name)?.value ?? "");
    const client = world.client({ source });
    expect(await client.getToken()).toBe(token);
    expect((await client.fetch(STRUCTURES, { json: {} })).status).toBe(200);
  });

  it.each([undefined, null, 7, {}, { value: 7 }, { value: null }, []])("that give %p are unreadable", async (value) => {
    const source = (() => Promise.resolve(value)) as unknown as SecretSource;
    expect(await failureOf(new World().client({ source }).getToken())).toMatchObject({ code: "unreadable" });
  });

  it("that throw synchronously are unavailable", async () => {
    const source = (() => {
      throw new Error("at once");
    }) as unknown as SecretSource;
    expect(await failureOf(new World().client({ source }).getToken())).toMatchObject({
      code: "unavailable",
      cause: { message: "at once" },
    });
  });
});
