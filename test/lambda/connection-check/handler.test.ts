import { describe, expect, it } from "@jest/globals";
import { accountOf } from "../../../emulator/messages";
import type { ApiName } from "../../../piste/api-catalogue";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { openCheck, type CheckFixture, type Line } from "./fixture";

const ALL_FINE = { ConnectionChecks: 1, ConnectionRefused: 0, ConnectionUnknown: 0 };
const FACTURES = "/cpro/factures/";

const outcomesOf = (found: readonly Line[]): unknown[] => found.map(({ outcome }) => outcome);
const pathsOf = ({ requests }: CheckFixture): string[] => requests.map(({ url }) => url.pathname);

describe("a successful check", () => {
  it("calls the platform, then each API with the account, the clearest request first", async () => {
    const fixture = openCheck();
    expect(await fixture.check("request-1")).toEqual({
      outcome: "checked",
      refused: 0,
      unknown: 0,
      milliseconds: 0,
    });
    expect(pathsOf(fixture)).toEqual([
      "/cpro/transverses/v1/health-check",
      "/cpro/transverses/v1/recuperer/tauxtva",
      "/cpro/utilisateurs/v1/monCompte/recuperer/rattachements",
      "/cpro/structures/v1/rechercher",
      "/cpro/factures/v1/rechercher/fournisseur",
    ]);
    expect(fixture.metrics()).toEqual(ALL_FINE);
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(0);
  });

  it("sends no account in the call of the platform", async () => {
    const fixture = openCheck();
    await fixture.check();
    expect(fixture.requests[0]?.headers).not.toHaveProperty("cpro-account");
  });

  it("logs a line for each account and API, and the metrics last", async () => {
    const fixture = openCheck({ accounts: ["one", "two"] });
    await fixture.check("request-1");
    const found = fixture.found();
    expect(found).toHaveLength(8);
    for (const account of ["one", "two"]) {
      expect(found).toContainEqual({
        environment: "qualif",
        application: "chorus-pro",
        operation: "check",
        api: "chorus-pro-factures",
        account,
        outcome: "fine",
        verdict: "healthy",
        owner: "nobody",
        meaning: "The API answers as it should.",
        contradicts: [],
        status: 200,
        contentType: "application/json;charset=utf-8",
        requestId: "request-1",
      });
    }
    expect(JSON.parse(fixture.lines.at(-1) ?? "")).toMatchObject({
      Environment: "qualif",
      Application: "chorus-pro",
      operation: "check",
      outcome: "checked",
      refused: 0,
      requestId: "request-1",
    });
  });

  it.each<ApiName[][]>([[["judilibre", "legifrance"]], [["captchetat"]]])(
    "calls %j with only the token",
    async (apis) => {
      const fixture = openCheck({ apis, accounts: [] });
      await fixture.check();
      expect(fixture.metrics()).toEqual(ALL_FINE);
      expect(outcomesOf(fixture.found())).toEqual(apis.map(() => "fine"));
      expect(fixture.requests.every(({ headers }) => headers["cpro-account"] === undefined)).toBe(true);
    },
  );

  it("without an account uses a made-up login to see that the APIs are selected", async () => {
    const fixture = openCheck({ accounts: [] });
    await fixture.check();
    expect(fixture.metrics()).toEqual(ALL_FINE);
    expect(outcomesOf(fixture.found())).toEqual(Array(4).fill("api-selected"));
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(4);
  });

  it("reports an account that is not stored yet, stays healthy, and uses a made-up login", async () => {
    const fixture = openCheck();
    fixture.secrets.versions.delete(fixture.secretOf("default"));
    await fixture.check();
    expect(fixture.metrics()).toEqual(ALL_FINE);
    expect(fixture.found()[0]).toMatchObject({ account: "default", outcome: "no-value", verdict: "healthy" });
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(4);
  });
});

describe("a refusal", () => {
  it("of an API is confirmed by a made-up login, reported once, and not repeated for other accounts", async () => {
    const fixture = openCheck({ accounts: ["a", "b", "c", "d", "e", "f", "g", "h"] });
    fixture.break({ path: FACTURES, status: 403, body: "empty" });
    expect(await fixture.check()).toMatchObject({ refused: 1, unknown: 0 });
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 0 });
    const refusals = fixture.found().filter(({ outcome }) => outcome !== "fine");
    // Four accounts are checked in parallel.
    expect(refusals).toHaveLength(4);
    expect(refusals[0]).toMatchObject({
      api: "chorus-pro-factures",
      outcome: "api-not-selected",
      owner: "the owner of the PISTE account, on the PISTE portal",
      contradicts: ["Q3"],
      status: 403,
    });
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(1);
    expect(fixture.clock.pauses).toEqual([2000]);
  });

  it("of an API counts only if the second call confirms it", async () => {
    const fixture = openCheck();
    fixture.break({ path: FACTURES, status: 403, body: "empty", times: 1 });
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 0 });
    expect(outcomesOf(fixture.found())).toEqual(["fine", "fine", "fine", "fine"]);
  });

  it("of only the account, confirmed by a second call, means its raccordement or habilitation", async () => {
    const fixture = openCheck({ accounts: ["one", "two"] });
    fixture.break({ login: fixture.credentialsOf("two").login, status: 403, body: "empty" });
    expect(await fixture.check()).toMatchObject({ refused: 1, unknown: 0 });
    const refusals = fixture.found().filter(({ outcome }) => outcome !== "fine");
    expect(refusals).toHaveLength(4);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        account: "two",
        outcome: "raccordement-or-habilitation",
        owner: "the structure's gestionnaire principal, on Chorus Pro",
        contradicts: ["Q5"],
      });
    }
    expect(fixture.timesSent(fixture.credentialsOf("two"))).toBe(8);
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(4);
    expect(fixture.secrets.refusedVersions.size).toBe(0);
  });

  it("with another codeRetour is only probable, and does not count for the alarm", async () => {
    const fixture = openCheck();
    fixture.break({ path: FACTURES, codeRetour: 20001, libelle: "GDP_MSG_01.002: canary" });
    await fixture.check();
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 0, ConnectionUnknown: 1 });
    expect(fixture.found().at(-1)).toMatchObject({
      outcome: "habilitation-probable",
      verdict: "uncertain",
      returnCode: 20001,
      messageCode: "GDP_MSG_01.002",
    });
  });

  it("for a missing scope, once confirmed, is a fault of the configuration", async () => {
    const fixture = openCheck({ tokenScope: "resource.READ" });
    expect(await fixture.check()).toMatchObject({ refused: 4, unknown: 0 });
    expect(outcomesOf(fixture.found())).toEqual(Array(4).fill("scope-missing"));
  });

  it("of an API without accounts is confirmed by the same call", async () => {
    const fixture = openCheck({ apis: ["judilibre", "legifrance"], accounts: [] });
    fixture.break({ path: "/dila/", status: 403, body: "empty" });
    expect(await fixture.check()).toMatchObject({ refused: 1, unknown: 0 });
    expect(fixture.found().at(-1)).toMatchObject({ api: "legifrance", outcome: "api-not-selected" });
  });

  it("by an API that is not exposed is uncertain", async () => {
    const fixture = openCheck();
    fixture.break({ path: FACTURES, status: 404 });
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(fixture.found().at(-1)).toMatchObject({ outcome: "not-exposed" });
    expect(fixture.metrics()).toHaveProperty("ConnectionRefused", 0);
  });

  it("that has ended is 0 in the next check", async () => {
    const fixture = openCheck();
    fixture.break({ path: FACTURES, status: 403, body: "empty" });
    await fixture.check();
    fixture.piste.faults.clear();
    await fixture.check();
    expect(fixture.metrics()).toEqual(ALL_FINE);
  });
});

describe("in production", () => {
  it("a second 403 to an account makes it a refusal, whose cause the doctor can find", async () => {
    const fixture = openCheck({ environment: "prod" });
    fixture.break({ path: FACTURES, status: 403, body: "empty" });
    expect(await fixture.check()).toMatchObject({ refused: 1, unknown: 0 });
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(0);
    expect(fixture.timesSent(fixture.credentialsOf("default"))).toBe(5);
    expect(fixture.clock.pauses).toEqual([2000]);
    expect(fixture.found().at(-1)).toMatchObject({
      outcome: "forbidden",
      verdict: "refused",
      meaning: expect.stringContaining("`npx piste doctor <environment> --probe` tells which"),
    });
  });

  it("a single 403 is ignored", async () => {
    const fixture = openCheck({ environment: "prod" });
    fixture.break({ path: FACTURES, status: 403, body: "empty", times: 1 });
    await fixture.check();
    expect(fixture.metrics()).toEqual(ALL_FINE);
  });

  it("an API without a usable account is unknown, and no made-up login is sent", async () => {
    const fixture = openCheck({ environment: "prod", apis: ["chorus-pro-factures", "legifrance"], accounts: [] });
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(outcomesOf(fixture.found())).toEqual(["api-not-asked", "fine"]);
    expect(fixture.requests.every(({ headers }) => headers["cpro-account"] === undefined)).toBe(true);
  });
});

describe("an unclear result", () => {
  it("is unknown, and reports no metric that would end an alarm", async () => {
    const fixture = openCheck();
    fixture.break({ path: FACTURES, status: 500 });
    await fixture.check();
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 1 });
    expect(fixture.found().at(-1)).toMatchObject({ outcome: "cannot-tell", verdict: "open", status: 500 });
  });

  it("does not hide a refusal", async () => {
    const fixture = openCheck();
    fixture.break({ path: FACTURES, status: 500 });
    fixture.break({ path: "/cpro/structures/", status: 403, body: "empty" });
    await fixture.check();
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 1 });
  });

  it("of an API three times in a row leaves it to the next check; other APIs are still checked", async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}`);
    const fixture = openCheck({ accounts });
    fixture.break({ path: FACTURES, status: 503, body: "html" });
    await fixture.check();
    const found = fixture.found();
    expect(found.filter(({ outcome }) => outcome === "api-unsteady")).toHaveLength(1);
    expect(found.filter(({ outcome }) => outcome === "fine")).toHaveLength(60);
    expect(pathsOf(fixture).filter((path) => path.startsWith(FACTURES)).length).toBeLessThanOrEqual(4);
  });

  it("of an API now and then does not stop its checks", async () => {
    const accounts = Array.from({ length: 20 }, (_, index) => `account-${index}`);
    const fixture = openCheck({ accounts });
    for (const index of [0, 4, 8, 12]) {
      fixture.break({ path: FACTURES, login: fixture.credentialsOf(`account-${index}`).login, status: 500 });
    }
    await fixture.check();
    expect(pathsOf(fixture).filter((path) => path.startsWith(FACTURES))).toHaveLength(20);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 4 });
  });

  it("of the made-up login is repeated for the next account", async () => {
    const fixture = openCheck({ accounts: ["a", "b", "c", "d", "e"], apis: ["chorus-pro-factures"] });
    fixture.break({ login: fixture.credentialsOf("a").login, status: 403, body: "empty" });
    fixture.break({ login: fixture.credentialsOf("e").login, status: 403, body: "empty" });
    const handle = fixture.piste.handle.bind(fixture.piste);
    let madeUpCalls = 0;
    fixture.piste.handle = (request) => {
      const madeUp = accountOf(request)?.login === MADE_UP_ACCOUNT.login;
      const blip = madeUp && ++madeUpCalls === 1;
      return blip ? { answer: { status: 502, headers: {}, body: "" }, delayInMilliseconds: 0 } : handle(request);
    };
    await fixture.check();
    const outcomeOf = (name: string): unknown => fixture.found().find(({ account }) => account === name)?.["outcome"];
    expect([outcomeOf("a"), outcomeOf("e")]).toEqual(["cannot-tell", "raccordement-or-habilitation"]);
  });

  it("is given for an API that this version does not know", async () => {
    const fixture = openCheck({ apis: ["legifrance"], accounts: [] });
    const name = "/piste/qualif/chorus-pro";
    const description = JSON.parse(fixture.parameters.get(name) ?? "") as object;
    fixture.parameters.set(name, JSON.stringify({ ...description, apis: ["legifrance", "new-api"] }));
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(fixture.found()[0]).toMatchObject({ api: "new-api", outcome: "unknown-api" });
  });
});
