import { describe, expect, it } from "@jest/globals";
import {
  decodeSettings,
  DEFAULT_REFRESH_SETTINGS,
  encodeSettings,
  metricDimensions,
  METRICS,
  parseInput,
  settingsOfApplication,
  type FunctionSettings,
} from "../../../lambda/token-refresh/contract";

const settings = (changes: Partial<FunctionSettings> = {}): FunctionSettings => ({
  ...DEFAULT_REFRESH_SETTINGS,
  tokenEndpoint: "https://oauth.piste.gouv.fr/api/oauth/token",
  scope: "openid",
  ...changes,
});

describe("the function's environment", () => {
  it("is the variables that a deployment sets", () => {
    expect(encodeSettings(settings({ clientSecretName: "shared/client" }))).toEqual({
      PISTE_TOKEN_ENDPOINT: "https://oauth.piste.gouv.fr/api/oauth/token",
      PISTE_SCOPE: "openid",
      PISTE_CLIENT_SECRET_NAME: "shared/client",
      PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "30",
      PISTE_RESERVE_IN_MINUTES: "5",
      PISTE_TICK_IN_MINUTES: "1",
    });
  });

  it.each([
    settings(),
    settings({ clientSecretName: "shared/client" }),
    settings({ outageToleranceInMinutes: 0, reserveInMinutes: 7, tickInMinutes: 2, scope: "a b" }),
  ])("gives back the settings that were put in: %j", (given) => {
    expect(decodeSettings({ ...encodeSettings(given), PATH: "/bin" })).toEqual(given);
  });

  const SHARED = settings({
    applications: { statistics: { scope: "resource.READ" }, other: { clientSecretName: "finance/client" } },
    spreadInSeconds: 2,
  });

  it("of a shared function has what differs of some of its applications, and over how long it spreads them", () => {
    const variables = encodeSettings(SHARED);
    expect(variables).toMatchObject({
      PISTE_APPLICATIONS: '{"statistics":{"scope":"resource.READ"},"other":{"clientSecretName":"finance/client"}}',
      PISTE_SPREAD_IN_SECONDS: "2",
    });
    expect(decodeSettings(variables)).toEqual(SHARED);
  });

  it.each([
    ["statistics", { scope: "resource.READ", clientSecretName: undefined }],
    ["other", { scope: "openid", clientSecretName: "finance/client" }],
    ["third", { scope: "openid", clientSecretName: undefined }],
    // A name that every object has something under.
    ["constructor", { scope: "openid", clientSecretName: undefined }],
  ])("of a shared function gives %s its own settings", (application, own) => {
    const decoded = decodeSettings(encodeSettings(SHARED));
    expect({ clientSecretName: undefined, ...settingsOfApplication(decoded, application) }).toMatchObject({
      ...own,
      outageToleranceInMinutes: 30,
    });
  });

  it.each([
    ["PISTE_APPLICATIONS", '["one"]', "PISTE_APPLICATIONS must hold applications as JSON"],
    ["PISTE_APPLICATIONS", "{", "PISTE_APPLICATIONS must hold applications as JSON"],
    ["PISTE_APPLICATIONS", '{"one":{"scopes":"openid"}}', "PISTE_APPLICATIONS must hold applications as JSON"],
    ["PISTE_SPREAD_IN_SECONDS", "6", "spreadInSeconds must be a whole number from 0 to 5, got 6"],
    ["PISTE_SPREAD_IN_SECONDS", "soon", "spreadInSeconds must be a whole number from 0 to 5, got NaN"],
  ])("with %s=%s is refused", (variable, value, message) => {
    expect(() => decodeSettings({ ...encodeSettings(settings()), [variable]: value })).toThrow(message);
  });

  it.each([
    "PISTE_TOKEN_ENDPOINT",
    "PISTE_SCOPE",
    "PISTE_OUTAGE_TOLERANCE_IN_MINUTES",
    "PISTE_RESERVE_IN_MINUTES",
    "PISTE_TICK_IN_MINUTES",
  ])("without %s is refused by its name, absent or empty", (variable) => {
    for (const value of [undefined, ""]) {
      expect(() => decodeSettings({ ...encodeSettings(settings()), [variable]: value })).toThrow(
        new Error(`the environment variable ${variable} is not set`),
      );
    }
  });

  it("is refused where it does not fit the rules of the settings", () => {
    const variables = encodeSettings(settings());
    expect(() => decodeSettings({ ...variables, PISTE_RESERVE_IN_MINUTES: "five" })).toThrow(
      "reserveInMinutes must be a whole number from 1 to 30, got NaN",
    );
    expect(() => decodeSettings({ ...variables, PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "55" })).toThrow(
      "outageToleranceInMinutes must be at most 36",
    );
  });
});

describe("the function's input", () => {
  it.each(["tick", "refresh", "promote", "passwords"])(
    "is an environment, an application and the operation %s",
    (operation) => {
      const input = { environment: "prod", application: "chorus-pro", operation };
      expect(parseInput({ ...input, version: "0" })).toEqual(input);
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
  ])("is refused as %j, naming %s", (event, fields) => {
    expect(() => parseInput(event)).toThrow(
      new Error(
        'the input must be {"environment","application","operation"}, operation one of tick, refresh, promote, passwords; ' +
          `missing or of the wrong kind: ${fields}`,
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
      "Errors",
      "PasswordDaysLeft",
    ]);
  });

  it("are of an environment and an application", () => {
    expect(metricDimensions("prod", "chorus-pro")).toEqual({ Environment: "prod", Application: "chorus-pro" });
  });

  it("count with their sum, and take the longest time to expiry and the fewest days of two runs in a period", () => {
    const { passwordDaysLeft, ...others } = METRICS;
    for (const { unit, statistic } of Object.values(others)) expect(unit === "Count").toBe(statistic === "Sum");
    expect(passwordDaysLeft).toMatchObject({ unit: "Count", statistic: "Minimum" });
    expect(METRICS.secondsToExpiry).toMatchObject({ unit: "Seconds", statistic: "Maximum" });
  });
});
