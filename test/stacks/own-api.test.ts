/** An API beyond the catalogue, from the configuration to the programs that read the description. */
import { describe, expect, it } from "@jest/globals";
import { METEO, METEO_PING } from "../own-api";
import { call } from "../../cli/calls/call";
import { readBelievedApplication, type BelievedApplication } from "../../piste/believed-description";
import { technicalAccountSecretName } from "../../piste/names";
import { PisteStack } from "../../stacks/piste-stack";
import { configured, DoctorFixture } from "../cli/doctor/fixture";
import { openFixture } from "../cli/calls/fixture";
import { World } from "../client/fixture";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";
import { openCheck } from "../lambda/connection-check/fixture";
import type { StackApplication } from "../../stacks/configuration";

const PARAMETER = "/piste/qualif/chorus-pro";
const SENT = `GET https://sandbox-api.piste.gouv.fr${METEO_PING}`;

function stackWith(application: Partial<StackApplication>): SynthesizedStack {
  const applications = [{ name: "chorus-pro", ...application }];
  const { qualif: stack } = synthesizeApp((app) => new PisteStack(app, "qualif", { applications }));
  if (stack === undefined) throw new Error("no stack qualif");
  return stack;
}
const parameterOf = (stack: SynthesizedStack, name: string): string =>
  String(stack.only("aws_ssm_parameter", { name })["insecure_value"]);

const believed = (stack: SynthesizedStack): Promise<BelievedApplication> =>
  readBelievedApplication("qualif", "chorus-pro", { read: (name) => Promise.resolve(parameterOf(stack, name)) });

const callsOf = (
  requests: readonly { readonly method: string; readonly url: URL; readonly headers: object }[],
): string[] =>
  requests.map(({ method, url, headers }) => `${method} ${url.href}${"cpro-account" in headers ? " account" : ""}`);

describe("an API beyond the catalogue", () => {
  const stack = stackWith({ apis: [METEO], pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr" });

  it("sets the refresher's scope, and is complete in the description", () => {
    const { environment } = stack.only("aws_lambda_function", {
      function_name: "piste-qualif-chorus-pro-token-refresh",
    }) as { environment: { variables: Record<string, string> } };
    expect(environment.variables["PISTE_SCOPE"]).toBe("openid");
    expect(JSON.parse(parameterOf(stack, PARAMETER))).toMatchObject({ apis: [METEO], scope: "openid" });
    const other = stackWith({ apis: [{ ...METEO, scope: "meteo.read" }] });
    expect(JSON.parse(parameterOf(other, PARAMETER))).toMatchObject({ scope: "meteo.read" });
  });

  it("is refused if it is in the catalogue, naming the application", () => {
    expect(() => stackWith({ apis: [{ name: "factures", basePath: "/cpro/factures/v1" }] })).toThrow(
      "applications[0]: apis[0].name must not be, contain or lie below /factures/v1 of chorus-pro-factures",
    );
  });

  it("is refused if the description would not fit into a parameter", () => {
    expect(() => stackWith({ apis: [{ ...METEO, basePath: `/${"x".repeat(4000)}` }] })).toThrow("at most 4096 bytes");
  });

  it("is checked by the doctor", async () => {
    const fixture = new DoctorFixture({ apis: [METEO], accounts: [] });
    fixture.aws.describe(await believed(stack));
    const { platform } = fixture.aws.piste;
    platform.settings = { ...platform.settings, apis: [METEO] };
    const { ready, steps } = await fixture.examine();
    expect([ready, steps.find(({ id }) => id === "Q3")?.status]).toEqual([true, "done"]);
    expect(callsOf(fixture.requests)).toEqual([SENT, SENT]);
  });

  it("can be called by the command and by the client", async () => {
    const fixture = openFixture();
    fixture.aws.describe(await believed(stack));
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, apis: [METEO] };
    const words = { address: "meteo/health", readInput: () => Promise.resolve("") };
    await call(fixture.session, words, { timeoutInSeconds: 30 });
    expect(callsOf(fixture.requests)).toEqual([SENT]);

    const world = new World();
    world.piste.platform.settings = { ...world.piste.platform.settings, apis: [METEO] };
    expect((await world.client().fetch(METEO_PING)).ok).toBe(true);
    expect(callsOf(world.requests)).toEqual([SENT]);
  });

  it("is pinged by the connection check", async () => {
    const fixture = openCheck({ apis: [METEO], accounts: [] });
    fixture.parameters.set(PARAMETER, parameterOf(stack, PARAMETER));
    expect(await fixture.check()).toMatchObject({ outcome: "checked", refused: 0, unknown: 0 });
    expect(callsOf(fixture.requests)).toEqual([SENT, SENT]);
  });

  it("is called without the technical account of the other APIs", async () => {
    const both = await believed(
      stackWith({ apis: ["chorus-pro-factures", METEO], technicalAccounts: [configured("default")] }),
    );
    expect(both.accounts.map(({ secret }) => secret)).toEqual([
      technicalAccountSecretName("qualif", "chorus-pro", "default"),
    ]);
    const fixture = new DoctorFixture({ apis: ["chorus-pro-factures", METEO] });
    fixture.aws.describe(both);
    const { platform } = fixture.aws.piste;
    platform.settings = { ...platform.settings, apis: [METEO] };
    expect((await fixture.examine()).ready).toBe(true);
    const calls = callsOf(fixture.requests);
    expect(calls).toContain(SENT);
    expect(calls.filter((made) => made.endsWith(" account"))).toEqual([
      "POST https://sandbox-api.piste.gouv.fr/cpro/factures/v1/rechercher/fournisseur account",
    ]);
  });
});
