/** APIs outside the catalogue, in a configuration and in a description, which others may write. */
import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { API_NAMES, apiOf, apisOf, type Api, type ApiEntry } from "../../piste/api-catalogue";
import { addressUrl, resolveApiAddress, resolveGatewayAddress, takesAccount } from "../../piste/api-path";
import { checkApplication, type CheckedApplication } from "../../piste/application";
import { readBelievedApplication } from "../../piste/believed-description";
import { describe as describeApplication } from "../../piste/description";
import { descriptionSchema } from "../../piste/description-schemas";
import { HOSTS } from "../../piste/environments";
import type { HttpRequest } from "../../piste/http";
import { callProbe, type ProbeCall } from "../../piste/probes";
import { FALSE_APIS, METEO, METEO_PING } from "../own-api";

const application = (...apis: ApiEntry[]): CheckedApplication =>
  checkApplication({ environment: "qualif", name: "meteo", apis });

function refusal(apis: readonly unknown[]): string {
  try {
    application(...(apis as ApiEntry[]));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

const DEPLOYED = {
  clientSecret: "piste/qualif/meteo/client",
  tokenSecret: "piste/qualif/meteo/token",
  function: "piste-qualif-meteo-token-refresh",
  schedule: { group: "group", name: "name" },
  alarms: [],
};
const described = (checked: CheckedApplication): string => describeApplication(checked, DEPLOYED, [])[0]?.value ?? "";

describe("an API outside the catalogue", () => {
  it("gets only the token, and its ping is a GET", () => {
    expect(apiOf(METEO)).toEqual({
      name: "meteo",
      title: "meteo",
      basePath: "/meteofrance/public/v1",
      scope: "openid",
      authentication: "token",
      probes: [{ method: "GET", path: "/health", usesAccount: false }],
      isOwn: true,
    });
    expect(apiOf({ name: "meteo", basePath: "/m", scope: "meteo.read" })).toMatchObject({
      scope: "meteo.read",
      probes: [],
    });
    expect(apiOf("legifrance")).toMatchObject({ name: "legifrance", basePath: "/dila/legifrance/lf-engine-app" });
  });

  it("gives the application its scope, which all its APIs must share", () => {
    expect(application(METEO).scope).toBe("openid");
    expect(application({ ...METEO, scope: "meteo.read" }).scope).toBe("meteo.read");
    expect(refusal(["legifrance", { ...METEO, scope: "meteo.read" }])).toBe(
      "apis must have one scope, since an application has one token, got legifrance (openid) and meteo (meteo.read); keep " +
        "legifrance here, and give meteo to a second application on the same credentials: " +
        'clientCredentialsOf: "meteo" in stacks/, clientCredentials of PisteApplication',
    );
  });

  it("is written to the description, and read from it", async () => {
    const text = described(application("legifrance", METEO));
    expect(JSON.parse(text)).toMatchObject({ apis: ["legifrance", METEO], scope: "openid" });
    const { description } = await readBelievedApplication("qualif", "meteo", { read: () => Promise.resolve(text) });
    expect(apisOf(description.apis)).toEqual({ known: [apiOf("legifrance"), apiOf(METEO)], unknown: [] });
  });

  it.each(FALSE_APIS)("cannot be %j, in a configuration or a description", async (apis, property) => {
    // An unknown member's name follows.
    const refused = refusal(apis).slice(property.length);
    expect(refusal(apis).startsWith(property)).toBe(true);
    expect(refused).toMatch(/^(?: must |\.\w+ is unknown)/);
    const good = JSON.parse(described(application(METEO))) as object;
    expect(v.is(descriptionSchema, good)).toBe(true);
    const text = JSON.stringify({ ...good, apis });
    await expect(readBelievedApplication("qualif", "meteo", { read: () => Promise.resolve(text) })).rejects.toThrow(
      /^the parameter \/piste\/qualif\/meteo does not describe an application, see apis/,
    );
  });

  it("with a path of the catalogue is refused with the catalogue's name", () => {
    expect(refusal([{ ...METEO, basePath: "/CPRO/Factures" }])).toBe(
      "apis[0].basePath must not be, contain or lie below /cpro/factures/v1 of chorus-pro-factures, ignoring case, " +
        'got "/CPRO/Factures"; write "chorus-pro-factures" in apis instead',
    );
    expect(refusal([{ ...METEO, name: "judilibre" }])).toMatch(/got "judilibre"; write "judilibre" in apis instead$/);
    expect(refusal([METEO, { ...METEO, name: "other" }])).toBe(
      "apis[1].basePath must not be, contain or lie below /meteofrance/public/v1 of meteo, ignoring case, " +
        'got "/meteofrance/public/v1"',
    );
  });

  it("can have any other path", () => {
    for (const basePath of [
      "/cpro/engagementsJuridiques/v1",
      "/cpro/factures/v2",
      "/piste/other",
      "/a",
      "/A-b_c.d~/v1.0",
    ]) {
      expect(application({ name: "meteo", basePath }).apis).toEqual([{ name: "meteo", basePath }]);
    }
  });

  it("with an unknown name is refused with the possible entries", () => {
    expect(refusal(["meteo"])).toBe(
      `apis[0] "meteo" is unknown; known are ${API_NAMES.join(", ")}; another API is { name, basePath, scope?, ping? }`,
    );
    expect(refusal(["legifranc"])).toBe('apis[0] "legifranc" is unknown, did you mean legifrance?');
    expect(refusal([null])).toMatch(/^apis\[0\] null is unknown;/);
  });
});

describe("a probe of an unchecked API", () => {
  const probe = { method: "GET", path: "/health", usesAccount: false } as const;
  const sent: HttpRequest[] = [];
  const send = (api: Partial<Api>, more: Partial<ProbeCall> = {}): Promise<unknown> =>
    callProbe(
      {
        api: { ...apiOf(METEO), ...api },
        probe,
        apiBaseUrl: new URL(HOSTS.qualif.apiBaseUrl),
        token: { access_token: "canary", token_type: "Bearer" },
        timeoutInMilliseconds: 1000,
        ...more,
      },
      (request) => {
        sent.push(request);
        return Promise.resolve({ status: 200, body: "" });
      },
    );

  it("is never sent to another host or with an account", async () => {
    for (const basePath of ["//evil.example", "/x/../cpro/factures/v1", "@evil.example", "https://evil.example"]) {
      await expect(send({ basePath })).rejects.toThrow("the address must stay below https://sandbox-api.piste.gouv.fr");
    }
    const account = { login: "TECH_1_1@cpro.fr", password: "canary" };
    await expect(send({}, { account })).rejects.toThrow("no technical account must be sent to the API meteo");
    expect(sent).toEqual([]);
    await send({});
    expect(sent.map(({ url }) => url.pathname)).toEqual([METEO_PING]);
  });
});

describe("the address of a call", () => {
  const OWN = [apiOf(METEO)];
  const hrefOf = (text: string, own = OWN): string => {
    const found = resolveApiAddress(text, own);
    if (typeof found === "string") return found;
    expect(takesAccount(found)).toBe(false);
    return addressUrl(found, new URL(HOSTS.qualif.apiBaseUrl)).href;
  };

  it("can begin with an own API's base path or name", () => {
    for (const text of [
      "meteofrance/public/v1/stations?x=1",
      "/meteofrance/public/v1/stations?x=1",
      "meteo/stations?x=1",
    ]) {
      expect(hrefOf(text)).toBe("https://sandbox-api.piste.gouv.fr/meteofrance/public/v1/stations?x=1");
      expect(resolveApiAddress(text)).toBe("unknown-api");
    }
    expect(resolveApiAddress(METEO_PING, OWN)).toMatchObject({ probe: { method: "GET" }, api: { name: "meteo" } });
    expect(hrefOf("meteo/stations/1", [apiOf({ name: "meteo", basePath: "/meteo/stations" })])).toMatch(
      /fr\/meteo\/stations\/1$/,
    );
  });

  it.each([
    "meteo",
    "meteofrance/public/v1",
    "meteo/../../cpro/factures/v1/x",
    "meteo//evil.example",
    "meteo/%2e%2e/x",
  ])("cannot lead elsewhere: %s", (text) => {
    expect(["no-path", "path"]).toContain(hrefOf(text));
  });

  it("outside the catalogue always gets only the token", () => {
    const found = resolveGatewayAddress("meteofrance/public/v1/stations?x=é");
    expect(found).toEqual({ path: "/meteofrance/public/v1/stations", query: "?x=%C3%A9" });
    expect(resolveGatewayAddress("structures/v1/rechercher")).toMatchObject({ path: "/cpro/structures/v1/rechercher" });
  });

  it.each([
    "CPRO/structures/v1/rechercher",
    "Structures/v1/rechercher",
    "cpro/structures",
    "cpro",
    "cpro/STRUCTURES/V1/rechercher",
    "Legifrance/x",
  ])("is refused if it differs from the catalogue only in case, or is above it: %s", (text) => {
    expect(resolveGatewayAddress(text)).toBe("unknown-api");
  });

  it.each([
    "//evil.example/x",
    "@evil.example:80//",
    "x/../y",
    "x//y",
    "https://evil.example/x",
    "",
    "/",
    "x/%2e",
    "x\\y",
  ])("cannot lead to another host: %s", (text) => {
    expect(["path", "unknown-api"]).toContain(resolveGatewayAddress(text));
  });
});
