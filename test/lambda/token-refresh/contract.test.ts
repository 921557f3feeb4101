import { describe, expect, it } from "@jest/globals";
import {
  decodeSettings,
  DEFAULT_REFRESH_SETTINGS,
  encodeSettings,
  metricDimensions,
  METRICS,
  parseInput,
  type FunctionSettings,
} from "../../../lambda/token-refresh/contract";

const settings = (changes: Partial<FunctionSettings> = {}): FunctionSettings => ({
  ...DEFAULT_REFRESH_SETTINGS,
  environment: "prod",
  application: "chorus-pro",
  tokenEndpoint: "https://oauth.piste.gouv.fr/api/oauth/token",
  scope: "openid",
  ...changes,
});

describe("the function's environment", () => {
  it("has the variables that a deployment sets", () => {
    expect(encodeSettings(settings({ clientSecretName: "shared/client" }))).toEqual({
      PISTE_ENVIRONMENT: "prod",
      PISTE_APPLICATION: "chorus-pro",
      PISTE_TOKEN_ENDPOINT: "https://oauth.piste.gouv.fr/api/oauth/token",
      PISTE_SCOPE: "openid",
      PISTE_CLIENT_SECRET_NAME: "shared/client",
      PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "30",
      PISTE_RESERVE_IN_MINUTES: "5",
    });
  });

  it.each([
    settings(),
    settings({ clientSecretName: "shared/client" }),
    settings({ outageToleranceInMinutes: 0, reserveInMinutes: 7, scope: "a b" }),
  ])("keeps settings unchanged: %j", (given) => {
    expect(decodeSettings({ ...encodeSettings(given), PATH: "/bin" })).toEqual(given);
  });

  it.each([
    "PISTE_ENVIRONMENT",
    "PISTE_APPLICATION",
    "PISTE_TOKEN_ENDPOINT",
    "PISTE_SCOPE",
    "PISTE_OUTAGE_TOLERANCE_IN_MINUTES",
    "PISTE_RESERVE_IN_MINUTES",
  ])("is refused without %s, and if it is empty", (variable) => {
    for (const value of [undefined, ""]) {
      expect(() => decodeSettings({ ...encodeSettings(settings()), [variable]: value })).toThrow(
        new Error(`the environment variable ${variable} is not set`),
      );
    }
  });

  it("is refused with invalid settings", () => {
    const variables = encodeSettings(settings());
    expect(() => decodeSettings({ ...variables, PISTE_RESERVE_IN_MINUTES: "five" })).toThrow(
      "reserveInMinutes must be a whole number from 1 to 30, got NaN",
    );
    expect(() => decodeSettings({ ...variables, PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "55" })).toThrow(
      "outageToleranceInMinutes must be at most 36",
    );
  });
});

const OWN = { environment: "prod", application: "chorus-pro" } as const;

describe("the function's input", () => {
  it.each(["tick", "refresh", "promote", "passwords"])(
    "has an environment, an application and the operation %s",
    (operation) => {
      const input = { ...OWN, operation };
      expect(parseInput({ ...input, version: "0" }, OWN)).toEqual(input);
    },
  );

  it.each([
    [{}, "environment, application, operation"],
    [{ environment: "dev", application: "chorus-pro", operation: "tick" }, "environment"],
    [{ environment: "prod", application: "", operation: "tick" }, "application"],
    [{ environment: "prod", application: "chorus-pro/../other", operation: "tick" }, "application"],
    [{ environment: "prod", application: "chorus-pro\n", operation: "tick" }, "application"],
    [{ environment: "prod", application: 5, operation: "Tick" }, "application, operation"],
    [{ environment: "prod", application: "chorus-pro" }, "operation"],
    [undefined, "the whole input"],
    ["tick", "the whole input"],
  ])("%j is refused with the fields %s", (event, fields) => {
    expect(() => parseInput(event, OWN)).toThrow(
      new Error(
        'the input must be {"environment","application","operation"}, operation one of tick, refresh, promote, passwords; ' +
          `missing or of the wrong type: ${fields}`,
      ),
    );
  });
});

describe("the metrics", () => {
  it("have the names that alarms and dashboards rely on", () => {
    expect(Object.values(METRICS).map(({ name }) => name)).toEqual([
      "Ticks",
      "SecondsToExpiry",
      "Refreshes",
      "RefreshMilliseconds",
      "Rejected",
      "Suspect",
      "Throttled",
      "Unavailable",
      "InvalidResponse",
      "Unconfigured",
      "PasswordDaysLeft",
      "PasswordChecks",
    ]);
  });

  it("have the dimensions Environment and Application", () => {
    expect(metricDimensions("prod", "chorus-pro")).toEqual({ Environment: "prod", Application: "chorus-pro" });
  });

  it("add counts, and use the longest time to expiry and the fewest days of a period", () => {
    const { passwordDaysLeft, ...others } = METRICS;
    for (const { unit, statistic } of Object.values(others)) expect(unit === "Count").toBe(statistic === "Sum");
    expect(passwordDaysLeft).toMatchObject({ unit: "Count", statistic: "Minimum" });
    expect(METRICS.secondsToExpiry).toMatchObject({ unit: "Seconds", statistic: "Maximum" });
  });
});
