/**
 * Calls of APIs outside the catalogue. The client does not know these APIs, so the path decides what a call carries.
 */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { METEO } from "../own-api";
import { runs } from "../runs";
import { failureOf, World } from "./fixture";

const GATEWAY = "https://sandbox-api.piste.gouv.fr";
const STATIONS = "meteofrance/public/v1/stations";

function worldWithMeteo(): World {
  const world = new World();
  const { platform } = world.piste;
  platform.settings = { ...platform.settings, apis: [METEO] };
  return world;
}

describe("a call of an API outside the catalogue", () => {
  it("is a GET with only the token", async () => {
    const world = worldWithMeteo();
    const answer = await world.client().fetch("meteofrance/public/v1/health", { headers: { "x-own": "1" } });
    expect(await answer.json()).toEqual({ status: "UP" });
    const [request] = world.requests;
    expect([request?.method, request?.url.href]).toEqual(["GET", `${GATEWAY}/meteofrance/public/v1/health`]);
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(["accept", "authorization", "x-own"]);
    expect(world.reads).toEqual(["piste/qualif/chorus-pro/token"]);
  });

  it.each([
    [
      { json: {} },
      "method must be GET for /meteofrance/public/v1/stations, which is not below an API of the catalogue (cpro/",
    ],
    [{ method: "POST" } as const, "got POST"],
    [{ account: "default" }, "account must not be given for /meteofrance/public/v1/stations, which takes no account"],
    [{ headers: { "Cpro-Account": "x" } }, "headers must not have cpro-account"],
  ])("cannot be %j", async (request, words) => {
    const world = worldWithMeteo();
    expect(String(await failureOf(world.client().fetch(STATIONS, request)))).toContain(words);
    expect([world.requests, world.reads]).toEqual([[], []]);
  });

  it("refused by the gateway causes an error about the selection of the API", async () => {
    const world = worldWithMeteo();
    world.piste.faults.add({ on: "gateway", path: "/meteofrance/", status: 403, body: "empty" });
    expect(await failureOf(world.client().fetch(STATIONS))).toMatchObject({ code: "api-not-selected" });
  });

  it("never carries an account or leaves the gateway, for any path", async () => {
    const part = fc.constantFrom(
      ...["cpro", "CPRO", "structures", "Structures", "v1", "V1", "rechercher", "..", ".", "", "%2e%2e", "\\", "@evil"],
      ...["meteofrance", ";", "?", "#", "x", "//evil.example", "chorus-pro-structures", "legifrance"],
    );
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        const world = worldWithMeteo();
        await world
          .client()
          .fetch(parts.join("/"))
          .catch(() => undefined);
        for (const { url, headers } of world.requests) {
          expect(url.origin).toBe(GATEWAY);
          if (headers["cpro-account"] === undefined) continue;
          carried++;
          expect(url.pathname).toMatch(/^\/cpro\/structures\/v1\//);
        }
      }),
      { seed: 11, numRuns: runs(3000), examples: [[["structures", "v1", "rechercher"]]] },
    );
    expect(carried).toBeGreaterThan(0);
  });
});
