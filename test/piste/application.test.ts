import { describe, expect, it } from "@jest/globals";
import { API_NAMES, type ApiName } from "../../piste/api-catalogue";
import {
  checkApplication,
  DEFAULT_PASSWORD_LIFETIME_IN_DAYS,
  type ApplicationConfiguration,
  type TechnicalAccountConfiguration,
} from "../../piste/application";
import { ENVIRONMENTS } from "../../piste/environments";

const account = (changes: Partial<TechnicalAccountConfiguration> = {}): TechnicalAccountConfiguration => ({
  name: "default",
  structure: { identifier: "73282932000074", identifierType: "SIRET" },
  ...changes,
});

const configuration = (changes: Partial<ApplicationConfiguration> = {}): ApplicationConfiguration => ({
  environment: "qualif",
  name: "chorus-pro",
  ...changes,
});

/** The error of a refused configuration. */
function refusal(changes: Partial<ApplicationConfiguration>): string {
  try {
    checkApplication(configuration(changes));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the configuration was accepted");
}

describe("an application", () => {
  it("has the defaults of Chorus Pro", () => {
    expect(checkApplication(configuration())).toEqual({
      environment: "qualif",
      name: "chorus-pro",
      pisteApplicationName: undefined,
      scope: "openid",
      apis: ["chorus-pro-factures", "chorus-pro-structures", "chorus-pro-utilisateurs", "chorus-pro-transverses"],
      technicalAccounts: [],
    });
    expect(DEFAULT_PASSWORD_LIFETIME_IN_DAYS).toBe(424);
  });

  it("keeps configured values", () => {
    const given = configuration({
      environment: "prod",
      name: "dila",
      pisteApplicationName: "Mairie de Paris",
      scope: "openid resource.READ",
      apis: ["legifrance"],
      technicalAccounts: [account({ usageType: "EDI", technicalContact: "si@example.org", passwordLifetimeInDays: 1 })],
    });
    expect(checkApplication(given)).toEqual(given);
  });

  it("must have an existing environment", () => {
    expect(refusal({ environment: "dev" as "qualif" })).toBe(
      `environment must be one of ${ENVIRONMENTS.join(", ")}, got "dev"`,
    );
  });

  it("must have a name that AWS resources can have", () => {
    expect(refusal({ name: "Chorus Pro" })).toBe(
      'name must be 1 to 30 lower-case letters, digits and inner hyphens, got "Chorus Pro"',
    );
  });
});

describe("the name on the PISTE portal", () => {
  it.each(["", " App", "App\n"])("cannot be %j", (name) => {
    expect(refusal({ environment: "prod", pisteApplicationName: name })).toBe(
      `pisteApplicationName must not be empty or have white space around it, got ${JSON.stringify(name)}`,
    );
  });

  it("cannot be a sandbox application's in prod", () => {
    expect(refusal({ environment: "prod", pisteApplicationName: "APP_SANDBOX_a@b.fr" })).toBe(
      'pisteApplicationName must not begin with APP_SANDBOX_ in prod, got "APP_SANDBOX_a@b.fr"; ' +
        "create a production application on the PISTE portal, a sandbox one cannot be connected to production",
    );
  });

  it.each(["Mairie", "APP_SANDBOX_mairie", "x_APP_SANDBOX_a@b.fr"])(
    "must be the sandbox's in qualif, not %j",
    (name) => {
      expect(refusal({ pisteApplicationName: name })).toBe(
        `pisteApplicationName must be APP_SANDBOX_<e-mail of the PISTE account> in qualif, got ${JSON.stringify(name)}; ` +
          "PISTE creates that application with the account",
      );
    },
  );

  it("is accepted as the portal gives it", () => {
    const name = "APP_SANDBOX_si@example.org";
    expect(checkApplication(configuration({ pisteApplicationName: name })).pisteApplicationName).toBe(name);
  });
});

describe("the scope", () => {
  it.each(["", " openid", "openid ", "a  b", 'a"b', "a\\b", "é", "a\tb"])("cannot be %j", (scope) => {
    expect(refusal({ scope })).toBe(`scope must be words separated by single spaces, got ${JSON.stringify(scope)}`);
  });
});

describe("the default scope", () => {
  it.each<[ApiName[], string]>([
    [["legifrance", "chorus-pro-factures"], "openid"],
    [["captchetat"], "piste.captchetat"],
  ])("is that of the APIs %j", (apis, scope) => {
    expect(checkApplication(configuration({ apis })).scope).toBe(scope);
  });

  it("does not exist if the APIs need several: the error asks for a second application", () => {
    expect(refusal({ apis: ["chorus-pro-factures", "captchetat", "legifrance"] })).toBe(
      "apis must have one scope, since an application has one token, got chorus-pro-factures, legifrance (openid) and " +
        "captchetat (piste.captchetat); keep chorus-pro-factures, legifrance here, and give captchetat to a second " +
        'application on the same credentials: clientCredentialsOf: "chorus-pro" in stacks/, clientCredentials of PisteApplication',
    );
  });

  it("is not used if a scope is set; that one is not checked, since PISTE may accept several at once", () => {
    const apis: ApiName[] = ["chorus-pro-factures", "captchetat"];
    const scope = "openid piste.captchetat";
    expect(checkApplication(configuration({ apis, scope })).scope).toBe(scope);
    expect(checkApplication(configuration({ apis: ["captchetat"], scope: "openid" })).scope).toBe("openid");
  });
});

describe("the APIs", () => {
  it("must be at least one", () => {
    expect(refusal({ apis: [] })).toBe("apis must name at least one API, got []");
  });

  it("must be in the catalogue", () => {
    expect(refusal({ apis: ["legifrance", "factures" as ApiName] })).toBe(
      `apis[1] "factures" is unknown; known are ${API_NAMES.join(", ")}; another API is { name, basePath, scope?, ping? }`,
    );
  });

  it("must differ from each other", () => {
    expect(refusal({ apis: ["legifrance", "judilibre", "legifrance"] })).toBe(
      'apis must differ from each other, got "legifrance" twice',
    );
  });
});

describe("the technical accounts", () => {
  const withSecond = (changes: Partial<TechnicalAccountConfiguration>): string =>
    refusal({ technicalAccounts: [account(), account({ name: "second", ...changes })] });

  it("must have names that secrets can have; the error has the account's index", () => {
    expect(withSecond({ name: "A" })).toBe(
      'technicalAccounts[1].name must be 1 to 30 lower-case letters, digits and inner hyphens, got "A"',
    );
  });

  it("must have different names", () => {
    expect(withSecond({ name: "default" })).toBe('technicalAccounts must have different names, got "default" twice');
  });

  it("must have a structure's identifier that fits the environment", () => {
    const structure = { identifier: "73282932000075", identifierType: "SIRET" } as const;
    expect(() => checkApplication(configuration({ technicalAccounts: [account({ structure })] }))).not.toThrow();
    expect(refusal({ environment: "prod", technicalAccounts: [account({ structure })] })).toMatch(
      /^technicalAccounts\[0\]\.structure\.identifier must be a SIRET with a valid check digit .* got "73282932000075"/,
    );
  });

  it.each([0, -1, 1.5, 3651, Number.NaN])("cannot have a password for %d days", (passwordLifetimeInDays) => {
    expect(withSecond({ passwordLifetimeInDays })).toBe(
      `technicalAccounts[1].passwordLifetimeInDays must be a whole number from 1 to 3650, got ${passwordLifetimeInDays}`,
    );
  });

  it.each([1, 3650])("can have a password for %d days", (passwordLifetimeInDays) => {
    const technicalAccounts = [account({ passwordLifetimeInDays })];
    expect(() => checkApplication(configuration({ technicalAccounts }))).not.toThrow();
  });
});

describe("a value that Terraform resolves later", () => {
  const LATER = "${TfToken[TOKEN.0]}";
  const LATER_NUMBER = -1.5e289;
  const structure = { identifier: LATER, identifierType: "SIRET" } as const;
  const rows: readonly (readonly [string, Partial<ApplicationConfiguration>])[] = [
    ["pisteApplicationName", { pisteApplicationName: LATER }],
    ["scope", { scope: `${LATER} ` }],
    ["a structure's identifier", { technicalAccounts: [account({ structure })] }],
    ["passwordLifetimeInDays", { technicalAccounts: [account({ passwordLifetimeInDays: LATER_NUMBER })] }],
  ];

  it.each(rows)("is not checked as %s", (_, changes) => {
    const isUnresolved = (value: unknown): boolean => value === LATER_NUMBER || String(value).includes("TfToken");
    expect(() => checkApplication(configuration(changes), isUnresolved)).not.toThrow();
    expect(() => checkApplication(configuration(changes))).toThrow();
  });
});

it.each(["732 829 320 00074", "732\u00a0829\u00a0320\u202f00074", " 73282932000074 "])(
  "a SIRET can have spaces, and is kept without: %j",
  (identifier) => {
    const { technicalAccounts } = checkApplication({
      environment: "prod",
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier, identifierType: "SIRET" } }],
    });
    expect(technicalAccounts[0]?.structure.identifier).toBe("73282932000074");
  },
);
