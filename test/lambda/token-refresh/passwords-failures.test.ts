import { describe, expect, it } from "@jest/globals";
import { ThrottledError } from "../../../lambda/token-refresh/secret-versions";
import { FUNCTION_TIMEOUT_IN_SECONDS } from "../../../lambda/token-refresh/contract";
import { PlatformError } from "../../../lambda/shared/secret-store";
import type { SecretVersion } from "../../../piste/password-age";
import { lastLine, NOW, openWithAccounts, refusal, secretOf, storedDaysAgo } from "./accounts-fixture";
import { CREDENTIALS, metricsOf, openFixture, type Fixture } from "./fixture";

const APPLICATION = "/piste/qualif/chorus-pro";
const PAGE = `${APPLICATION}/accounts/1`;
const ANOTHERS = "piste/qualif/other/technical-account/lyon";
const LYON = {
  name: "lyon",
  structure: { identifier: "12345678901234", identifierType: "SIRET" },
  passwordLifetimeInDays: 424,
};

describe("300 accounts", () => {
  const NAMES = Array.from({ length: 300 }, (_, index) => `etablissement-${index}`);

  it("are all read once, at most 10 in parallel and 25 a second, within the function's timeout", async () => {
    let asking = 0;
    let most = 0;
    const startedAt: number[] = [];
    const version = async (): Promise<SecretVersion> => {
      startedAt.push(fixture.clock.now());
      asking += 1;
      most = Math.max(most, asking);
      await new Promise((resolve) => setImmediate(resolve));
      asking -= 1;
      return storedDaysAgo(1, "CHANGED-2026-11-23");
    };
    const fixture: Fixture = openWithAccounts(Object.fromEntries(NAMES.map((name) => [name, version])));
    expect(await fixture.run("passwords")).toMatchObject({ passwords: { accounts: 300, daysLeft: 423 } });
    const secrets = fixture.accounts.asked.filter((name) => !name.startsWith("/"));
    expect(secrets).toEqual(NAMES.map(secretOf));
    expect(most).toBe(10);
    for (const at of startedAt) {
      // A second can overlap two batches and the start of a third.
      expect(startedAt.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(30);
    }
    expect(fixture.clock.now() - NOW).toBe(29 * 400);
    expect((fixture.clock.now() - NOW) / 1000).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS);
  });

  it("are left out in time for a line that says so, if AWS is slow", async () => {
    const version = (): Promise<SecretVersion> => {
      fixture.clock.forward(0.3);
      return Promise.resolve(storedDaysAgo(1, "CHANGED-2026-11-23"));
    };
    const fixture: Fixture = openWithAccounts(Object.fromEntries(NAMES.map((name) => [name, version])));
    const error = await refusal(fixture.run("passwords"));
    expect(error.message).toBe(
      `there was no time left to list the versions of the secret ${secretOf("etablissement-70")}; ` +
        "229 more of 300 accounts failed",
    );
    expect((fixture.clock.now() - NOW) / 1000).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS - 6);
    expect(metricsOf(fixture.lines[0])).toEqual({ PasswordDaysLeft: 423, PasswordChecks: 0 });
  });
});

describe("throttling or slowness of AWS", () => {
  it("for an account leads to a second try after the others", async () => {
    let tries = 0;
    const busy = (): Promise<SecretVersion> => {
      tries += 1;
      return tries < 3 ? Promise.reject(new ThrottledError("later")) : Promise.resolve(storedDaysAgo(4));
    };
    const fixture = openWithAccounts({ busy, lyon: storedDaysAgo(1) });
    expect(await fixture.run("passwords")).toMatchObject({ passwords: { daysLeft: 420 } });
    expect(fixture.accounts.asked.slice(2)).toEqual(["busy", "lyon", "busy", "busy"].map(secretOf));
    expect(fixture.clock.pauses).toEqual([400, 400]);
  });

  it("for an account that lasts is reported before the function's timeout", async () => {
    const busy = (): Promise<SecretVersion> => Promise.reject(new ThrottledError("later"));
    const fixture = openWithAccounts({ busy });
    expect((await refusal(fixture.run("passwords"))).message).toContain(`no time left to list the versions of`);
    expect(fixture.clock.now() - NOW).toBe(20_000);
  });

  it("for the description is reported", async () => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(1) });
    const { accounts, clock } = fixture;
    const read = accounts.readParameter.bind(accounts);
    accounts.readParameter = (name) => {
      clock.forward(20);
      return read(name);
    };
    expect((await refusal(fixture.run("passwords"))).message).toBe(
      "AWS took so long that there is no time left to read the parameter /piste/qualif/chorus-pro/accounts/1",
    );
  });
});

describe("a failure", () => {
  it("of an account is thrown after the others are counted, and reported with them", async () => {
    const denied = (): Promise<SecretVersion> => Promise.reject(new PlatformError("AWS says no"));
    const fixture = openWithAccounts({ denied, lyon: storedDaysAgo(400), forbidden: denied });
    expect((await refusal(fixture.run("passwords"))).message).toBe("AWS says no; 1 more of 3 accounts failed");
    expect(fixture.lines).toHaveLength(1);
    expect(metricsOf(fixture.lines[0])).toEqual({ PasswordDaysLeft: 24, PasswordChecks: 0 });
    expect(lastLine(fixture)).toMatchObject({
      outcome: "error",
      reason: "platform",
      meaning: "AWS says no; 1 more of 3 accounts failed",
      passwords: { accounts: 3, daysLeft: 24, expiring: { first: [{ account: "lyon" }] } },
    });
  });

  it("of the only account has only its own message", async () => {
    const fixture = openWithAccounts({ lyon: () => Promise.reject(new PlatformError("AWS says no")) });
    expect((await refusal(fixture.run("passwords"))).message).toBe("AWS says no");
    expect(metricsOf(fixture.lines[0])).toEqual({ PasswordChecks: 0 });
  });

  it("of reading the description is thrown", async () => {
    const fixture = openFixture();
    expect((await refusal(fixture.run("passwords"))).message).toBe("no parameter /piste/qualif/chorus-pro");
    expect(lastLine(fixture)).toMatchObject({ outcome: "error", reason: "platform" });
  });

  it.each([
    ["/piste/qualif/chorus-pro", "", "does not hold JSON; deploy the application again"],
    [
      "/piste/qualif/chorus-pro",
      "{}",
      "does not describe an application, see environment; deploy the application again",
    ],
    [
      "/piste/qualif/chorus-pro/accounts/1",
      "1",
      "does not describe an application, see the whole value; deploy the application again",
    ],
    [
      "/piste/qualif/chorus-pro/accounts/1",
      '[{"name":1}]',
      "does not describe an application, see 0.name; deploy the application again",
    ],
  ])("is thrown for an invalid description: %s with %j", async (name, text, words) => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(1) });
    fixture.accounts.parameters.set(name, text);
    expect((await refusal(fixture.run("passwords"))).message).toBe(`the parameter ${name} ${words}`);
  });

  it.each<[string, string, object, RegExp]>([
    ["another's secret for an account", PAGE, [{ ...LYON, secret: ANOTHERS }], /account lyon/],
    ["another application", APPLICATION, { application: "other" }, /another application/],
    ["prod", APPLICATION, { environment: "prod" }, /another application/],
    ["another's token", APPLICATION, { tokenSecret: "piste/qualif/other/token" }, /tokenSecret/],
  ])("is thrown for a description of %s, without reading a secret", async (_, name, changes, says) => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(1) });
    const { parameters, asked } = fixture.accounts;
    const before = JSON.parse(parameters.get(name) ?? "") as object;
    parameters.set(name, JSON.stringify(Array.isArray(before) ? changes : { ...before, ...changes }));
    const { message } = await refusal(fixture.run("passwords"));
    expect(message).toMatch(says);
    expect(message).toContain(name);
    expect(asked.filter((one) => !one.startsWith("/"))).toEqual([]);
  });

  it("is thrown for a page longer than the maximum", async () => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(1) });
    const { parameters } = fixture.accounts;
    parameters.set(PAGE, (parameters.get(PAGE) ?? "") + " ".repeat(4096));
    expect((await refusal(fixture.run("passwords"))).message).toMatch(/4096 bytes/);
  });

  it("of the code is thrown unchanged", async () => {
    const bug = new TypeError("a bug");
    const fixture = openWithAccounts({ lyon: () => Promise.reject(bug) });
    await expect(fixture.run("passwords")).rejects.toBe(bug);
  });
});

it("no line, result or error holds a value, or a secret typed into a label by mistake", async () => {
  const CANARY = "canary-7d20";
  const fixture = openWithAccounts({
    lyon: storedDaysAgo(400, `CHANGED-${CANARY}`, CANARY),
    paris: () => Promise.reject(new PlatformError("no")),
  });
  fixture.secrets.put(secretOf("lyon"), { login: CANARY, password: CANARY });
  const error = await refusal(fixture.run("passwords"));
  fixture.accounts.versions.set(secretOf("paris"), storedDaysAgo(1));
  const result = await fixture.run("passwords");
  const shown = [...fixture.lines, JSON.stringify(result), error.message, JSON.stringify(error)].join("\n");
  expect(fixture.lines).toHaveLength(2);
  for (const secret of [CANARY, ...Object.values(CREDENTIALS)]) expect(shown).not.toContain(secret);
});
