import { describe, expect, it } from "@jest/globals";
import { Piste, type Fault } from "../../emulator";
import { HTML_PAGE, type Answer } from "../../emulator/messages";
import type { TechnicalAccount } from "../../piste/credentials";
import { ACCOUNT, bearer, bodyOf, request, somePiste, tokenOf, tokenRequest, withAccount } from "./requests";

const PING = "/dila/legifrance/lf-engine-app/list/ping";

const broken = (...faults: readonly Fault[]): Piste => {
  const piste = somePiste();
  for (const fault of faults) piste.faults.add(fault);
  return piste;
};
/** A call of Chorus Pro with a token and an account. */
const call = (piste: Piste, path: string, account = ACCOUNT): Answer =>
  piste.handle(request("POST", `/cpro/${path}`, { headers: withAccount(tokenOf(piste), account), body: "{}" })).answer;
const askToken = (piste: Piste): Answer => piste.handle(tokenRequest()).answer;
const statuses = (piste: Piste, count: number): number[] => Array.from({ length: count }, () => askToken(piste).status);

describe("a fault's answer", () => {
  it.each([
    [{ status: 503 }, { status: 503, headers: {}, body: "" }],
    [{ body: "empty" }, { status: 200, headers: {}, body: "" }],
    [{ body: "html" }, { status: 200, headers: { "content-type": "text/html;charset=utf-8" }, body: HTML_PAGE }],
    [
      { status: 502, body: "html" },
      { status: 502, headers: { "content-type": "text/html;charset=utf-8" }, body: HTML_PAGE },
    ],
    [
      { error: "invalid_scope" },
      {
        status: 400,
        headers: { "content-type": "application/json;charset=utf-8" },
        body: '{"error":"invalid_scope"}',
      },
    ],
    [
      { status: 401, error: "invalid_client" },
      {
        status: 401,
        headers: { "content-type": "application/json;charset=utf-8" },
        body: '{"error":"invalid_client"}',
      },
    ],
    [
      { status: 429, retryAfterInSeconds: 7 },
      { status: 429, headers: { "retry-after": "7" }, body: "" },
    ],
    [
      { status: 302, location: "https://example.org/" },
      { status: 302, headers: { location: "https://example.org/" }, body: "" },
    ],
  ] as const)("of %j", (fault, answer) => {
    expect(askToken(broken({ on: "token", ...fault }))).toEqual(answer);
  });

  it("may be Chorus Pro's return code", () => {
    const piste = broken({ on: "api", codeRetour: 20001, libelle: "GDP_MSG_01.002" });
    const { status, body } = call(piste, "factures/v1/rechercher/fournisseur");
    expect([status, JSON.parse(body)]).toEqual([200, { codeRetour: 20001, libelle: "GDP_MSG_01.002" }]);
  });

  it("may have ten mebibytes, which no client should read", () => {
    const { status, body } = askToken(broken({ on: "token", body: "huge" }));
    expect(status).toBe(200);
    expect(body.length).toBe(10 * 1024 * 1024);
  });

  it("is the usual one if the fault is only a delay", () => {
    const { answer, delayInMilliseconds } = broken({ on: "token", delayInMilliseconds: 1500 }).handle(tokenRequest());
    expect(answer.status).toBe(200);
    expect(delayInMilliseconds).toBe(1500);
  });

  it.each(["reset", "hang", "half-body"] as const)(
    "is the usual one over a broken connection, for %s",
    (connection) => {
      expect(broken({ on: "token", connection }).handle(tokenRequest())).toMatchObject({
        answer: { status: 200 },
        connection,
      });
    },
  );

  it("has no delay and no broken connection by default", () => {
    const outcome = somePiste().handle(tokenRequest());
    expect(outcome.delayInMilliseconds).toBe(0);
    expect(outcome.connection).toBeUndefined();
  });
});

describe("a fault", () => {
  it("lasts until it is cleared", () => {
    const piste = broken({ on: "token", status: 503 });
    expect(statuses(piste, 5)).toEqual([503, 503, 503, 503, 503]);
    piste.faults.clear();
    expect(statuses(piste, 1)).toEqual([200]);
  });

  it("lasts for its number of requests, and shows how many are left", () => {
    const piste = broken({ on: "token", status: 503, times: 2 });
    expect(statuses(piste, 1)).toEqual([503]);
    expect(piste.faults.list()).toEqual([{ on: "token", status: 503, times: 1 }]);
    expect(statuses(piste, 2)).toEqual([503, 200]);
    expect(piste.faults.list()).toEqual([]);
  });

  it("is followed by the next one", () => {
    const piste = broken({ on: "token", status: 503, times: 1 }, { on: "token", status: 429 });
    expect(statuses(piste, 3)).toEqual([503, 429, 429]);
  });

  it("affects only its part of the platform", () => {
    const ofApi = request("GET", "/cpro/factures/v1/x");
    expect(broken({ on: "gateway", status: 503 }).handle(ofApi).answer.status).toBe(503);
    for (const on of ["gateway", "api"] as const) expect(askToken(broken({ on, status: 503 })).status).toBe(200);
    for (const on of ["token", "api"] as const) {
      expect(broken({ on, status: 503 }).handle(ofApi).answer.status).toBe(404);
    }
  });

  it("of an API comes after the checks of gateway and account", () => {
    const piste = broken({ on: "api", status: 503 });
    const path = "transverses/v1/recuperer/tauxtva";
    expect(piste.handle(request("POST", `/cpro/${path}`)).answer.status).toBe(400);
    expect(call(piste, path, { ...ACCOUNT, password: "wrong" }).status).toBe(401);
    expect(call(piste, path).status).toBe(503);
    expect(piste.handle(request("GET", PING, { headers: bearer(tokenOf(piste)) })).answer.status).toBe(503);
    expect(piste.recentCalls().at(-1)?.fault).toBe(true);
    expect(call(piste, "factures/v1/recycler").status).toBe(503);
  });

  it.each([
    [{ status: 401 }, 401, "invalid_token"],
    [{ error: "invalid_token" }, 401, "invalid_token"],
    [{ status: 403 }, 403, "insufficient_scope"],
    [{ error: "insufficient_scope" }, 403, "insufficient_scope"],
  ] as const)("of the gateway looks like a refusal: %j", (fault, status, error) => {
    const answer = call(broken({ on: "gateway", ...fault }), "transverses/v1/recuperer/tauxtva");
    expect([answer.status, bodyOf(answer)]).toEqual([status, { error }]);
    expect(answer.headers["www-authenticate"]).toContain(`Bearer realm="DefaultRealm",error="${error}",`);
  });

  it("for an unselected API is the only refusal without a challenge", () => {
    const answer = call(broken({ on: "gateway", status: 403, body: "empty" }), "transverses/v1/recuperer/tauxtva");
    expect(answer).toEqual({ status: 403, headers: {}, body: "" });
  });

  it("may refuse a token for one path and some calls only", () => {
    const piste = broken({ on: "gateway", path: "/cpro/factures/", error: "invalid_token", times: 1 });
    const headers = withAccount(tokenOf(piste));
    const statusOf = (path: string): number =>
      piste.handle(request("POST", `/cpro/${path}`, { headers, body: "{}" })).answer.status;
    const found = "factures/v1/rechercher/fournisseur";
    expect(["structures/v1/rechercher", found, found].map(statusOf)).toEqual([200, 401, 200]);
  });

  it("affects only its technical account", () => {
    const piste = broken({ on: "api", login: ACCOUNT.login, status: 403 });
    const statusOf = (account?: TechnicalAccount): number => {
      const headers = account === undefined ? bearer(tokenOf(piste)) : withAccount(tokenOf(piste), account);
      return piste.handle(request("POST", "/cpro/transverses/v1/recuperer/tauxtva", { headers })).answer.status;
    };
    expect([statusOf(ACCOUNT), statusOf({ ...ACCOUNT, login: "other" }), statusOf()]).toEqual([403, 401, 401]);
  });

  it("affects only paths with its prefix", () => {
    const piste = broken({ on: "gateway", path: "/cpro/factures/", status: 503 });
    expect(piste.handle(request("GET", "/cpro/factures/v1/x")).answer.status).toBe(503);
    expect(piste.handle(request("GET", "/cpro/structures/v1/x")).answer.status).toBe(404);
  });

  it("does not affect the control address", () => {
    const piste = broken({ on: "api", status: 503 });
    expect(piste.handle(request("GET", "/_emulator/faults")).answer.status).toBe(200);
  });
});

describe("the latest calls", () => {
  it("are kept with their answers, oldest first, without secrets", () => {
    const piste = new Piste(() => 1_700_000_000_000);
    piste.faults.add({ on: "token", status: 503, times: 1 });
    piste.handle(tokenRequest());
    piste.handle(tokenRequest());
    const at = "2023-11-14T22:13:20.000Z";
    const call = { at, method: "POST", path: "/api/oauth/token" };
    expect(piste.recentCalls()).toEqual([
      { ...call, status: 503, fault: true },
      { ...call, status: 400, fault: false },
    ]);
    expect(bodyOf(piste.handle(request("GET", "/_emulator/calls")).answer)).toEqual(piste.recentCalls());
  });

  it("are at most a thousand", () => {
    const piste = new Piste();
    for (let call = 0; call < 1005; call++) piste.handle(request("GET", `/${call}`));
    expect(piste.recentCalls()).toHaveLength(1000);
    expect(piste.recentCalls()[0]?.path).toBe("/5");
  });
});
