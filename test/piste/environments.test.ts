import { describe, expect, it } from "@jest/globals";
import {
  checkApiBaseUrl,
  checkTokenEndpoint,
  ENVIRONMENTS,
  HOSTS,
  isProduction,
  parseEnvironment,
  TOKEN_ENDPOINT_PATH,
  type Environment,
} from "../../piste/environments";

const LOOPBACK_ALLOWED = true;
const LOOPBACK_REFUSED = false;

function refusal(address: string, environment: Environment = "qualif", allowLoopback = LOOPBACK_ALLOWED): string {
  try {
    checkTokenEndpoint(address, environment, allowLoopback);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${address} was accepted`);
}

describe("the hosts", () => {
  it("are those in PISTE's documentation", () => {
    expect(HOSTS).toMatchObject({
      qualif: {
        tokenEndpoint: "https://sandbox-oauth.piste.gouv.fr/api/oauth/token",
        apiBaseUrl: "https://sandbox-api.piste.gouv.fr",
      },
      prod: {
        tokenEndpoint: "https://oauth.piste.gouv.fr/api/oauth/token",
        apiBaseUrl: "https://api.piste.gouv.fr",
      },
    });
    expect(TOKEN_ENDPOINT_PATH).toBe("/api/oauth/token");
  });
});

describe("parseEnvironment", () => {
  it.each(ENVIRONMENTS)("knows %s", (environment) => {
    expect(parseEnvironment(environment)).toBe(environment);
  });

  it.each(["production", "Prod", "", undefined])("refuses %j and lists the environments", (value) => {
    expect(() => parseEnvironment(value)).toThrow(
      new Error(`environment must be one of ${ENVIRONMENTS.join(", ")}, got ${JSON.stringify(value)}`),
    );
  });
});

describe("checkTokenEndpoint", () => {
  it.each(ENVIRONMENTS)("accepts the pinned address of %s, with and without loopback", (environment) => {
    const pinned = HOSTS[environment].tokenEndpoint;
    expect(checkTokenEndpoint(pinned, environment, LOOPBACK_ALLOWED).href).toBe(pinned);
    expect(checkTokenEndpoint(pinned, environment, LOOPBACK_REFUSED).href).toBe(pinned);
  });

  it.each([
    ["qualif", HOSTS.prod.tokenEndpoint],
    ["prod", HOSTS.qualif.tokenEndpoint],
  ] as const)("refuses %s with the other environment's host", (environment, address) => {
    expect(refusal(address, environment)).toBe(
      `the token endpoint of ${environment} must be ${HOSTS[environment].tokenEndpoint} or a loopback address, got ${address}`,
    );
  });

  it.each([
    ["plain http", "http://sandbox-oauth.piste.gouv.fr/api/oauth/token"],
    ["a path without /api", "https://sandbox-oauth.piste.gouv.fr/oauth/token"],
    ["a trailing slash", "https://sandbox-oauth.piste.gouv.fr/api/oauth/token/"],
    ["another port", "https://sandbox-oauth.piste.gouv.fr:8443/api/oauth/token"],
    ["a query", "https://sandbox-oauth.piste.gouv.fr/api/oauth/token?x=1"],
    ["a host that only begins like PISTE's", "https://sandbox-oauth.piste.gouv.fr.example.org/api/oauth/token"],
    ["PISTE's host as userinfo", "https://sandbox-oauth.piste.gouv.fr@example.org/api/oauth/token"],
    ["a dead host", "https://api-qualif.piste.gouv.fr/api/oauth/token"],
    ["a private address", "http://192.168.0.1/api/oauth/token"],
    ["the unspecified address", "http://0.0.0.0/api/oauth/token"],
    ["a host that only begins like loopback", "http://127.0.0.1.example.org/api/oauth/token"],
    ["nothing", ""],
  ])("refuses %s", (_, address) => {
    expect(refusal(address)).toContain("the token endpoint of qualif must be");
  });

  it.each(["http://127.0.0.1:8080/api/oauth/token", "http://localhost/token", "http://[::1]:1/api/oauth/token"])(
    "accepts %s only if a loopback address is allowed",
    (address) => {
      expect(checkTokenEndpoint(address, "prod", LOOPBACK_ALLOWED).href).toBe(address);
      expect(refusal(address, "prod", LOOPBACK_REFUSED)).toBe(
        `the token endpoint of prod must be ${HOSTS.prod.tokenEndpoint}, got ${address}`,
      );
    },
  );

  it.each([
    "https://user:canary@sandbox-oauth.piste.gouv.fr/api/oauth/token",
    "https://user:canary@example.org/api/oauth/token?password=canary#canary",
    "http://user:canary@127.0.0.1/api/oauth/token",
    "https://user:canary@",
  ])("refuses credentials in the address %s without repeating them", (address) => {
    const message = refusal(address);
    expect(message).not.toContain("canary");
    expect(message).not.toContain("user");
  });

  it("does not repeat an address whose user name looks like a scheme", () => {
    expect(refusal("user:canary@oauth.piste.gouv.fr/api/oauth/token")).not.toContain("canary");
  });

  it("refuses a password without a user name on a loopback address", () => {
    expect(refusal("http://:canary@127.0.0.1:8080/api/oauth/token")).not.toContain("canary");
  });

  it("refuses an invalid address without repeating it", () => {
    expect(refusal("canary")).toMatch(/, got something that is not a web address$/);
  });
});

describe("checkApiBaseUrl", () => {
  it.each(ENVIRONMENTS)("accepts only the gateway of %s", (environment) => {
    const pinned = HOSTS[environment].apiBaseUrl;
    expect(checkApiBaseUrl(pinned, environment, LOOPBACK_REFUSED).origin).toBe(pinned);
    const other = HOSTS[isProduction(environment) ? "qualif" : "prod"].apiBaseUrl;
    expect(() => checkApiBaseUrl(other, environment, LOOPBACK_ALLOWED)).toThrow(
      `the API gateway of ${environment} must be ${pinned} or a loopback address, got ${other}/`,
    );
  });

  it("accepts a loopback address only if it is allowed", () => {
    expect(checkApiBaseUrl("http://127.0.0.1:8080", "qualif", LOOPBACK_ALLOWED).port).toBe("8080");
    expect(() => checkApiBaseUrl("http://127.0.0.1:8080", "qualif", LOOPBACK_REFUSED)).toThrow(/must be https:/);
  });
});
