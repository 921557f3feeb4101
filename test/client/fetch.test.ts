import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { PisteCallError } from "../../client";
import { transportTo } from "../../emulator";
import { HOSTS } from "../../piste/environments";
import type { HttpTransport } from "../../piste/http";
import { ACCOUNT, ACCOUNT_SECRET, awsError, failureOf, STRUCTURES, TOKEN_SECRET, World } from "./fixture";

const SEARCH = {
  json: { structure: { identifiantStructure: "12345678901234", typeIdentifiantStructure: "SIRET" } },
};

const arn = (name: string): string => `arn:aws:secretsmanager:eu-west-3:210987654321:secret:${name}-AbCdEf`;

describe("fetch", () => {
  it("calls Chorus Pro with the token and the technical account, and returns the answer", async () => {
    const world = new World();
    const token = world.putToken();
    const answer = await world.client().fetch(STRUCTURES, SEARCH);
    expect([answer.status, answer.ok]).toEqual([200, true]);
    expect(await answer.json()).toMatchObject({ codeRetour: 0 });
    expect(world.requests).toHaveLength(1);
    expect(world.requests[0]).toMatchObject({
      url: new URL("https://sandbox-api.piste.gouv.fr/cpro/structures/v1/rechercher"),
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "cpro-account": Buffer.from(`${ACCOUNT.login}:${ACCOUNT.password}`).toString("base64"),
        "content-type": "application/json;charset=utf-8",
      },
      body: JSON.stringify(SEARCH.json),
      timeoutInMilliseconds: 30_000,
    });
  });

  it("neither reads nor sends an account for an API without accounts", async () => {
    const world = new World();
    const client = world.client();
    for (const address of ["transverses/v1/health-check", "legifrance/list/ping"]) {
      expect((await client.fetch(address)).status).toBe(200);
    }
    expect(world.requests.map(({ headers, method }) => [method, "cpro-account" in headers])).toEqual([
      ["GET", false],
      ["GET", false],
    ]);
    expect(world.reads).toEqual([TOKEN_SECRET]);
  });

  it("sends the requested account, else the one of environmentVariables", async () => {
    const world = new World();
    const other = { login: "TECH_2_12345678901234@cpro.fr", password: "canary-other" };
    world.piste.platform.addAccount(other);
    const secret = "piste/qualif/chorus-pro/technical-account/agence-2";
    world.put(secret, other);
    await world.client().fetch(STRUCTURES, { ...SEARCH, account: "agence-2" });
    await world
      .client({}, { PISTE_ENVIRONMENT: "qualif", PISTE_TECHNICAL_ACCOUNT: "agence-2" })
      .fetch(STRUCTURES, SEARCH);
    expect(world.passwordsSent).toEqual([other.password, other.password]);
    expect(world.reads.filter((name) => name !== TOKEN_SECRET)).toEqual([secret, secret]);
  });

  it("reads the secret of an account with any name", async () => {
    const world = new World();
    const secret = "piste/qualif/chorus-pro/technical-account/constructor";
    world.put(secret, ACCOUNT);
    await world.client().fetch(STRUCTURES, { ...SEARCH, account: "constructor" });
    expect(world.reads).toContain(secret);
  });

  it("can use secrets of another AWS account by ARN", async () => {
    const world = new World();
    for (const name of [TOKEN_SECRET, ACCOUNT_SECRET]) world.put(arn(name), world.secrets.get(name)?.value);
    const client = world.client(
      {},
      {
        PISTE_ENVIRONMENT: "qualif",
        PISTE_TOKEN_SECRET_ARN: arn(TOKEN_SECRET),
        PISTE_TECHNICAL_ACCOUNT_SECRET_ARN: arn(ACCOUNT_SECRET),
      },
    );
    await client.fetch(STRUCTURES, SEARCH);
    const accountSecretArns = { default: arn(ACCOUNT_SECRET) };
    await world.client({ tokenSecretArn: arn(TOKEN_SECRET), accountSecretArns }).fetch(STRUCTURES, SEARCH);
    expect(new Set(world.reads)).toEqual(new Set([arn(TOKEN_SECRET), arn(ACCOUNT_SECRET)]));
  });

  it.each([
    [{ environment: "prod" }, {}, "piste/prod/chorus-pro/technical-account/default"],
    [{ application: "second" }, {}, "piste/qualif/second/technical-account/default"],
    [{ account: "agence-2" }, {}, "piste/qualif/chorus-pro/technical-account/agence-2"],
    [{}, { account: "agence-2" }, "piste/qualif/chorus-pro/technical-account/agence-2"],
  ] as const)("does not use a variable's ARN for another secret: %p %p", async (options, request, secret) => {
    const world = new World();
    const client = world.client(options, {
      PISTE_ENVIRONMENT: "qualif",
      PISTE_APPLICATION: "chorus-pro",
      PISTE_TECHNICAL_ACCOUNT: "default",
      PISTE_TECHNICAL_ACCOUNT_SECRET_ARN: arn(ACCOUNT_SECRET),
    });
    expect(await failureOf(client.fetch(STRUCTURES, { ...SEARCH, ...request }))).toMatchObject({ secretId: secret });
  });

  it("does not use the token's ARN for another application", async () => {
    const world = new World();
    const client = world.client(
      { application: "second" },
      {
        PISTE_ENVIRONMENT: "qualif",
        PISTE_APPLICATION: "chorus-pro",
        PISTE_TOKEN_SECRET_ARN: arn(TOKEN_SECRET),
      },
    );
    expect(await failureOf(client.getToken())).toMatchObject({ secretId: "piste/qualif/second/token" });
  });

  it("lets a program add headers, but not those that identify the caller", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch("legifrance/list/ping", { headers: { Accept: "text/plain", "X-Own": "1" } });
    expect(world.requests[0]?.headers).toMatchObject({ accept: "text/plain", "x-own": "1" });
    for (const name of ["Authorization", "cpro-account", "HOST", "Content-Length", "transfer-encoding"]) {
      const error = await failureOf(client.fetch("legifrance/list/ping", { headers: { [name]: "canary" } }));
      expect(String(error)).toBe(`Error: headers must not have ${name.toLowerCase()}, which the client sets`);
    }
    expect(world.requests).toHaveLength(1);
  });

  it.each([
    "https://evil.example/cpro/structures/v1/rechercher",
    "//evil.example/cpro/structures/v1/rechercher",
    "structures/v1/../../../../oauth",
    "structures/v1/%2e%2e/rechercher",
    "structures/v1\\..\\rechercher",
    "structures/v1/rechercher#x?y",
    "cpro",
    "structures/v1",
    "CPRO/structures/v1/rechercher",
    "",
    7 as unknown as string,
  ])("sends nothing to %p", async (address) => {
    const world = new World();
    const error = await failureOf(world.client().fetch(address, SEARCH));
    expect(String(error)).toMatch(/^Error: the address must be a path below an API \(cpro\/factures\/v1, /);
    expect([world.requests, world.reads]).toEqual([[], []]);
  });

  it.each([
    [{ method: "DELETE" as "GET" }, "method must be GET or POST"],
    [{ method: "GET", json: {} } as const, "a GET must have neither"],
    [{ body: "{}", json: {} }, "body or json, not both"],
    [{ body: {} as string }, "body must be a string"],
    [{ timeoutInSeconds: 0 }, "timeoutInSeconds must be above 0"],
    [{ maximumBodyInBytes: -1 }, "maximumBodyInBytes must be"],
    [{ minimumSecondsLeft: -1 }, "minimumSecondsLeft must be"],
    [{ account: "../client" }, "account must be 1 to 30"],
    [{ headers: { "x-own": "canary\n" } }, 'got an invalid "x-own"'],
    [{ headers: { "x own": "canary" } }, 'got an invalid "x own"'],
  ])("refuses %p before any read", async (request, words) => {
    const world = new World();
    expect(String(await failureOf(world.client().fetch(STRUCTURES, request)))).toContain(words);
    expect([world.requests, world.reads]).toEqual([[], []]);
  });

  it("refuses an account for an API without accounts", async () => {
    const world = new World();
    const error = await failureOf(world.client().fetch("legifrance/list/ping", { account: "default" }));
    expect(String(error)).toContain("account must not be given for /dila/legifrance/lf-engine-app/list/ping");
  });

  it("returns other error answers to the program", async () => {
    const world = new World();
    const client = world.client();
    for (const [fault, status] of [
      [{ status: 400 }, 400],
      [{ status: 404 }, 404],
      [{ status: 429, retryAfterInSeconds: 7 }, 429],
      [{ status: 503, body: "html" as const }, 503],
      [{ status: 302, location: "https://evil.example" }, 302],
      [{ codeRetour: 20001, libelle: "EMU_MSG_00.001" }, 200],
    ] as const) {
      world.piste.faults.add({ on: "api", times: 1, ...fault });
      expect((await client.fetch(STRUCTURES, SEARCH)).status).toBe(status);
    }
    expect(world.requests).toHaveLength(6);
  });
});

describe("a gateway that refuses the token", () => {
  it("is called once more, with the newly stored token", async () => {
    const world = new World();
    const client = world.client();
    await client.getToken();
    world.piste.platform.expireTokens();
    const next = world.putToken();
    const answer = await client.fetch(STRUCTURES, SEARCH);
    expect(answer.status).toBe(200);
    expect(world.reads.filter((name) => name === TOKEN_SECRET)).toHaveLength(2);
    expect(world.requests.map(({ headers }) => headers["authorization"])).toEqual([
      expect.not.stringContaining(next),
      `Bearer ${next}`,
    ]);
  });

  it("is not called a third time, and the error explains the cause", async () => {
    const world = new World();
    const client = world.client();
    await client.getToken();
    world.piste.platform.expireTokens();
    const error = await failureOf(client.fetch(STRUCTURES, SEARCH));
    expect(error).toBeInstanceOf(PisteCallError);
    expect(error).toMatchObject({
      code: "token-refused",
      status: 401,
      retryable: true,
      owner: "wait",
      perhapsCarriedOut: false,
      wwwAuthenticate: expect.stringContaining("invalid_token"),
    });
    expect((error as Error).message).toMatch(/^POST \/cpro\/structures\/v1\/rechercher: The gateway does not know/);
    expect(world.requests).toHaveLength(2);
    expect(world.reads.filter((name) => name === TOKEN_SECRET)).toHaveLength(2);
  });

  it("causes one more read for a hundred parallel calls", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch(STRUCTURES, SEARCH);
    world.piste.platform.expireTokens();
    world.putToken();
    await Promise.all(Array.from({ length: 100 }, () => client.fetch(STRUCTURES, SEARCH)));
    expect(world.reads.filter((name) => name === TOKEN_SECRET)).toHaveLength(2);
    expect(world.requests).toHaveLength(1 + 200);
  });

  it("causes no further read by calls that still had the previous token", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch(STRUCTURES, SEARCH);
    world.piste.platform.expireTokens();
    world.putToken();
    const { transport } = world;
    let sent = 0;
    world.transport = async (request) => {
      // Each answer arrives after the client has handled those before it.
      for (let turns = 50 * ++sent; turns > 0; turns--) await Promise.resolve();
      return transport(request);
    };
    await Promise.all(Array.from({ length: 10 }, () => client.fetch(STRUCTURES, SEARCH)));
    expect(world.reads.filter((name) => name === TOKEN_SECRET)).toHaveLength(2);
    expect(world.requests).toHaveLength(1 + 20);
  });

  it("is not called again with the same token if AWS does not answer", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch(STRUCTURES, SEARCH);
    world.piste.platform.expireTokens();
    world.awsFails = awsError("TimeoutError");
    const error = await failureOf(client.fetch(STRUCTURES, SEARCH));
    expect(error).toMatchObject({ code: "token-refused", cause: { code: "unavailable" } });
    expect(world.requests).toHaveLength(2);
  });
});

describe("a failed call", () => {
  it.each([
    [STRUCTURES, "forbidden", "operator", "raccordement or habilitation is missing"],
    ["legifrance/list/ping", "api-not-selected", "piste-portal", "Select it on the PISTE portal"],
  ])("with 403 by %s causes an error with its owner", async (address, code, owner, words) => {
    const world = new World();
    world.piste.faults.add({ on: "gateway", status: 403, body: "empty" });
    const error = await failureOf(world.client().fetch(address));
    expect(error).toMatchObject({ code, owner, status: 403, retryable: false });
    expect((error as Error).message).toContain(words);
  });

  it("for a missing scope must be corrected by the operator", async () => {
    const world = new World();
    const { token } = world.piste.platform.giveToken("client", ["resource.READ"]);
    const record = JSON.parse(world.secrets.get(TOKEN_SECRET)?.value ?? "") as object;
    world.put(TOKEN_SECRET, { ...record, access_token: token });
    expect(await failureOf(world.client().fetch("legifrance/list/ping"))).toMatchObject({
      code: "scope-missing",
      owner: "operator",
      status: 403,
    });
  });

  it.each([
    ["reset", "reset", true],
    ["hang", "timeout-read", true],
    ["half-body", "half-body", true],
  ] as const)("because of the network (%s) may have been carried out", async (connection, code, perhaps) => {
    const world = new World();
    world.piste.faults.add({ on: "api", connection });
    const error = await failureOf(world.client().fetch(STRUCTURES, SEARCH));
    expect(error).toMatchObject({ code, perhapsCarriedOut: perhaps, retryable: true, status: undefined });
  });

  it("causes an error without secret values, even if the answer repeats them", async () => {
    const world = new World();
    const token = world.putToken();
    const echo: HttpTransport = (request) =>
      Promise.resolve({
        status: 403,
        contentType: String(request.headers["authorization"]),
        wwwAuthenticate: `x ${request.headers["cpro-account"]} \u001b[2J`,
        body: JSON.stringify(request.headers),
      });
    world.transport = echo;
    const error = await failureOf(world.client().fetch(STRUCTURES, SEARCH));
    const told = inspect(error, { depth: 10, showHidden: true });
    for (const canary of [
      token,
      ACCOUNT.password,
      Buffer.from(`${ACCOUNT.login}:${ACCOUNT.password}`).toString("base64"),
    ]) {
      expect(told).not.toContain(canary);
    }
    expect((error as PisteCallError).wwwAuthenticate).toBe("x [hidden] ?[2J");
  });
});

describe("the address of calls", () => {
  it.each(["qualif", "prod"] as const)("must be %s's gateway inside Lambda", async (environment) => {
    const world = new World();
    world.put("piste/prod/chorus-pro/token", world.secrets.get(TOKEN_SECRET)?.value);
    await world.client({ environment }).fetch("legifrance/list/ping");
    expect(world.requests[0]?.url.origin).toBe(HOSTS[environment].apiBaseUrl);
    const other = environment === "qualif" ? HOSTS.prod.apiBaseUrl : HOSTS.qualif.apiBaseUrl;
    for (const address of [other, "http://127.0.0.1:8080", "https://evil.example"]) {
      expect(() => world.client({ environment }, { PISTE_API_BASE_URL: address })).toThrow(
        `the API gateway of ${environment} must be ${HOSTS[environment].apiBaseUrl}, got`,
      );
    }
  });

  it.each<Record<string, string>>([{}, { PISTE_LOCAL_RUN: "a-run" }])(
    "is never a loopback address for prod: %p",
    async (more) => {
      const world = new World();
      world.put("piste/prod/chorus-pro/token", world.secrets.get(TOKEN_SECRET)?.value);
      const variables = { PISTE_ENVIRONMENT: "prod", PISTE_API_BASE_URL: "http://127.0.0.1:8080", ...more };
      const call = async (): Promise<unknown> =>
        world
          .client({}, { ...variables, AWS_LAMBDA_FUNCTION_NAME: undefined as unknown as string })
          .fetch("legifrance/list/ping");
      expect(String(await failureOf(call()))).toContain(
        `the API gateway of prod must be ${HOSTS.prod.apiBaseUrl}, got`,
      );
      expect([world.reads, world.requests]).toEqual([[], []]);
    },
  );

  it("can be a loopback address outside Lambda, for an emulator", async () => {
    const world = new World();
    const variables = { PISTE_ENVIRONMENT: "qualif", PISTE_API_BASE_URL: "http://127.0.0.1:8080" };
    const client = world.client({}, { ...variables, AWS_LAMBDA_FUNCTION_NAME: undefined as unknown as string });
    await client.fetch("legifrance/list/ping");
    expect(world.requests[0]?.url.href).toBe("http://127.0.0.1:8080/dila/legifrance/lf-engine-app/list/ping");
  });
});

it("an answer can be read like a standard Response", async () => {
  const world = new World();
  world.transport = async (request) => {
    const answer = await transportTo(world.piste)(request);
    expect(request.wantsRaw).toBe(true);
    return {
      ...answer,
      body: "é\ufffd",
      raw: { headers: { "x-request-id": "7" }, body: Buffer.from([0xc3, 0xa9, 0xff]) },
    };
  };
  const answer = await world.client().fetch("legifrance/list/ping");
  expect(answer.headers.get("X-Request-Id")).toBe("7");
  expect(answer.headers.get("absent")).toBeNull();
  expect(await answer.text()).toBe("é\ufffd");
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0xc3, 0xa9, 0xff]);
  expect(String(await failureOf(answer.json()))).toBe("SyntaxError: the answer's body is not JSON");
});
