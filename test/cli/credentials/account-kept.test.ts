import { describe, expect, it } from "@jest/globals";
import { EXIT_CODES } from "../../../cli/command/failure";
import { setAccount } from "../../../cli/credentials/set-account";
import { TEST, OLD, withToken, expectNothingSeen } from "./accounts";
import { ACCOUNT, ACCOUNT_SECRET, english, failureOf, type Fixture, type FixtureOptions } from "./fixture";

describe("an account that was stored after a refusal", () => {
  const kept = (options: FixtureOptions): Fixture => {
    const fixture = withToken(options);
    fixture.aws.put(ACCOUNT_SECRET, ACCOUNT, ["AWSCURRENT", "CHANGED-2026-11-25", "REFUSED"]);
    return fixture;
  };

  it("is sent again only after a person's yes, and then loses the label", async () => {
    const fixture = kept({ typed: [ACCOUNT.login, ACCOUNT.password, "", true] });
    await setAccount(fixture.session, TEST);
    expect(english(fixture)).toMatch(/has refused this very password[^]*Send it once more\?/);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    const { AWSCURRENT, REFUSED } = fixture.aws.labelsOf(ACCOUNT_SECRET);
    expect(REFUSED).not.toBe(AWSCURRENT);
  });

  it.each<[string, FixtureOptions]>([
    ["when the person says no", { typed: [ACCOUNT.login, ACCOUNT.password, "", false] }],
    ["by default", { typed: [ACCOUNT.login, ACCOUNT.password, "", ""] }],
    ["from a pipe", { piped: ACCOUNT }],
  ])("is not sent %s", async (_, options) => {
    const fixture = kept(options);
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(fixture.sent(ACCOUNT.login)).toBe(0);
    expect(error.text.en).toMatch(/It was not sent again, and nothing has changed/);
    expect(EXIT_CODES[error.owner]).toBe(3);
    expectNothingSeen(fixture, error);
  });

  it("does not stop another password from being sent", async () => {
    const fixture = withToken({ piped: ACCOUNT });
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "REFUSED"]);
    await setAccount(fixture.session, TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });

  it("does not stop it if the label is on an older version, or the value cannot be read", async () => {
    const older = kept({ piped: ACCOUNT });
    older.aws.put(ACCOUNT_SECRET, OLD);
    await setAccount(older.session, TEST);
    expect(older.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    const unreadable = withToken({ piped: ACCOUNT });
    unreadable.aws.put(ACCOUNT_SECRET, "{}", ["AWSCURRENT", "REFUSED"]);
    await setAccount(unreadable.session, TEST);
    expect(unreadable.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
  });
});
