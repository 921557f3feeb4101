import { describe, expect, it } from "@jest/globals";
import { ThrottledError } from "../../../lambda/token-refresh/account-store";
import { FUNCTION_TIMEOUT_IN_SECONDS } from "../../../lambda/token-refresh/contract";
import { PlatformError } from "../../../lambda/shared/secret-store";
import type { SecretVersion } from "../../../piste/password-age";
import { lastLine, NOW, openWithAccounts, refusal, secretOf, storedDaysAgo } from "./accounts-workshop";
import { CREDENTIALS, metricsOf, openWorkshop, type Workshop } from "./surroundings";

describe("300 accounts", () => {
  const NAMES = Array.from({ length: 300 }, (_, index) => `etablissement-${index}`);

  it("are all asked about once, at no more than 10 at once and 25 a second, in the function's time", async () => {
    let asking = 0;
    let most = 0;
    const startedAt: number[] = [];
    const version = async (): Promise<SecretVersion> => {
      startedAt.push(workshop.clock.now());
      asking += 1;
      most = Math.max(most, asking);
      await new Promise((resolve) => setImmediate(resolve));
      asking -= 1;
      return storedDaysAgo(1, "CHANGED-2026-11-23");
    };
    const workshop: Workshop = openWithAccounts(Object.fromEntries(NAMES.map((name) => [name, version])));
    expect(await workshop.run("passwords")).toMatchObject({ passwords: { accounts: 300, daysLeft: 423 } });
    const secrets = workshop.accounts.asked.filter((name) => !name.startsWith("/"));
    expect(secrets).toEqual(NAMES.map(secretOf));
    expect(most).toBe(10);
    for (const at of startedAt) {
      // Two batches, and the first of a third, touch a second.
      expect(startedAt.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(30);
    }
    expect(workshop.clock.now() - NOW).toBe(29 * 400);
    expect((workshop.clock.now() - NOW) / 1000).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS);
  });

  it("are given up on in time for a line that says so, when AWS is slow", async () => {
    const version = (): Promise<SecretVersion> => {
      workshop.clock.forward(0.3);
      return Promise.resolve(storedDaysAgo(1, "CHANGED-2026-11-23"));
    };
    const workshop: Workshop = openWithAccounts(Object.fromEntries(NAMES.map((name) => [name, version])));
    const error = await refusal(workshop.run("passwords"));
    expect(error.message).toBe(
      `there was no time left to list the versions of the secret ${secretOf("etablissement-70")}; ` +
        "and so of 229 more of 300 accounts",
    );
    expect((workshop.clock.now() - NOW) / 1000).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS - 6);
    expect(metricsOf(workshop.lines[0])).toEqual({ PasswordDaysLeft: 423 });
  });
});

describe("when AWS has no time", () => {
  it("for an account, it is asked again after the others", async () => {
    let tries = 0;
    const busy = (): Promise<SecretVersion> => {
      tries += 1;
      return tries < 3 ? Promise.reject(new ThrottledError("later")) : Promise.resolve(storedDaysAgo(4));
    };
    const workshop = openWithAccounts({ busy, lyon: storedDaysAgo(1) });
    expect(await workshop.run("passwords")).toMatchObject({ passwords: { daysLeft: 420 } });
    expect(workshop.accounts.asked.slice(2)).toEqual(["busy", "lyon", "busy", "busy"].map(secretOf));
    expect(workshop.clock.pauses).toEqual([400, 400]);
  });

  it("for an account all along, that is said before the function's time is up", async () => {
    const busy = (): Promise<SecretVersion> => Promise.reject(new ThrottledError("later"));
    const workshop = openWithAccounts({ busy });
    expect((await refusal(workshop.run("passwords"))).message).toContain(`no time left to list the versions of`);
    expect(workshop.clock.now() - NOW).toBe(20_000);
  });

  it("for the description, that is said", async () => {
    const workshop = openWithAccounts({ lyon: storedDaysAgo(1) });
    const { accounts, clock } = workshop;
    const read = accounts.readParameter.bind(accounts);
    accounts.readParameter = (name) => {
      clock.forward(20);
      return read(name);
    };
    expect((await refusal(workshop.run("passwords"))).message).toBe(
      "AWS took so long that there is no time left to read the parameter /piste/qualif/chorus-pro/accounts/1",
    );
  });
});

describe("what AWS refuses", () => {
  it("of an account is thrown after the others were counted, and said with them", async () => {
    const denied = (): Promise<SecretVersion> => Promise.reject(new PlatformError("AWS says no"));
    const workshop = openWithAccounts({ denied, lyon: storedDaysAgo(400), forbidden: denied });
    expect((await refusal(workshop.run("passwords"))).message).toBe("AWS says no; and so of 1 more of 3 accounts");
    expect(workshop.lines).toHaveLength(1);
    expect(metricsOf(workshop.lines[0])).toEqual({ PasswordDaysLeft: 24 });
    expect(lastLine(workshop)).toMatchObject({
      outcome: "error",
      reason: "platform",
      meaning: "AWS says no; and so of 1 more of 3 accounts",
      passwords: { accounts: 3, daysLeft: 24, expiring: { first: [{ account: "lyon" }] } },
    });
  });

  it("of the only account is its message alone", async () => {
    const workshop = openWithAccounts({ lyon: () => Promise.reject(new PlatformError("AWS says no")) });
    expect((await refusal(workshop.run("passwords"))).message).toBe("AWS says no");
    expect(metricsOf(workshop.lines[0])).toEqual({});
  });

  it("of the description is thrown", async () => {
    const workshop = openWorkshop();
    expect((await refusal(workshop.run("passwords"))).message).toBe("no parameter /piste/qualif/chorus-pro");
    expect(lastLine(workshop)).toMatchObject({ outcome: "error", reason: "platform" });
  });

  it.each([
    ["/piste/qualif/chorus-pro", "", "does not hold JSON; deploy the application again"],
    ["/piste/qualif/chorus-pro", "{}", "does not describe an application, see environment; deploy it again"],
    [
      "/piste/qualif/chorus-pro/accounts/1",
      "1",
      "does not describe an application, see the whole value; deploy it again",
    ],
    [
      "/piste/qualif/chorus-pro/accounts/1",
      '[{"name":1}]',
      "does not describe an application, see 0.name; deploy it again",
    ],
  ])("is a description that is none: %s holding %j", async (name, text, words) => {
    const workshop = openWithAccounts({ lyon: storedDaysAgo(1) });
    workshop.accounts.parameters.set(name, text);
    expect((await refusal(workshop.run("passwords"))).message).toBe(`the parameter ${name} ${words}`);
  });

  it("is not a bug, which is thrown as it is", async () => {
    const bug = new TypeError("a bug");
    const workshop = openWithAccounts({ lyon: () => Promise.reject(bug) });
    await expect(workshop.run("passwords")).rejects.toBe(bug);
  });
});

it("no line, result or error holds what a label was given by mistake, or a value", async () => {
  const CANARY = "canary-7d20";
  const workshop = openWithAccounts({
    lyon: storedDaysAgo(400, `CHANGED-${CANARY}`, CANARY),
    paris: () => Promise.reject(new PlatformError("no")),
  });
  workshop.secrets.put(secretOf("lyon"), { login: CANARY, password: CANARY });
  const error = await refusal(workshop.run("passwords"));
  workshop.accounts.versions.set(secretOf("paris"), storedDaysAgo(1));
  const result = await workshop.run("passwords");
  const shown = [...workshop.lines, JSON.stringify(result), error.message, JSON.stringify(error)].join("\n");
  expect(workshop.lines).toHaveLength(2);
  for (const secret of [CANARY, ...Object.values(CREDENTIALS)]) expect(shown).not.toContain(secret);
});
