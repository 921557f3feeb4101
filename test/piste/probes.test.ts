import { describe, expect, it } from "@jest/globals";
import { Piste, transportTo, type Fault } from "../../emulator";
import { API_CATALOGUE, type Api, type ApiName, type Probe } from "../../piste/api-catalogue";
import { chorusProAccountHeader } from "../../piste/credentials";
import { NetworkError, type HttpAnswer, type HttpRequest } from "../../piste/http";
import {
  apiHttpRequest,
  callApi,
  callProbe,
  MADE_UP_ACCOUNT,
  type ProbeAnswer,
  type ProbeCall,
} from "../../piste/probes";

const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password-4f1a" };
const BASE_URL = new URL("https://sandbox-api.piste.gouv.fr");
const STRUCTURE = { identifier: "12345678901234", identifierType: "SIRET" };

const probesOf = (name: ApiName): readonly Probe[] => API_CATALOGUE[name].probes;

function callOf(name: ApiName, more: Partial<ProbeCall> = {}): ProbeCall {
  const api: Api = API_CATALOGUE[name];
  const probe = api.probes.find(({ usesAccount }) => usesAccount === (api.authentication === "token-and-account"));
  if (probe === undefined) throw new Error(`${name} has no such probe`);
  const token = { access_token: "canary-token-77d2", token_type: "Bearer" };
  const account = probe.usesAccount ? ACCOUNT : undefined;
  return { api, probe, apiBaseUrl: BASE_URL, token, account, timeoutInMilliseconds: 10_000, ...more };
}

/** Runs the probe with the local PISTE, which knows the account by default. */
async function probe(
  name: ApiName,
  {
    fault,
    scope = API_CATALOGUE[name].scope,
    ...more
  }: { fault?: Omit<Fault, "on">; scope?: string } & Partial<ProbeCall> = {},
): Promise<ProbeAnswer> {
  const piste = new Piste();
  piste.platform.addAccount(ACCOUNT);
  if (fault !== undefined) piste.faults.add({ on: "api", ...fault });
  const access_token = piste.platform.giveToken("client", [scope]).token;
  return callProbe(callOf(name, { token: { access_token, token_type: "Bearer" }, ...more }), transportTo(piste));
}

const answering = (name: ApiName, answer: Partial<HttpAnswer>): Promise<ProbeAnswer> =>
  callProbe(callOf(name), () => Promise.resolve({ status: 200, body: "", ...answer }));

const CHORUS_PRO: ApiName[] = ["chorus-pro-factures", "chorus-pro-structures", "chorus-pro-utilisateurs"];
const TOKEN_APIS: ApiName[] = ["legifrance", "judilibre", "captchetat"];

describe("a probe's request", () => {
  it("has the token, the account as one line of base64, and a body that finds the structure", async () => {
    const requests: HttpRequest[] = [];
    await callProbe(callOf("chorus-pro-structures", { structure: STRUCTURE }), (request) => {
      requests.push(request);
      return Promise.resolve({ status: 200, body: "" });
    });
    expect(requests).toEqual([
      {
        url: new URL("https://sandbox-api.piste.gouv.fr/cpro/structures/v1/rechercher"),
        method: "POST",
        headers: {
          accept: "application/json",
          authorization: "Bearer canary-token-77d2",
          "cpro-account": Buffer.from(`${ACCOUNT.login}:${ACCOUNT.password}`).toString("base64"),
          "content-type": "application/json;charset=utf-8",
        },
        body: JSON.stringify({
          structure: { identifiantStructure: "12345678901234", typeIdentifiantStructure: "SIRET" },
        }),
        timeoutInMilliseconds: 10_000,
      },
    ]);
  });

  it("has no account and no body if the probe needs none", async () => {
    const requests: HttpRequest[] = [];
    await callProbe(callOf("judilibre"), (request) => {
      requests.push(request);
      return Promise.resolve({ status: 200, body: "" });
    });
    expect(Object.keys(requests[0]?.headers ?? {})).toEqual(["accept", "authorization"]);
    expect(requests[0]).toMatchObject({ method: "GET", body: undefined });
  });
});

describe("an answer", () => {
  it.each([...CHORUS_PRO, "chorus-pro-transverses" as const, ...TOKEN_APIS])("of %s is good", async (name) => {
    expect(await probe(name)).toMatchObject({ kind: "good", status: 200 });
  });

  it("to the health check is good without an account", async () => {
    const [healthCheck] = probesOf("chorus-pro-transverses");
    expect(await probe("chorus-pro-transverses", { probe: healthCheck, account: undefined })).toMatchObject({
      kind: "good",
    });
  });

  it.each<[string, Partial<HttpAnswer>]>([
    ["codeRetour 0", { body: '{"codeRetour":0,"libelle":"TRA_MSG_00.000"}' }],
    ["codeRetour 0 as text", { body: '{"codeRetour":"0"}' }],
  ])("with %s is good", async (_, answer) => {
    expect(await answering("chorus-pro-factures", answer)).toEqual({ kind: "good", status: 200 });
  });

  it.each([20000, 0])("to an empty search is good, and marked as empty: codeRetour %i", async (code) => {
    const body = `{"codeRetour":${code},"libelle":"TRA_MSG_00.015: Aucun résultat"}`;
    expect(await answering("chorus-pro-factures", { body })).toEqual({
      kind: "good",
      status: 200,
      emptySearch: true,
    });
  });

  it("with another codeRetour keeps its codes, not its text", async () => {
    const answer = await probe("chorus-pro-factures", {
      fault: { codeRetour: 20001, libelle: "GDP_MSG_01.002: canary-words de la structure" },
    });
    expect(answer).toMatchObject({ kind: "other-code", returnCode: 20001, messageCode: "GDP_MSG_01.002" });
    expect(JSON.stringify(answer)).not.toContain("canary");
  });

  it("with another codeRetour and only text keeps none of it", async () => {
    const answer = await probe("chorus-pro-factures", { fault: { codeRetour: 7, libelle: "canary words" } });
    expect(answer).toEqual({ kind: "other-code", status: 200, contentType: expect.any(String), returnCode: 7 });
  });

  it.each([true, false])("to a refused account is Chorus Pro's 401, with or without a body: %s", async (hasBody) => {
    const piste = new Piste();
    piste.platform.settings = { ...piste.platform.settings, refusedAccountHasBody: hasBody };
    const token = { access_token: piste.platform.giveToken("client", ["openid"]).token, token_type: "Bearer" };
    const answer = await callProbe(callOf("chorus-pro-factures", { token }), transportTo(piste));
    expect(answer).toMatchObject({ kind: "account-refused", status: 401 });
  });

  it.each<[string, Partial<HttpAnswer>]>([
    ["a 401 in HTML", { status: 401, contentType: "text/html", body: "<html>" }],
    ["a 401 with another challenge", { status: 401, wwwAuthenticate: 'Basic realm="x"' }],
    ["a 401 in the body of a 200", { body: '{"codeRetour":401,"libelle":"LDAP"}' }],
  ])("counts as a refusal of the account when in doubt, so that it is not sent again: %s", async (_, answer) => {
    expect(await answering("chorus-pro-factures", answer)).toMatchObject({ kind: "account-refused" });
  });

  it("to an unknown token is never a refusal of the account", async () => {
    const token = { access_token: "unknown", token_type: "Bearer" };
    expect(await probe("chorus-pro-factures", { token })).toMatchObject({
      kind: "token-refused",
      status: 401,
      wwwAuthenticate: expect.stringContaining("invalid_token"),
    });
  });

  it("with 401 to a call without an account is not a refusal of an account", async () => {
    expect(await answering("judilibre", { status: 401 })).toMatchObject({ kind: "unclear" });
  });

  it("to a token without the scope does not mean that the API is not selected", async () => {
    expect(await probe("chorus-pro-factures", { scope: "resource.READ" })).toMatchObject({
      kind: "scope-missing",
      status: 403,
    });
  });

  it("with only 403 is forbidden", async () => {
    expect(await probe("chorus-pro-factures", { fault: { status: 403, body: "empty" } })).toEqual({
      kind: "forbidden",
      status: 403,
    });
  });

  it("with 404 means that the API is not exposed", async () => {
    expect(await probe("legifrance", { fault: { status: 404 } })).toMatchObject({ kind: "not-exposed" });
  });

  it("of Judilibre can report an outage with status 200", async () => {
    const body = JSON.stringify({ status: "indisponible" });
    expect(await answering("judilibre", { body })).toMatchObject({ kind: "unclear" });
  });

  it("with a web page is not good for an API without accounts", async () => {
    expect(await probe("legifrance", { fault: { body: "html" } })).toMatchObject({ kind: "unclear" });
  });

  it.each<Omit<Fault, "on">>([
    { status: 400 },
    { status: 423 },
    { status: 429, retryAfterInSeconds: 3 },
    { status: 500 },
    { status: 503, body: "html" },
    { body: "html" },
    { body: "empty" },
    { status: 403, body: "html" },
    { status: 404, body: "html" },
    { status: 302, location: "https://example.org/" },
  ])("without information is unclear: %j", async (fault) => {
    expect(await probe("chorus-pro-factures", { fault })).toMatchObject({ kind: "unclear" });
  });

  it.each(["reset", "hang", "half-body"] as const)("that arrives incomplete is unclear: %s", async (connection) => {
    const answer = await probe("chorus-pro-factures", { fault: { connection } });
    expect(answer).toEqual({ kind: "unclear", failure: connection === "hang" ? "timeout-read" : connection });
  });

  it("does not hide a bug", async () => {
    const bug = new TypeError("a bug");
    await expect(callProbe(callOf("legifrance"), () => Promise.reject(bug))).rejects.toBe(bug);
    const network = new NetworkError("dns");
    expect(await callProbe(callOf("legifrance"), () => Promise.reject(network))).toEqual({
      kind: "unclear",
      failure: "dns",
    });
  });

  it("never holds a body, a token or a password", async () => {
    const body = '{"codeRetour":5,"libelle":"canary-libelle","mot":"canary-body"}';
    const answers = await Promise.all(
      [200, 401, 403, 404, 500].map((status) => answering("chorus-pro-factures", { status, body })),
    );
    expect(JSON.stringify(answers)).not.toMatch(/canary/);
    expect(JSON.stringify(answers)).not.toContain(MADE_UP_ACCOUNT.password);
  });
});

it("an answer's headers do not repeat the token, the account or its header", async () => {
  const answers = await Promise.all(
    ["authorization", "cpro-account"].map((name) =>
      callProbe(callOf("chorus-pro-factures"), ({ headers }) => {
        const value = headers[name] ?? "";
        const decoded = Buffer.from(value, "base64").toString("latin1");
        const wwwAuthenticate = `Bearer error_description="${value} ${decoded}"`;
        return Promise.resolve({ status: 403, contentType: wwwAuthenticate, wwwAuthenticate, body: "" });
      }),
    ),
  );
  const said = JSON.stringify(answers);
  expect(said).toContain("[hidden]");
  expect(said).not.toMatch(/canary|TECH_/);
  expect(said).not.toContain(chorusProAccountHeader(ACCOUNT));
});

describe("the answer to the user's own call", () => {
  const request = apiHttpRequest({
    url: new URL("https://sandbox-api.piste.gouv.fr/cpro/factures/v1/soumettre"),
    method: "POST",
    token: { access_token: "canary-token-77d2", token_type: "Bearer" },
    account: ACCOUNT,
    body: "{}",
    timeoutInMilliseconds: 10_000,
  });
  const answered = async (answer: Partial<HttpAnswer>): Promise<ProbeAnswer> => {
    const transport = (): Promise<HttpAnswer> => Promise.resolve({ status: 200, body: "", ...answer });
    return (await callApi(request, { withAccount: true, returnCode: "perhaps" }, transport)).answer;
  };

  it.each<[string, Partial<HttpAnswer>]>([
    ["codeRetour 0", { body: '{"codeRetour":0}' }],
    ["an empty search", { body: '{"codeRetour":20000,"libelle":"TRA_MSG_00.015"}' }],
    ["no codeRetour", { body: '{"identifiantFactureCPP":1}' }],
    ["no body", { status: 204 }],
    ["another success", { status: 201, body: "{}" }],
    ["text", { contentType: "text/plain", body: "pong" }],
    ["an own status", { body: '{"status":"down"}' }],
  ])("is good with %s", async (_, answer) => {
    expect(await answered(answer)).toMatchObject({ kind: "good" });
  });

  it.each<[string, Partial<HttpAnswer>, string]>([
    ["another codeRetour", { body: '{"codeRetour":20001}' }, "other-code"],
    ["another codeRetour in another success", { status: 201, body: '{"codeRetour":20001}' }, "other-code"],
    ["a refusal of the account in its codeRetour", { body: '{"codeRetour":401}' }, "account-refused"],
    ["a web page", { contentType: "text/html", body: "<html>" }, "unclear"],
    ["a redirect", { status: 302 }, "unclear"],
    ["a refusal of the account", { status: 401 }, "account-refused"],
    ["a refusal of the request", { status: 400, body: '{"codeRetour":0}' }, "unclear"],
  ])("is not good with %s", async (_, answer, kind) => {
    expect(await answered(answer)).toMatchObject({ kind });
  });

  it("is returned unchanged, with its meaning", async () => {
    const http = { status: 200, body: '{"a":1.0}' };
    const result = await callApi(request, { withAccount: true, returnCode: "perhaps" }, () => Promise.resolve(http));
    expect(result).toEqual({ answer: { kind: "good", status: 200 }, http });
  });
});
