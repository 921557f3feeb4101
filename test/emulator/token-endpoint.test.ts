import { describe, expect, it } from "@jest/globals";
import type { Piste } from "../../emulator";
import type { Answer, Request } from "../../emulator/messages";
import { bearer, CLIENT, errorOf, FORM, request, somePiste, tokenBodyOf, tokenOf, tokenRequest } from "./requests";

const ask = (given: Request, piste: Piste = somePiste()): Answer => piste.handle(given).answer;
const refusalOf = (answer: Answer): unknown => [answer.status, errorOf(answer)];

const inBasic = (id: string, secret: string): Request =>
  tokenRequest(
    { client_id: undefined, client_secret: undefined },
    { ...FORM, authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
  );

/** Whether the gateway accepts the token. */
const isValid = (piste: Piste, token: string): boolean =>
  piste.handle(request("GET", "/dila/legifrance/lf-engine-app/list/ping", { headers: bearer(token) })).answer.status ===
  200;

describe("a token", () => {
  it("is issued for credentials in the body", () => {
    const answer = ask(tokenRequest());
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual({ "content-type": "application/json;charset=utf-8", "cache-control": "no-store" });
    expect(tokenBodyOf(answer)).toEqual({
      access_token: expect.stringMatching(/^[\w-]{54}$/),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid",
    });
  });

  it("is issued for form-encoded credentials in HTTP Basic", () => {
    expect(ask(inBasic("the-id", "the-secret")).status).toBe(200);
    const piste = somePiste();
    piste.platform.addClient({ client_id: "é&", client_secret: "a:b +%" });
    expect(ask(inBasic("%C3%A9%26", "a%3Ab+%2B%25"), piste).status).toBe(200);
    expect(ask(inBasic("%C3%A9%26", "other"), piste).status).toBe(400);
    expect(ask(inBasic("%C3%A9&", "a:b +%"), piste).status).toBe(400);
    expect(ask(inBasic("%C3%A9&", "a:b%20%2B%25"), piste).status).toBe(200);
  });

  it("is issued with parameters of the content type, in any case", () => {
    expect(
      ask(tokenRequest({}, { "content-type": `${FORM["content-type"].toUpperCase()};charset=UTF-8` })).status,
    ).toBe(200);
  });

  it("has the scope of Chorus Pro by default", () => {
    expect(tokenBodyOf(ask(tokenRequest({ scope: undefined }))).scope).toBe("openid");
  });

  it("has every requested scope", () => {
    expect(tokenBodyOf(ask(tokenRequest({ scope: "resource.READ openid" }))).scope).toBe("resource.READ openid");
  });

  it("differs each time, and both stay valid", () => {
    const piste = somePiste();
    const [first, second] = [tokenOf(piste), tokenOf(piste)];
    expect(first).not.toBe(second);
    expect([isValid(piste, first), isValid(piste, second)]).toEqual([true, true]);
  });

  it("expires an older one of the same client if that is switched on", () => {
    const piste = somePiste();
    piste.platform.addClient({ client_id: "other", client_secret: "other" });
    piste.platform.settings = { ...piste.platform.settings, oldTokensSurvive: false };
    const others = tokenBodyOf(ask(tokenRequest({ client_id: "other", client_secret: "other" }), piste));
    const [first, second] = [tokenOf(piste), tokenOf(piste)];
    expect([isValid(piste, first), isValid(piste, second)]).toEqual([false, true]);
    expect(isValid(piste, others.access_token)).toBe(true);
  });

  it("is the same again while valid, with the lifetime left, if that is switched on", () => {
    let now = 1_700_000_000_000;
    const piste = somePiste(() => now);
    piste.platform.settings = { ...piste.platform.settings, sameTokenWhileValid: true };
    const first = tokenBodyOf(ask(tokenRequest(), piste));
    now += 600_500;
    expect(tokenBodyOf(ask(tokenRequest(), piste))).toEqual({ ...first, expires_in: 2999 });
    expect(tokenBodyOf(ask(tokenRequest({ scope: "resource.READ" }), piste)).access_token).not.toBe(first.access_token);
    now += 2_999_000;
    expect(tokenBodyOf(ask(tokenRequest(), piste))).toMatchObject({ expires_in: 3600 });
    expect(isValid(piste, first.access_token)).toBe(true);
    now += 500;
    expect(isValid(piste, first.access_token)).toBe(false);
  });

  it("has its lifetime as a string if that is switched on", () => {
    const piste = somePiste();
    piste.platform.settings = { ...piste.platform.settings, expiresInAsString: true, tokenLifetimeInSeconds: 60 };
    expect(tokenBodyOf(ask(tokenRequest(), piste)).expires_in).toBe("60");
  });

  it("expires at its announced second", () => {
    let now = 1_700_000_000_000;
    const piste = somePiste(() => now);
    const token = tokenOf(piste);
    now += 3600_000 - 1;
    expect(isValid(piste, token)).toBe(true);
    now += 1;
    expect(isValid(piste, token)).toBe(false);
  });
});

describe("a refused request", () => {
  it("gets the same bytes for a wrong id, a wrong secret, both and none", () => {
    const wrongSecret = ask(tokenRequest({ client_secret: "other" }));
    expect(wrongSecret).toEqual({
      status: 400,
      headers: { "content-type": "application/json;charset=utf-8", "cache-control": "no-store" },
      body: '{"error":"invalid_client"}',
    });
    for (const other of [
      tokenRequest({ client_id: "other" }),
      tokenRequest({ client_id: "other", client_secret: "other" }),
      tokenRequest({ client_id: undefined, client_secret: undefined }),
      tokenRequest({ client_secret: undefined }),
      tokenRequest({ client_secret: `${CLIENT.client_secret} ` }),
      inBasic("the-id", "other"),
      inBasic("other", "the-secret"),
    ]) {
      expect(ask(other)).toEqual(wrongSecret);
    }
  });

  it.each(["unknown", "openid unknown", "OPENID"])("may have the wrong scope %j", (scope) => {
    expect(refusalOf(ask(tokenRequest({ scope })))).toEqual([400, "invalid_scope"]);
  });

  it.each([undefined, "password", "authorization_code"])("may have the wrong grant type %j", (grantType) => {
    expect(refusalOf(ask(tokenRequest({ grant_type: grantType })))).toEqual([400, "unsupported_grant_type"]);
  });

  it("may be one that is not a form", () => {
    expect(refusalOf(ask(tokenRequest({}, { "content-type": "application/json" })))).toEqual([400, "invalid_request"]);
    expect(refusalOf(ask(tokenRequest({}, {})))).toEqual([400, "invalid_request"]);
  });

  it("may be one that is not a POST", () => {
    const answer = ask({ ...tokenRequest(), method: "GET" });
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe("POST");
  });
});
