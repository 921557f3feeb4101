import { describe, expect, it } from "@jest/globals";
import type { SecretVersion } from "../../../piste/password-age";
import { lastLine, NOW, openWithAccounts, secretOf, storedDaysAgo, type Accounts } from "./accounts-fixture";
import { metricsOf } from "./fixture";

describe("the operation passwords", () => {
  it("reports the smallest number of days in its result, its log line and its metrics", async () => {
    const fixture = openWithAccounts({
      lyon: storedDaysAgo(3, "CHANGED-2026-11-21"),
      paris: storedDaysAgo(1, "CHANGED-2026-11-20"),
      lille: storedDaysAgo(2, "CHANGED-2026-11-22"),
    });
    const result = await fixture.run("passwords", "the-id");
    expect(result).toEqual({
      outcome: "reported",
      reason: "enough-days",
      passwords: { accounts: 3, daysLeft: 420 },
    });
    expect(fixture.lines).toHaveLength(1);
    expect(metricsOf(fixture.lines[0])).toEqual({ PasswordDaysLeft: 420, PasswordChecks: 1 });
    expect(lastLine(fixture)).toMatchObject({
      _aws: { Timestamp: NOW },
      Environment: "qualif",
      Application: "chorus-pro",
      operation: "passwords",
      requestId: "the-id",
      // Drops undefined members, as the log line does.
      ...(JSON.parse(JSON.stringify(result)) as object),
    });
  });

  it("reads no secret, does not call PISTE and needs no settings of a refresh", async () => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(3) }, { variables: { PISTE_SCOPE: "" } });
    await fixture.run("passwords");
    expect(fixture.secrets.reads).toEqual([]);
    expect(fixture.secrets.writes).toEqual([]);
    expect(fixture.requests).toEqual([]);
    expect(fixture.accounts.asked).toEqual([
      "/piste/qualif/chorus-pro",
      "/piste/qualif/chorus-pro/accounts/1",
      secretOf("lyon"),
    ]);
  });

  it("uses each account's own lifetime", async () => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(3) }, { lifetime: 90 });
    expect(await fixture.run("passwords")).toMatchObject({ passwords: { daysLeft: 87 } });
  });

  it("uses the label's date, not the version's, and names accounts without a label", async () => {
    const fixture = openWithAccounts({
      labelled: storedDaysAgo(0, "CHANGED-2026-11-14"),
      unlabelled: storedDaysAgo(5),
    });
    expect(await fixture.run("passwords")).toMatchObject({
      passwords: { daysLeft: 414, withoutDate: { first: ["unlabelled"], more: 0 } },
    });
  });

  it("ignores malformed and future labels, and says so", async () => {
    const fixture = openWithAccounts({
      lyon: storedDaysAgo(5, "CHANGED-2026-13-01"),
      paris: storedDaysAgo(6, "CHANGED-2027-01-01", "CHANGED-2026-11-01"),
    });
    expect(await fixture.run("passwords")).toMatchObject({
      passwords: {
        daysLeft: 401,
        withoutDate: { first: ["lyon"], more: 0 },
        ignoredLabels: {
          first: [
            { account: "paris", label: "CHANGED-2027-01-01", why: "in the future" },
            { account: "lyon", label: "CHANGED-2026-13-01", why: "malformed" },
          ],
          more: 0,
        },
      },
    });
  });

  it("names accounts with fewer than 30 days, the most urgent first, with the next step", async () => {
    const fixture = openWithAccounts({
      soon: storedDaysAgo(424 - 29),
      later: storedDaysAgo(424 - 30),
      gone: storedDaysAgo(1, "CHANGED-2025-09-24"),
    });
    expect(await fixture.run("passwords")).toMatchObject({
      outcome: "reported",
      reason: "expiring",
      meaning:
        "The password of the technical account gone had to be changed by 2026-11-22. Its structure's gestionnaire " +
        "principal changes it on the Chorus Pro portal; then store it with the label CHANGED-<yyyy-mm-dd>, the day of " +
        "the change.",
      passwords: {
        daysLeft: -2,
        expiring: {
          first: [
            { account: "gone", daysLeft: -2, changedOn: "2025-09-24", changeBy: "2026-11-22", from: "label" },
            { account: "soon", daysLeft: 29, changedOn: "2025-10-25", changeBy: "2026-12-23", from: "version" },
          ],
          more: 0,
        },
      },
    });
    expect(metricsOf(fixture.lines[0])).toEqual({ PasswordDaysLeft: -2, PasswordChecks: 1 });
  });

  it.each([
    [424, "has to be changed by 2026-11-24."],
    [425, "had to be changed by 2026-11-23."],
  ])("says about a password of %i days that it %s", async (days, words) => {
    const fixture = openWithAccounts({ lyon: storedDaysAgo(days) });
    expect((await fixture.run("passwords")).meaning).toContain(words);
  });

  it("names accounts that Chorus Pro refused, and counts them as usual", async () => {
    const fixture = openWithAccounts({
      lyon: storedDaysAgo(3, "CHANGED-2026-11-20", "REFUSED"),
      paris: storedDaysAgo(3, "CHANGED-2026-11-21"),
    });
    expect(await fixture.run("passwords")).toEqual({
      outcome: "reported",
      reason: "enough-days",
      passwords: { accounts: 2, daysLeft: 420, refused: { first: ["lyon"], more: 0 } },
    });
  });

  it("skips accounts without a value, and names them", async () => {
    const fixture = openWithAccounts({ empty: undefined, lyon: storedDaysAgo(0, "CHANGED-2026-11-24") });
    expect(await fixture.run("passwords")).toEqual({
      outcome: "reported",
      reason: "enough-days",
      passwords: { accounts: 2, daysLeft: 424, withoutValue: { first: ["empty"], more: 0 } },
    });
  });

  it.each<[string, Accounts]>([
    ["no account has a value", { empty: undefined }],
    ["there is no account", {}],
  ])("is healthy and reports no days when %s", async (_, accounts) => {
    const fixture = openWithAccounts(accounts);
    expect(await fixture.run("passwords")).toMatchObject({ outcome: "reported", reason: "no-value" });
    expect(metricsOf(fixture.lines[0])).toEqual({ PasswordChecks: 1 });
  });

  it("names at most 20 accounts of each kind, and the number of others", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `etablissement-${index}`);
    const version = (index: number): SecretVersion | undefined =>
      index < 60 ? undefined : storedDaysAgo(400 + (index % 10), "REFUSED", "CHANGED-x");
    const fixture = openWithAccounts(Object.fromEntries(names.map((name, index) => [name, version(index)])));
    const { passwords } = await fixture.run("passwords");
    const { withoutValue, expiring, refused, withoutDate, ignoredLabels } = passwords ?? {};
    expect(withoutValue).toEqual({ first: names.slice(0, 20), more: 40 });
    for (const list of [expiring, refused, withoutDate, ignoredLabels]) {
      expect(list?.first).toHaveLength(20);
      expect(list?.more).toBe(220);
    }
    // 24 of the 300 accounts are the oldest.
    for (const { daysLeft } of expiring?.first ?? []) expect(daysLeft).toBe(424 - 409);
    expect(fixture.lines[0]?.length).toBeLessThan(10_000);
  });
});
