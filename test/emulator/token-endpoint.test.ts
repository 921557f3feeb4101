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

/** Whether the gateway lets the token through. */
const isValid = (piste: Piste, token: string): boolean =>
  piste.handle(request("GET", "/dila/legifrance/lf-engine-app/list/ping", { headers: bearer(token) })).answer.status ===
  200;

describe("a token", () => {
  it("is given for the credentials in the body", () => {
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

  it("is given for the credentials in HTTP Basic, form-encoded", () => {
    expect(ask(inBasic("the-id", "the-secret")).status).toBe(200);
    const piste = somePiste();
    piste.platform.addClient({ client_id: "é&", client_secret: "a:b +%" });
    expect(ask(inBasic("%C3%A9%26", "a%3Ab+%2B%25"), piste).status).toBe(200);
    expect(ask(inBasic("%C3%A9%26", "other"), piste).status).toBe(400);
    expect(ask(inBasic("%C3%A9&", "a:b +%"), piste).status).toBe(400);
    expect(ask(inBasic("%C3%A9&", "a:b%20%2B%25"), piste).status).toBe(200);
  });

  it("is given with its content type's parameters and in any case", () => {
    expect(
      ask(tokenRequest({}, { "content-type": `${FORM["content-type"].toUpperCase()};charset=UTF-8` })).status,
    ).toBe(200);
  });

  it("has the scope of Chorus Pro when none is asked for", () => {
    expect(tokenBodyOf(ask(tokenRequest({ scope: undefined }))).scope).toBe("openid");
  });

  it("has every scope that was asked for", () => {
    expect(tokenBodyOf(ask(tokenRequest({ scope: "resource.READ openid" }))).scope).toBe("resource.READ openid");
  });

  it("is another one each time, and both are valid", () => {
    const piste = somePiste();
    const [first, second] = [tokenOf(piste), tokenOf(piste)];
    expect(first).not.toBe(second);
    expect([isValid(piste, first), isValid(piste, second)]).toEqual([true, true]);
  });

  it("ends an older one of the same client where that is switched on", () => {
    const piste = somePiste();
    piste.platform.addClient({ client_id: "other", client_secret: "other" });
    piste.platform.settings = { ...piste.platform.settings, oldTokensSurvive: false };
    const others = tokenBodyOf(ask(tokenRequest({ client_id: "other", client_secret: "other" }), piste));
    const [first, second] = [tokenOf(piste), tokenOf(piste)];
    expect([isValid(piste, first), isValid(piste, second)]).toEqual([false, true]);
    expect(isValid(piste, others.access_token)).toBe(true);
  });

  it("is the same again while it is valid, for what is left of it, where that is switched on", () => {
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

  it("says its lifetime as a string where that is switched on", () => {
    const piste = somePiste();
    piste.platform.settings = { ...piste.platform.settings, expiresInAsString: true, tokenLifetimeInSeconds: 60 };
    expect(tokenBodyOf(ask(tokenRequest(), piste)).expires_in).toBe("60");
  });

  it("expires with the clock, at the second that it said", () => {
    let now = 1_700_000_000_000;
    const piste = somePiste(() => now);
    const token = tokenOf(piste);
    now += 3600_000 - 1;
    expect(isValid(piste, token)).toBe(true);
    now += 1;
    expect(isValid(piste, token)).toBe(false);
  });
});

describe("a request that is refused", () => {
  it("has the same bytes for a wrong id, a wrong secret, both and none", () => {
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

  it.each(["unknown", "openid unknown", "OPENID"])("names the scope %j", (scope) => {
    expect(refusalOf(ask(tokenRequest({ scope })))).toEqual([400, "invalid_scope"]);
  });

  it.each([undefined, "password", "authorization_code"])("names the grant type %j", (grantType) => {
    expect(refusalOf(ask(tokenRequest({ grant_type: grantType })))).toEqual([400, "unsupported_grant_type"]);
  });

  it("is no form", () => {
    expect(refusalOf(ask(tokenRequest({}, { "content-type": "application/json" })))).toEqual([400, "invalid_request"]);
    expect(refusalOf(ask(tokenRequest({}, {})))).toEqual([400, "invalid_request"]);
  });

  it("is no POST", () => {
    const answer = ask({ ...tokenRequest(), method: "GET" });
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe("POST");
  });
});
