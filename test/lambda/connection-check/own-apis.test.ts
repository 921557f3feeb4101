/** Checks of APIs outside the catalogue, and descriptions with invalid ones. */
import { describe, expect, it } from "@jest/globals";
import { FALSE_APIS, METEO, METEO_PING } from "../../own-api";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { openCheck } from "./fixture";

const WITHOUT_PING = { name: "sirene", basePath: "/insee/sirene/v3" };
const PARAMETER = "/piste/qualif/chorus-pro";

describe("a check of an API outside the catalogue", () => {
  it("pings it with only the token, and sends the account only to Chorus Pro's APIs", async () => {
    const fixture = openCheck({ apis: [METEO, "chorus-pro-structures"] });
    expect(await fixture.check()).toMatchObject({ outcome: "checked", refused: 0, unknown: 0 });
    expect(fixture.found()).toContainEqual(
      expect.objectContaining({ api: "meteo", outcome: "fine", verdict: "healthy" }),
    );
    const ping = fixture.requests.find(({ url }) => url.pathname === METEO_PING);
    expect(ping?.method).toBe("GET");
    for (const { url, headers } of fixture.requests) {
      if (headers["cpro-account"] !== undefined) expect(url.pathname).toMatch(/^\/cpro\/structures\/v1\//);
    }
    expect(fixture.timesSent(fixture.credentialsOf("default"))).toBe(1);
  });

  it.each([
    [{ status: 403, body: "empty" as const }, "api-not-selected", "refused", ["Q3"]],
    [{ error: "insufficient_scope" }, "scope-missing", "refused", []],
    [{ status: 404 }, "not-exposed", "uncertain", []],
  ])("names the API when the gateway answers %j", async (fault, outcome, verdict, contradicts) => {
    const fixture = openCheck({ apis: ["legifrance", METEO], accounts: [] });
    fixture.break({ path: "/meteofrance/", ...fault });
    await fixture.check();
    expect(fixture.found()).toContainEqual(expect.objectContaining({ api: "meteo", outcome, verdict, contradicts }));
    expect(fixture.metrics()["ConnectionRefused"]).toBe(verdict === "refused" ? 1 : 0);
  });

  it("reports it as not checked without a ping, and makes no call", async () => {
    const fixture = openCheck({ apis: [WITHOUT_PING], accounts: [] });
    expect(await fixture.check()).toMatchObject({ outcome: "checked", refused: 0, unknown: 1 });
    expect(fixture.requests).toEqual([]);
    expect(fixture.found()).toEqual([
      expect.objectContaining({
        api: "sirene",
        outcome: "no-ping",
        verdict: "uncertain",
        meaning: "Not checked: the API has no `ping` in the configuration.",
      }),
    ]);
  });

  it.each([204, 400, 503])("does not blame the platform for a ping with %d", async (status) => {
    const fixture = openCheck({ apis: [METEO, "legifrance"], accounts: [] });
    fixture.break({ path: "/meteofrance/", status });
    expect(await fixture.check()).toMatchObject({ outcome: "checked", refused: 0, unknown: 1 });
    expect(fixture.found()).toContainEqual(expect.objectContaining({ api: "meteo", outcome: "cannot-tell", status }));
    expect(fixture.found()).toContainEqual(expect.objectContaining({ api: "legifrance", outcome: "fine" }));
    const alone = openCheck({ apis: [METEO], accounts: [] });
    alone.break({ path: "/meteofrance/", status });
    expect(await alone.check()).toMatchObject({ outcome: "checked", refused: 0, unknown: 1 });
  });

  it("blames the platform for a ping without an answer if there is no other API", async () => {
    const fixture = openCheck({ apis: [METEO], accounts: [] });
    fixture.break({ path: "/meteofrance/", connection: "reset" });
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "platform-down" });
  });

  it("uses its ping to check that the gateway knows the token", async () => {
    const fixture = openCheck({ apis: [WITHOUT_PING, METEO], accounts: [] });
    fixture.piste.platform.expireTokens();
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "token-refused" });
  });
});

describe("a description with an invalid API", () => {
  it.each(FALSE_APIS)("is refused without reading or sending a value: %j", async (apis) => {
    const fixture = openCheck();
    const before = JSON.parse(fixture.parameters.get(PARAMETER) ?? "") as { readonly apis: readonly unknown[] };
    // Keeps Chorus Pro's APIs, so that there is an account to send.
    const text = JSON.stringify({ ...before, apis: [...apis, ...before.apis.filter((name) => !apis.includes(name))] });
    fixture.parameters.set(PARAMETER, text);
    const error: unknown = await fixture.check().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    expect((error as Error).message).toContain("does not describe an application, see apis");
    expect([fixture.secrets.reads, fixture.requests]).toEqual([[], []]);
  });
});
