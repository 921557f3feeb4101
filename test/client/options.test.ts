import { describe, expect, it } from "@jest/globals";
import { createPisteClient, type PisteClientOptions } from "../../client";
import { World } from "./fixture";
import { ENVIRONMENTS } from "../../piste/environments";

const made =
  (options: PisteClientOptions, variables: Record<string, string> = { PISTE_ENVIRONMENT: "qualif" }) =>
  () =>
    new World().client(options, variables);

describe("createPisteClient", () => {
  it("needs no option where the environment variables say all, and reads nothing yet", () => {
    const before = { ...process.env };
    try {
      process.env["PISTE_ENVIRONMENT"] = "prod";
      expect(Object.keys(createPisteClient())).toEqual(["getToken", "fetch"]);
    } finally {
      process.env = before;
    }
  });

  it("says how the environment is given when it is not", () => {
    expect(made({}, {})).toThrow(
      "environment must be given, or PISTE_ENVIRONMENT be set, as `environmentVariables` of PisteApplication does",
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
    [{ tokenSecretArn: "piste/qualif/chorus-pro/token" }, "tokenSecretArn must be the complete ARN of a secret, got"],
    [
      { accountSecretArns: { default: "x" } },
      'accountSecretArns.default must be the complete ARN of a secret, got "x"',
    ],
  ])("refuses %p", (options, message) => {
    expect(made(options)).toThrow(message);
  });

  it("refuses a variable as it refuses the option in its place", () => {
    const variables = { PISTE_ENVIRONMENT: "qualif", PISTE_RESERVE_IN_MINUTES: "five" };
    expect(made({}, variables)).toThrow("reserveInMinutes must be from 1 to 30, got NaN");
    made({ reserveInMinutes: 5 }, variables)();
  });
});
