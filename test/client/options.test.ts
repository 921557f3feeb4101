import * as https from "node:https";
import { describe, expect, it } from "@jest/globals";
import { createPisteClient, type PisteClientOptions } from "../../client";
import { failureOf, STRUCTURES, TOKEN_SECRET, World } from "./fixture";
import { ENVIRONMENTS } from "../../piste/environments";

const made =
  (options: PisteClientOptions, variables: Record<string, string> = { PISTE_ENVIRONMENT: "qualif" }) =>
  () =>
    new World().client(options, variables);

describe("createPisteClient", () => {
  it("needs no option with complete environment variables, and reads nothing yet", () => {
    const before = { ...process.env };
    try {
      process.env["PISTE_ENVIRONMENT"] = "prod";
      expect(Object.keys(createPisteClient())).toEqual(["getToken", "fetch"]);
    } finally {
      process.env = before;
    }
  });

  it("explains how to set a missing environment", () => {
    expect(made({}, {})).toThrow(
      "environment must be given, or PISTE_ENVIRONMENT set, as `environmentVariables` of PisteApplication does",
    );
    expect(made({}, { PISTE_ENVIRONMENT: "" })).toThrow("environment must be given");
  });

  it.each<[PisteClientOptions, string]>([
    [{ environment: "test" as "prod" }, `environment must be one of ${ENVIRONMENTS.join(", ")}, got "test"`],
    [{ application: "Chorus Pro" }, "application must be 1 to 30 lower-case letters, digits and inner hyphens, got"],
    [{ account: "a/b" }, "account must be 1 to 30 lower-case letters"],
    [{ reserveInMinutes: 0 }, "reserveInMinutes must be from 1 to 30, got 0"],
    [{ reserveInMinutes: 31 }, "reserveInMinutes must be from 1 to 30, got 31"],
    [{ minimumSecondsLeft: -1 }, "minimumSecondsLeft must be a number of seconds, 0 or more, got -1"],
    [{ timeoutInSeconds: NaN }, "timeoutInSeconds must be above 0 and at most 2147483, got NaN"],
    [
      { tokenSecretArn: "piste/qualif/chorus-pro/token" },
      "tokenSecretArn must be the complete ARN of the secret piste/qualif/chorus-pro/token, got",
    ],
    [
      { accountSecretArns: { default: "x" } },
      'accountSecretArns.default must be the complete ARN of the secret piste/qualif/chorus-pro/technical-account/default, got "x"',
    ],
  ])("refuses %p", (options, message) => {
    expect(made(options)).toThrow(message);
  });

  const arn = (name: string): string => `arn:aws:secretsmanager:eu-west-3:123456789012:secret:${name}-AbCdEf`;

  it.each<[string, PisteClientOptions, string, string]>([
    ["production's token", { tokenSecretArn: arn("piste/prod/chorus-pro/token") }, "tokenSecretArn", "token"],
    ["another application's", { tokenSecretArn: arn("piste/qualif/second/token") }, "tokenSecretArn", "token"],
    ["the client credentials", { tokenSecretArn: arn("piste/qualif/chorus-pro/client") }, "tokenSecretArn", "token"],
    ["one with the same ending", { tokenSecretArn: arn("x/piste/qualif/chorus-pro/token") }, "tokenSecretArn", "token"],
    [
      "an incomplete ARN",
      { tokenSecretArn: arn("piste/qualif/chorus-pro/token").slice(0, -7) },
      "tokenSecretArn",
      "token",
    ],
    [
      "production's account",
      { accountSecretArns: { default: arn("piste/prod/chorus-pro/technical-account/default") } },
      "accountSecretArns.default",
      "technical-account/default",
    ],
    [
      "another account",
      { accountSecretArns: { lyon: arn("piste/qualif/chorus-pro/technical-account/default") } },
      "accountSecretArns.lyon",
      "technical-account/lyon",
    ],
  ])("refuses %s instead of qualif's own", (_, options, option, name) => {
    const given = options.tokenSecretArn ?? Object.values(options.accountSecretArns ?? {})[0];
    const expected = `${option} must be the complete ARN of the secret piste/qualif/chorus-pro/${name}, got "${given}"`;
    expect(made(options)).toThrow(expected);
  });

  it.each([
    ["PISTE_TOKEN_SECRET_ARN", "piste/prod/chorus-pro/token"],
    ["PISTE_TECHNICAL_ACCOUNT_SECRET_ARN", "piste/prod/chorus-pro/technical-account/default"],
  ])("refuses production's ARN in %s before a read", async (variable, name) => {
    const world = new World();
    world.put(arn(name), world.secrets.get(TOKEN_SECRET)?.value);
    const call = async (): Promise<unknown> =>
      world.client({ environment: "qualif" }, { [variable]: arn(name) }).fetch(STRUCTURES, { json: {} });
    expect(String(await failureOf(call()))).toContain("must be the complete ARN of the secret piste/qualif/");
    expect([world.reads, world.requests]).toEqual([[], []]);
  });

  it("refuses disabled certificate checks", () => {
    const agent = new https.Agent({ rejectUnauthorized: false });
    expect(made({ agent })).toThrow("agent must check certificates, got one whose rejectUnauthorized is false");
    made({ agent: new https.Agent({ ca: [] }) })();
  });

  it("checks a variable like its option", () => {
    const variables = { PISTE_ENVIRONMENT: "qualif", PISTE_RESERVE_IN_MINUTES: "five" };
    expect(made({}, variables)).toThrow("reserveInMinutes must be from 1 to 30, got NaN");
    made({ reserveInMinutes: 5 }, variables)();
  });
});
