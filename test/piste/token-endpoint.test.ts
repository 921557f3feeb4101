import { describe, expect, it } from "@jest/globals";
import { NetworkError, type HttpAnswer, type HttpRequest } from "../../piste/http";
import { requestToken, type TokenRequest, type TokenResult } from "../../piste/token-endpoint";

const ISSUED_AT = 1_700_000_000;
/** As long as PISTE's tokens. */
const TOKEN = "canary-".padEnd(54, "7f3a");

const tokenRequest = (changes: Partial<TokenRequest> = {}): TokenRequest => ({
  endpoint: new URL("https://oauth.piste.gouv.fr/api/oauth/token"),
  credentials: { client_id: "the-id", client_secret: "the-secret" },
  scope: "openid",
  issuedAt: ISSUED_AT,
  timeoutInMilliseconds: 8000,
  ...changes,
});

const answer = (changes: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 200,
  contentType: "application/json",
  body: "{}",
  ...changes,
});

const tokenAnswer = (changes: Readonly<Record<string, unknown>> = {}): HttpAnswer =>
  answer({
    body: JSON.stringify({ access_token: TOKEN, token_type: "Bearer", expires_in: 3600, scope: "openid", ...changes }),
  });

const ask = (given: HttpAnswer, changes: Partial<TokenRequest> = {}): Promise<TokenResult> =>
  requestToken(tokenRequest(changes), () => Promise.resolve(given));

async function sent(changes: Partial<TokenRequest> = {}): Promise<HttpRequest> {
  const requests: HttpRequest[] = [];
  await requestToken(tokenRequest(changes), (request) => {
    requests.push(request);
    return Promise.resolve(tokenAnswer());
  });
  const [first, ...others] = requests;
  if (first === undefined || others.length > 0) throw new Error(`${requests.length} requests were sent`);
  return first;
}

describe("the token request", () => {
  it("is a form with the client credentials only in its body", async () => {
    expect(await sent()).toEqual({
      url: new URL("https://oauth.piste.gouv.fr/api/oauth/token"),
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: "grant_type=client_credentials&client_id=the-id&client_secret=the-secret&scope=openid",
      timeoutInMilliseconds: 8000,
    });
  });

  it("encodes special characters", async () => {
    const credentials = { client_id: "a&b", client_secret: "é +%=" };
    expect((await sent({ credentials, scope: "openid resource.READ" })).body).toBe(
      "grant_type=client_credentials&client_id=a%26b&client_secret=%C3%A9+%2B%25%3D&scope=openid+resource.READ",
    );
  });
});

describe("a token", () => {
  it("is the record that consumers read, dated before the request", async () => {
    expect(await ask(tokenAnswer())).toEqual({
      ok: true,
      token: {
        access_token: TOKEN,
        token_type: "Bearer",
        scope: "openid",
        issued_at: ISSUED_AT,
        expires_at: ISSUED_AT + 3600,
      },
    });
  });

  it.each([
    [3600, 3600],
    ["3600", 3600],
    [1799.9, 1799],
    [1, 1],
    [86_400, 86_400],
    // A wrong number could stop all later refreshes, or not be a date.
    [86_401, 86_400],
    [Number.MAX_SAFE_INTEGER, 86_400],
  ])("with expires_in %j lives for %d seconds", async (expiresIn, seconds) => {
    expect(await ask(tokenAnswer({ expires_in: expiresIn }))).toMatchObject({
      ok: true,
      token: { expires_at: ISSUED_AT + seconds },
    });
  });

  it.each([0, 0.5, -1, "0", "-5", "abc", "", "36e2", null, undefined, 1e300])(
    "with expires_in %j is refused",
    async (expiresIn) => {
      expect(await ask(tokenAnswer({ expires_in: expiresIn }))).toMatchObject({
        ok: false,
        diagnosis: { code: "no-token" },
      });
    },
  );

  it.each(["", "Bearer\r\nX-Injected: 1", "Béarer", "MAC", "DPoP", "Bearer x", 5])(
    "of another type than Bearer is refused: %j",
    async (type) => {
      expect(await ask(tokenAnswer({ token_type: type }))).toMatchObject({
        ok: false,
        diagnosis: { code: "no-token" },
      });
    },
  );

  it.each([
    ...["", ` ${TOKEN}`, `${TOKEN}\n`, `${TOKEN} ${TOKEN}`, `${TOKEN}\u0000`, `${TOKEN}ö`, `${TOKEN}"`],
    ...["t", "x".repeat(21), "x".repeat(4097), "x".repeat(900_000)],
    ...[5, null, undefined],
  ])("that is too short or that a header cannot carry is refused: %.60j", async (accessToken) => {
    expect(await ask(tokenAnswer({ access_token: accessToken }))).toMatchObject({
      ok: false,
      diagnosis: { code: "no-token" },
    });
  });

  it("without a scope has the requested one", async () => {
    const result = await ask(tokenAnswer({ scope: undefined }), { scope: "openid resource.READ" });
    expect(result).toMatchObject({ ok: true, token: { scope: "openid resource.READ" } });
  });

  it("with another scope keeps that scope", async () => {
    expect(await ask(tokenAnswer({ scope: "other" }))).toMatchObject({ ok: true, token: { scope: "other" } });
  });

  it.each(["x".repeat(22), "x".repeat(4096), `${TOKEN}-._~+/0==`])("is accepted: %.60j", async (accessToken) => {
    const given = tokenAnswer({ access_token: accessToken });
    expect(await ask(given)).toMatchObject({ token: { access_token: accessToken } });
  });

  it.each(["x".repeat(4097), "openid\n", 'a"b', ["openid"]])("with this scope is refused: %.60j", async (scope) => {
    expect(await ask(tokenAnswer({ scope }))).toMatchObject({
      ok: false,
      diagnosis: { class: "invalid-response", code: "no-token" },
    });
  });

  it("is a bearer token without a type, and with the type in any case", async () => {
    expect(await ask(tokenAnswer({ token_type: undefined }))).toMatchObject({ token: { token_type: "Bearer" } });
    expect(await ask(tokenAnswer({ token_type: "bearer" }))).toMatchObject({ token: { token_type: "bearer" } });
  });

  it.each([201, 400, 503])("in an answer with status %d is refused", async (status) => {
    expect(await ask({ ...tokenAnswer(), status })).toMatchObject({ ok: false, facts: { status } });
  });
});

describe("a failure", () => {
  it("has a diagnosis, the status, the content type and the challenge, never the body", async () => {
    const given = answer({
      status: 400,
      wwwAuthenticate: 'Bearer realm="DefaultRealm"',
      body: '{"error":"invalid_client","echo":"canary-2d9b"}',
    });
    const result = await ask(given);
    expect(result).toMatchObject({
      ok: false,
      diagnosis: { class: "rejected", code: "invalid-client" },
      facts: { status: 400, contentType: "application/json", wwwAuthenticate: 'Bearer realm="DefaultRealm"' },
    });
    expect(JSON.stringify(result)).not.toContain("canary-2d9b");
  });

  it("without a complete answer has a diagnosis and no facts", async () => {
    const result = await requestToken(tokenRequest(), () => Promise.reject(new NetworkError("half-body")));
    expect(result).toMatchObject({ ok: false, diagnosis: { class: "unavailable", code: "half-body" }, facts: {} });
  });

  it("because of a bug is thrown", async () => {
    const bug = new TypeError("a bug");
    await expect(requestToken(tokenRequest(), () => Promise.reject(bug))).rejects.toBe(bug);
  });

  it.each([
    ["as it is", (secret: string) => secret],
    ["as in the form", (secret: string) => new URLSearchParams({ v: secret }).toString().slice(2)],
    ["as in an address", encodeURIComponent],
    ["as bytes read as Latin-1", (secret: string) => Buffer.from(secret).toString("latin1")],
    ["as JSON", (secret: string) => JSON.stringify(secret)],
  ])("does not repeat the client credentials in headers: %s", async (_, form) => {
    const credentials = { client_id: "canary-id", client_secret: 'canary-"sécret" 1+1' };
    const repeated = `Bearer error="x",error_description="${form(credentials.client_id)} ${form(credentials.client_secret)}"`;
    const given = answer({ status: 401, contentType: repeated, wwwAuthenticate: repeated });
    const result = await ask(given, { credentials });
    expect(result).toMatchObject({ facts: { wwwAuthenticate: expect.stringMatching(/\[hidden\]"? "?\[hidden\]/) } });
    expect(JSON.stringify("facts" in result && result.facts)).not.toMatch(/canary|cret/);
  });

  it("has shortened headers without control characters", async () => {
    const hostile = `a\r\nb\u001b[31m\u007fé${"x".repeat(1000)}`;
    const result = await ask(answer({ status: 500, contentType: hostile, wwwAuthenticate: hostile }));
    const expected = `a??b?[31m??${"x".repeat(1000)}`.slice(0, 256);
    expect(result).toMatchObject({ facts: { contentType: expected, wwwAuthenticate: expected } });
  });

  it.each([
    ["120", 120],
    [" 7 ", 7],
    ["0", 0],
    [new Date((ISSUED_AT + 90) * 1000).toUTCString(), 90],
    [new Date((ISSUED_AT - 90) * 1000).toUTCString(), 0],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("with Retry-After %j can be retried after %j seconds", async (retryAfter, seconds) => {
    const result = await ask(answer({ status: 429, retryAfter }));
    expect(result).toHaveProperty("retryAfterInSeconds", seconds);
  });
});
