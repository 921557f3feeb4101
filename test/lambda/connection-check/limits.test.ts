import { describe, expect, it } from "@jest/globals";
import { transportTo } from "../../../emulator";
import {
  CHECK_DEADLINE_IN_SECONDS,
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
} from "../../../lambda/connection-check/contract";
import { cleanEnvironment } from "../../../aws/local/environment";
import { createHandler } from "../../../lambda/connection-check/handler";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { NetworkError } from "../../../piste/http";
import { openCheck, START, type CheckOptions } from "./fixture";

const accounts = (count: number): string[] => Array.from({ length: count }, (_, index) => `account-${index}`);

/** PISTE with slow answers. */
const slow =
  (seconds: number): CheckOptions["transport"] =>
  (piste, clock) =>
  (request) => {
    clock.forward(seconds);
    return transportTo(piste)(request);
  };

describe("300 accounts", () => {
  it("are all checked, four in parallel", async () => {
    let running = 0;
    let most = 0;
    const fixture = openCheck({
      accounts: accounts(300),
      transport: (piste) => async (request) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return transportTo(piste)(request);
      },
    });
    expect(fixture.parameters.size).toBeGreaterThan(10);
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 0 });
    expect(fixture.requests).toHaveLength(1 + 300 * 4);
    expect(fixture.found()).toHaveLength(1200);
    expect(most).toBe(4);
  });

  it("that are refused are each sent once over many checks", async () => {
    const fixture = openCheck({ accounts: accounts(300) });
    for (const name of accounts(300)) {
      fixture.piste.platform.addAccount({ ...fixture.credentialsOf(name), password: "changed on the portal" });
    }
    for (let run = 0; run < 3; run++) {
      fixture.storeToken();
      expect(await fixture.check()).toMatchObject({ refused: 300 });
    }
    expect(accounts(300).map((name) => fixture.timesSent(fixture.credentialsOf(name)))).toEqual(Array(300).fill(1));
  });

  it("are all checked in time if each of four calls takes 2.5 s", async () => {
    // Lambda's maximum.
    expect(FUNCTION_TIMEOUT_IN_SECONDS).toBe(900);
    let underWay = 0;
    const fixture = openCheck({
      accounts: accounts(300),
      // Parallel calls share the time of one.
      transport: (piste, clock) => async (request) => {
        underWay++;
        await new Promise(setImmediate);
        clock.forward(2.5 / underWay);
        await new Promise(setImmediate);
        underWay--;
        return transportTo(piste)(request);
      },
    });
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 0 });
    const seconds = fixture.clock.now() / 1000 - START;
    expect(seconds).toBeGreaterThan(700);
    expect(seconds).toBeLessThan(CHECK_DEADLINE_IN_SECONDS);
  });

  it("are each checked now and then if the time is always too short", async () => {
    let chance = 0;
    const fixture = openCheck({
      accounts: accounts(300),
      transport: slow(10),
      random: () => chance,
    });
    const checked = new Set<unknown>();
    for (const each of [0, 0.2, 0.4, 0.6, 0.8]) {
      chance = each;
      fixture.storeToken();
      fixture.lines.length = 0;
      await fixture.check();
      for (const { account, outcome } of fixture.found()) if (outcome === "fine") checked.add(account);
    }
    expect(checked.size).toBeGreaterThan(70);
    expect([...checked]).toEqual(expect.arrayContaining(["account-0", "account-60", "account-120", "account-240"]));
  });

  it("beyond the time are unknown, and the check ends in time", async () => {
    const fixture = openCheck({ accounts: accounts(300), transport: slow(10) });
    const current = fixture.secrets.current.bind(fixture.secrets);
    let described = 0;
    fixture.secrets.current = (name) => {
      described++;
      return current(name);
    };
    await fixture.check();
    // Leaves time for the report, even if AWS is slow.
    expect(described).toBeLessThan(40);
    expect(fixture.clock.now()).toBeLessThanOrEqual((START + CHECK_DEADLINE_IN_SECONDS) * 1000);
    expect(fixture.requests.length).toBeGreaterThan(70);
    expect(fixture.metrics()["ConnectionUnknown"]).toBeGreaterThan(270);
    expect(fixture.metrics()).not.toHaveProperty("ConnectionRefused");
    expect(fixture.found().at(-1)).toMatchObject({ outcome: "out-of-time" });
  });
});

describe("a call", () => {
  it("takes at most ten seconds, and is not made if it might exceed the deadline", async () => {
    const fixture = openCheck({
      accounts: accounts(100),
      transport: (_, clock) => (request) => {
        if (request.headers["cpro-account"] === undefined) return Promise.resolve({ status: 200, body: "OK" });
        clock.forward(request.timeoutInMilliseconds / 1000);
        return Promise.reject(new NetworkError("timeout-read"));
      },
    });
    await fixture.check();
    expect(new Set(fixture.requests.map(({ timeoutInMilliseconds }) => timeoutInMilliseconds))).toEqual(
      new Set([10_000]),
    );
    expect(fixture.clock.now()).toBeLessThanOrEqual((START + CHECK_DEADLINE_IN_SECONDS) * 1000);
  });
});

describe("a platform failure", () => {
  it("is thrown at once when the application is not described", async () => {
    const fixture = openCheck();
    fixture.parameters.delete("/piste/qualif/chorus-pro/accounts/1");
    await expect(fixture.check()).rejects.toThrow(PlatformError);
    expect(fixture.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ outcome: "error", reason: "platform", meaning: expect.stringContaining("accounts/1") }),
    ]);
    expect(fixture.requests).toEqual([]);
  });

  it.each([
    ["{}", "does not describe an application"],
    ["canary", "does not hold JSON"],
  ])("is thrown for an invalid description: %s", async (value, says) => {
    const fixture = openCheck();
    fixture.parameters.set("/piste/qualif/chorus-pro", value);
    await expect(fixture.check()).rejects.toThrow(`the parameter /piste/qualif/chorus-pro ${says}`);
  });

  it("with one account is thrown after the others are checked and reported", async () => {
    const fixture = openCheck({ accounts: ["one", "two"] });
    const current = fixture.secrets.current.bind(fixture.secrets);
    fixture.secrets.current = (name) =>
      name.endsWith("/one") ? Promise.reject(new PlatformError("cannot describe")) : current(name);
    await expect(fixture.check()).rejects.toThrow("cannot describe");
    expect(fixture.found().filter(({ outcome }) => outcome === "fine")).toHaveLength(4);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 1 });
  });

  it("because of a bug is thrown, and no further account is sent", async () => {
    const bug = new TypeError("a bug");
    const fixture = openCheck({
      accounts: accounts(50),
      transport: (piste) => (request) =>
        request.headers["cpro-account"] === undefined ? transportTo(piste)(request) : Promise.reject(bug),
    });
    await expect(fixture.check()).rejects.toBe(bug);
    expect(fixture.requests.length).toBeLessThanOrEqual(1 + 4);
    expect(fixture.metrics()).not.toHaveProperty("ConnectionRefused");
  });

  it.each([
    [{ PISTE_API_BASE_URL: "" }, "the environment variable PISTE_API_BASE_URL is not set"],
    [{ PISTE_API_BASE_URL: "https://api.piste.gouv.fr" }, "the API gateway of qualif must be"],
    [{ PISTE_API_BASE_URL: "http://127.0.0.1:8080" }, "the API gateway of qualif must be"],
  ])("is thrown before any read: %j", async (variables, message) => {
    const fixture = openCheck({ variables });
    await expect(fixture.check()).rejects.toThrow(message);
    expect(fixture.secrets.reads).toEqual([]);
  });

  it("is thrown for a loopback address for prod, outside a local run", async () => {
    const never = (): Promise<never> => Promise.reject(new Error("something is read"));
    const run = (variables: Readonly<Record<string, string>>): Promise<unknown> =>
      createHandler({
        secrets: { read: never, answeredAt: () => undefined },
        labels: { current: never, markRefused: never },
        invokeFunction: never,
        readParameter: never,
        transport: never,
        nowInMilliseconds: Date.now,
        sleep: never,
        random: () => 0,
        variables: {
          ...encodeSettings({ environment: "prod", application: "chorus-pro", apiBaseUrl: "http://127.0.0.1:8080" }),
          ...variables,
        },
        log: () => undefined,
      })({ environment: "prod", application: "chorus-pro", operation: "check" });
    await expect(run({})).rejects.toThrow("the API gateway of prod must be https://api.piste.gouv.fr, got");
    await expect(run(cleanEnvironment("a-run"))).rejects.toThrow("something is read");
  });

  it("is thrown for another application's input", async () => {
    const { invoke, lines, secrets } = openCheck();
    await expect(invoke({ environment: "qualif", application: "chorus-pro", operation: "tick" })).rejects.toThrow(
      /missing or of the wrong type: operation$/,
    );
    expect({ lines, reads: secrets.reads }).toEqual({ lines: [], reads: [] });
  });
});
