/** `piste call` of an API outside the catalogue. */
import { describe, expect, it } from "@jest/globals";
import { METEO } from "../../own-api";
import type { OwnApi } from "../../../piste/api-catalogue";
import { call, type CallOptions } from "../../../cli/calls/call";
import { failureOf, NOW, openFixture, type Failure, type Fixture } from "./fixture";

interface Made extends Fixture {
  readonly failure: Failure | undefined;
}

interface Others {
  readonly json?: string;
  /** Applications besides `meteo`, and their APIs. */
  readonly more?: string[];
  readonly api?: OwnApi;
}

async function make(
  address: string,
  { json, more = [], api = METEO, ...options }: Partial<CallOptions> & Others = {},
): Promise<Made> {
  const fixture = openFixture();
  const { aws, piste, session } = fixture;
  piste.platform.settings = { ...piste.platform.settings, apis: [METEO] };
  for (const name of ["meteo", ...more]) {
    const { description } = aws.deploy({ environment: "qualif", name, apis: [name === "meteo" ? METEO : api] });
    const { token } = piste.platform.giveToken("client", ["openid"]);
    const times = { issued_at: NOW / 1000 - 60, expires_at: NOW / 1000 + 1800 };
    aws.put(description.tokenSecret, { access_token: token, token_type: "Bearer", scope: "openid", ...times });
  }
  const run = call(
    session,
    { address, json, readInput: () => Promise.resolve("") },
    { timeoutInSeconds: 30, ...options },
  );
  return { ...fixture, failure: await failureOf(run) };
}

describe("a call of an API outside the catalogue", () => {
  it.each(["meteo/health", "meteofrance/public/v1/health", "/meteofrance/public/v1/health"])(
    "is a GET with only the token of the application that has the API: %s",
    async (address) => {
      const made = await make(address);
      expect(made.failure).toBeUndefined();
      expect(made.out()).toContain("UP");
      const [request] = made.requests;
      expect(request).toMatchObject({
        method: "GET",
        url: new URL("https://sandbox-api.piste.gouv.fr/meteofrance/public/v1/health"),
        body: undefined,
      });
      expect(Object.keys(request?.headers ?? {}).sort()).toEqual(["accept", "authorization"]);
      expect(made.aws.asked.filter((asked) => asked.startsWith("read "))).toEqual(["read piste/qualif/meteo/token"]);
    },
  );

  it.each([{ json: "{}" }, { method: "POST" } as const, { json: "{}", method: "POST" } as const])(
    "can only be a GET: %j",
    async (options) => {
      for (const address of ["meteo/stations", "meteofrance/public/v1/stations"]) {
        const { failure, requests } = await make(address, options);
        expect(failure).toMatchObject({ owner: "operator", en: expect.stringContaining("with GET: remove the JSON") });
        expect(failure?.fr).toContain("en GET : omettez le JSON");
        expect(requests).toEqual([]);
      }
    },
  );

  it("takes no account", async () => {
    const { failure, requests } = await make("meteo/health", { account: "default" });
    expect(failure?.en).toBe("meteo takes no technical account for this call: remove `--account`.");
    expect(requests).toEqual([]);
  });

  it("needs --application if several applications have the API", async () => {
    const { failure } = await make("meteo/health", { more: ["second"] });
    expect(failure?.en).toBe(
      "Several applications of qualif could be meant: meteo, second. Name one with `--application`.",
    );
    expect(failure?.fr).toBe(
      "Plusieurs applications de qualif sont possibles : meteo, second. Indiquez-en une avec `--application`.",
    );
    expect((await make("meteo/health", { more: ["second"], application: "second" })).failure).toBeUndefined();
  });

  it.each(["meteofrance/public/v1/health", "meteo/health"])(
    "does not use an API that another application has under another name or path: %s",
    async (address) => {
      for (const api of [
        { name: "weather", basePath: METEO.basePath },
        { name: "weather", basePath: "/meteofrance" },
        { name: METEO.name, basePath: "/elsewhere" },
      ]) {
        const isBelowApi = address.startsWith(`${api.name}/`) || address.startsWith(api.basePath.slice(1));
        for (const name of ["a-first", "z-last"]) {
          const { failure, requests } = await make(address, { more: [name], api });
          if (isBelowApi) expect(failure?.en).toContain("Several applications");
          else expect(failure).toBeUndefined();
          expect(requests).toHaveLength(isBelowApi ? 0 : 1);
        }
      }
    },
  );

  it.each([
    ["meteo/health", "chorus-pro"],
    ["sirene/x", undefined],
    ["sirene/x", "meteo"],
  ])("is refused with a list of the known APIs if no application has it: %s of %s", async (address, application) => {
    const { failure, requests } = await make(address, { application });
    expect(failure).toMatchObject({ owner: "operator", en: expect.stringContaining("is not the address of an API") });
    expect(failure?.en).toContain("cpro/factures/v1");
    expect(failure?.en.includes("meteofrance/public/v1")).toBe(application !== "chorus-pro");
    expect(requests).toEqual([]);
  });

  it.each(["meteo/../../cpro/factures/v1/x", "meteo//x", "CPRO/structures/v1/rechercher", "//evil.example/x"])(
    "is refused before AWS is called if the address is invalid: %s",
    async (address) => {
      const { failure, requests, aws } = await make(address);
      expect(failure?.owner).toBe("operator");
      expect([requests, aws.asked]).toEqual([[], []]);
    },
  );

  it("sends the user to the portal after a refusal", async () => {
    const fixture = await make("meteo/unknown");
    expect(fixture.failure).toMatchObject({ owner: "operator", en: expect.stringContaining("check the path first") });
  });
});
