import { describe, expect, it } from "@jest/globals";
import { technicalAccountSecretName } from "../../../piste/names";
import { setAccount } from "../../../cli/credentials/set-account";
import { TEST, OLD, withToken, piping, expectNothingSeen } from "./accounts";
import {
  ACCOUNT,
  ACCOUNT_SECRET,
  CHORUS_PRO,
  CTRL_C,
  describedAccount,
  description,
  english,
  everythingOf,
  failureOf,
  type Fixture,
  openFixture,
} from "./fixture";

describe("with --no-test", () => {
  const NO_TEST = { test: false };

  it("stores an account with only the rights to read the description and write, and sends nothing", async () => {
    const fixture = openFixture({ piped: { ...ACCOUNT, changedOn: "2026-11-01" } });
    for (const permission of [
      "secretsmanager:ListSecretVersionIds",
      "secretsmanager:GetSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
      "lambda:InvokeFunction",
    ] as const) {
      fixture.aws.refuse(permission);
    }
    await setAccount(fixture.session, NO_TEST);
    expect(fixture.aws.asked).toEqual([
      "applications",
      `store ${ACCOUNT_SECRET} AWSCURRENT CHANGED-2026-11-01`,
      `versions ${ACCOUNT_SECRET}`,
    ]);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(fixture.piste.recentCalls()).toEqual([]);
    expect(english(fixture)).toMatch(/current, but not tried/);
    expectNothingSeen(fixture);
  });

  /** A secret with the maximum number of labels: a dated password a version. */
  function full(): Fixture {
    const fixture = openFixture({ piped: { ...ACCOUNT, changedOn: "2026-11-01" } });
    for (let year = 2000; year < 2018; year++) {
      fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", `CHANGED-${year}-11-01`]);
    }
    return fixture;
  }

  it("removes the labels of older passwords, if AWS allows it", async () => {
    const fixture = openFixture({ piped: { ...ACCOUNT, changedOn: "2026-11-01" } });
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2024-08-01"]);
    fixture.aws.put(ACCOUNT_SECRET, OLD, ["AWSCURRENT", "CHANGED-2025-10-01"]);
    await setAccount(fixture.session, NO_TEST);
    expect(Object.keys(fixture.aws.labelsOf(ACCOUNT_SECRET)).sort()).toEqual([
      "AWSCURRENT",
      "AWSPREVIOUS",
      "CHANGED-2025-10-01",
      "CHANGED-2026-11-01",
    ]);
  });

  it("removes old labels from a secret with AWS's maximum of labels", async () => {
    const fixture = full();
    await setAccount(fixture.session, NO_TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    expect(Object.keys(fixture.aws.labelsOf(ACCOUNT_SECRET))).toContain("CHANGED-2026-11-01");
  });

  it.each(["secretsmanager:ListSecretVersionIds", "secretsmanager:UpdateSecretVersionStage"] as const)(
    "says who can remove labels if %s is denied",
    async (permission) => {
      const fixture = full();
      fixture.aws.refuse(permission);
      const { text } = await failureOf(setAccount(fixture.session, NO_TEST));
      expect(text.en).toMatch(/at most 20 labels[^]*CHANGED-…[^]*Nothing was stored/);
      expect(text.en).toContain("npx piste policy operator");
      expect(text.fr).toMatch(/au plus 20 étiquettes[^]*CHANGED-…/);
      expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(OLD);
    },
  );

  it("stores by name with only the right to write", async () => {
    const fixture = openFixture({ piped: ACCOUNT });
    fixture.aws.refuse("ssm:GetParametersByPath");
    await setAccount(fixture.session, NO_TEST);
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(ACCOUNT);
    const other = technicalAccountSecretName("qualif", "editor", "mairie");
    const named = openFixture({ piped: ACCOUNT });
    named.aws.refuse("ssm:GetParametersByPath");
    named.aws.create(other);
    await setAccount(named.session, { ...NO_TEST, application: "editor", account: "mairie" });
    expect(named.aws.peek(other)).toEqual(ACCOUNT);
  });

  it("still checks the form", async () => {
    const fixture = openFixture({ piped: { ...ACCOUNT, login: "TECH_1_12345678901234@cpro.fr" } });
    await setAccount(fixture.session, NO_TEST);
    expect(english(fixture)).toMatch(/not the SIRET of the account's structure/);
  });

  it("names a secret that does not exist", async () => {
    const fixture = openFixture({ piped: ACCOUNT });
    fixture.aws.refuse("ssm:GetParametersByPath");
    const error = await failureOf(setAccount(fixture.session, { ...NO_TEST, account: "other" }));
    expect(error.text.en).toMatch(/There is no secret piste\/qualif\/chorus-pro\/technical-account\/other/);
    expectNothingSeen(fixture, error);
  });
});

describe("the account to store", () => {
  const accounts = ["mairie", "ecole"].map((name) => describedAccount(name));

  it("is the named one", async () => {
    const fixture = piping(ACCOUNT);
    fixture.aws.describe({ description: description(), accounts });
    const { secret } = describedAccount("ecole");
    fixture.aws.create(secret);
    await setAccount(fixture.session, { ...TEST, account: "ecole" });
    expect(fixture.aws.peek(secret)).toEqual(ACCOUNT);
  });

  it.each<[string, readonly ReturnType<typeof describedAccount>[], string | undefined, RegExp]>([
    ["there are several", accounts, undefined, /has several technical accounts: mairie, ecole\. Name one/],
    [
      "the named one does not exist",
      accounts,
      "canary",
      /no technical account of that name in chorus-pro: mairie, ecole/,
    ],
    ["there is none", [], undefined, /has no technical account\. Configure one/],
  ])("must be named when %s", async (_, described, account, says) => {
    const fixture = withToken({ typed: [] });
    fixture.aws.describe({ description: description(), accounts: [...described] });
    const error = await failureOf(setAccount(fixture.session, { ...TEST, account }));
    expect(error.text.en).toMatch(says);
    expect(error.owner).toBe("operator");
    expect(everythingOf(fixture, error)).not.toContain("canary");
  });

  it("is offered in a short list, even of many", async () => {
    const fixture = withToken({ typed: [] });
    const many = Array.from({ length: 300 }, (unused, index) => describedAccount(`account-${index}`));
    fixture.aws.describe({ description: description({ apis: CHORUS_PRO }), accounts: many });
    const error = await failureOf(setAccount(fixture.session, TEST));
    expect(error.text.en.length).toBeLessThan(500);
    expect(error.text.en).toMatch(/account-19, …\./);
  });
});

describe("an interruption", () => {
  it.each([0, 1, 2])("at question %i stores and sends nothing", async (questions) => {
    const fixture = withToken({ typed: [...[ACCOUNT.login, ACCOUNT.password].slice(0, questions), CTRL_C] });
    fixture.aws.put(ACCOUNT_SECRET, OLD);
    await expect(setAccount(fixture.session, TEST)).rejects.toThrow("interrupted");
    expect(fixture.aws.peek(ACCOUNT_SECRET)).toEqual(OLD);
    expect(fixture.sent(ACCOUNT.login)).toBe(0);
    expect(fixture.truth.text?.en).toBe("Nothing was stored.");
  });

  it("while storing says that the account may be stored", async () => {
    const fixture = piping(ACCOUNT);
    const store = fixture.aws.store.bind(fixture.aws);
    fixture.aws.store = async (...words) => {
      expect(fixture.truth.text?.en).toMatch(/may be stored[^]*complete, either the old or the new one/);
      return store(...words);
    };
    await setAccount(fixture.session, TEST);
    expect(fixture.truth.text?.en).toMatch(/is stored[^]*and current/);
  });
});
