import { describe, expect, it } from "@jest/globals";
import type { Answer, Request } from "../../emulator/messages";
import { API_CATALOGUE, API_NAMES, type Api, type ApiName } from "../../piste/api-catalogue";
import { bearer, control, request, somePiste, tokenOf, withAccount } from "./requests";

const PING = "/dila/legifrance/lf-engine-app/list/ping";
const CAPTCHETAT = "/piste/captchetat/v2/healthcheck";
const JUDILIBRE = "/cassation/judilibre/v1.0/healthcheck";

const ALL_SCOPES = "openid piste.captchetat";

/** The answer to a request that may carry a valid token. */
function answerTo(method: string, path: string, headersWith: (token: string) => Request["headers"] = bearer): Answer {
  const piste = somePiste();
  return piste.handle(request(method, path, { headers: headersWith(tokenOf(piste, ALL_SCOPES)) })).answer;
}

describe("the gateway", () => {
  it.each([
    ["no header", {}],
    ["an empty header", { authorization: "" }],
    ["a bearer without a token", { authorization: "Bearer " }],
    ["two words after it", { authorization: "Bearer a b" }],
    ["another scheme", { authorization: "Basic dGhlLWlk" }],
  ])("answers 400 with its challenge to a request without a token: %s", (_, headers) => {
    const answer = answerTo("GET", PING, () => headers);
    expect(answer.status).toBe(400);
    expect(answer.headers["www-authenticate"]).toBe(
      'Bearer realm="DefaultRealm",error="invalid_request",error_description="Unable to find token in the message"',
    );
  });

  it("answers 401 invalid_token to an unknown token", () => {
    const answer = answerTo("GET", PING, () => bearer("unknown"));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm="DefaultRealm",error="invalid_token",/);
  });

  it("answers 401 invalid_token to an expired token", () => {
    const piste = somePiste();
    const headers = bearer(tokenOf(piste));
    piste.platform.expireTokens();
    expect(piste.handle(request("GET", PING, { headers })).answer.status).toBe(401);
  });

  it("answers 403 insufficient_scope to a token of another scope", () => {
    const piste = somePiste();
    const { answer } = piste.handle(request("GET", PING, { headers: bearer(tokenOf(piste, "resource.READ")) }));
    expect(answer.status).toBe(403);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm="DefaultRealm",error="insufficient_scope",/);
  });

  it.each<[string, string, string, number]>([
    ["captchetat", "piste.captchetat", "openid", 403],
    ["captchetat", "piste.captchetat", "piste.captchetat", 200],
    ["captchetat", "piste.captchetat", "openid piste.captchetat", 200],
    ["legifrance", "openid", "piste.captchetat", 403],
  ])("for %s requires the scope %s: a token of %s gets %s", (name, wanted, scope, status) => {
    const { basePath, probes }: Api = API_CATALOGUE[name as ApiName];
    const piste = somePiste();
    const headers = bearer(tokenOf(piste, scope));
    const { answer } = piste.handle(request("GET", `${basePath}${probes[0]?.path}`, { headers }));
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.headers["www-authenticate"]).toContain(`requires the scope ${wanted}"`);
  });

  it("accepts openid for every API if that is switched on", () => {
    const piste = somePiste();
    control(piste, "PATCH /settings", { openidOpensAll: true });
    const headers = bearer(tokenOf(piste));
    expect(piste.handle(request("GET", CAPTCHETAT, { headers })).answer.status).toBe(200);
  });

  it.each([
    ["GET", "/unknown"],
    ["GET", "/cpro/factures/v1/unknown"],
    ["POST", PING],
    ["GET", "/cpro/factures/v1/rechercher/fournisseur"],
    ["POST", "/oauth/token"],
  ])("answers 404 to %s %s without checking the token", (method, path) => {
    for (const headersWith of [bearer, () => ({})]) {
      expect(answerTo(method, path, headersWith)).toEqual({ status: 404, headers: {}, body: "" });
    }
  });

  it("accepts the scheme's name in any case", () => {
    expect(answerTo("GET", PING, (token) => ({ authorization: `bearer ${token}` })).status).toBe(200);
  });
});

describe("the APIs behind it", () => {
  it.each(API_NAMES)("%s answers every probe of the catalogue", (name) => {
    const { basePath, probes }: Api = API_CATALOGUE[name];
    for (const { method, path } of probes) expect(answerTo(method, `${basePath}${path}`, withAccount).status).toBe(200);
  });

  it.each([
    [PING, "text/plain;charset=utf-8", "pong"],
    [JUDILIBRE, "application/json;charset=utf-8", '{"status":"disponible"}'],
    [CAPTCHETAT, "application/json;charset=utf-8", '{"status":"UP"}'],
    ["/piste/captcha/healthcheck", "application/json;charset=utf-8", '{"status":"UP"}'],
  ])("%s needs a token and no account", (path, contentType, body) => {
    expect(answerTo("GET", path)).toEqual({ status: 200, headers: { "content-type": contentType }, body });
    expect(answerTo("GET", path, () => ({})).status).toBe(400);
  });

  it.each(["list", "consult", "search", "chrono", "suggest"])("Légifrance answers the ping of %s", (part) => {
    expect(answerTo("GET", `/dila/legifrance/lf-engine-app/${part}/ping`)).toMatchObject({ status: 200, body: "pong" });
  });

  it("accepts a known API key instead of a token, for Judilibre only", () => {
    const piste = somePiste();
    expect(control(piste, "POST /api-keys", { keyId: "a-key" }).status).toBe(200);
    const withKey = (keyid: string, path = JUDILIBRE): Answer =>
      piste.handle(request("GET", path, { headers: { keyid } })).answer;
    expect(withKey("a-key").status).toBe(200);
    expect(withKey("").status).toBe(400);
    expect(withKey("a-key", PING).status).toBe(400);
    const refused = withKey("another");
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toContain('error="invalid_token"');
  });
});
