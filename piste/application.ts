/** The configuration of a PISTE application: its names, APIs and technical accounts. Nothing secret. */
import {
  API_NAMES,
  apiOf,
  CHORUS_PRO_APIS,
  isOwnApi,
  scopesOf,
  type Api,
  type ApiEntry,
  type DescribedApi,
  type OwnApi,
} from "./api-catalogue";
import { apiAround } from "./api-path";
import { type Environment, isProduction, parseEnvironment } from "./environments";
import { checkName } from "./names";
import { checkDifferent, checkKnown, checkList, checkOptions, checkedElsewhere, shown, type Rules } from "./options";
import { checkStructureIdentifier, type StructureIdentifier } from "./structure-identifier";

/** A technical account of Chorus Pro and its structure, as the raccordement's form asks. */
export interface TechnicalAccountConfiguration {
  /** Names its secret: 1 to 30 lower-case letters, digits and inner hyphens. */
  readonly name: string;
  readonly structure: StructureIdentifier;
  /**
   * « Type d'utilisation » of the raccordement.
   * @default - not recorded
   */
  readonly usageType?: string;
  /**
   * « Contact technique » of the raccordement; prefer a shared mailbox.
   * @default - not recorded
   */
  readonly technicalContact?: string;
  /**
   * Days after which Chorus Pro requires a new password.
   * @default 424, Chorus Pro's rule
   */
  readonly passwordLifetimeInDays?: number;
}

export interface ApplicationConfiguration {
  readonly environment: Environment;
  /** Names its resources: 1 to 30 lower-case letters, digits and inner hyphens. */
  readonly name: string;
  /**
   * The application's name on the PISTE portal: `APP_SANDBOX_<e-mail>` in qualif, your own in prod.
   * @default - not recorded
   */
  readonly pisteApplicationName?: string;
  /**
   * The OAuth2 scope, words separated by a space; `openid` for most APIs, `piste.captchetat` for CaptchÉtat. APIs of
   * another scope need a second application, which may use the first's client credentials.
   * @default - the scope of its `apis`, which must be one
   */
  readonly scope?: string;
  /**
   * The APIs selected for the application on the portal, of one scope: `chorus-pro-factures`, `chorus-pro-structures`,
   * `chorus-pro-utilisateurs`, `chorus-pro-transverses`, `legifrance`, `judilibre`, `captchetat`, or
   * `{ name, basePath, scope?, ping? }` of another one: docs/configuration.md#an-api-beyond-the-catalogue.
   * @default - the four of Chorus Pro
   */
  readonly apis?: ApiEntry[];
  /**
   * The technical accounts for calls of Chorus Pro; a publisher has one for each structure. Each is `{ name, structure:
   * { identifier, identifierType }, usageType?, technicalContact?, passwordLifetimeInDays? }`. The check digit of a
   * SIRET is only checked in prod, since qualif's are fictitious. Types of identifiers: `SIRET`, `UE_HORS_FRANCE`,
   * `HORS_UE`, `RIDET`, `TAHITI`, `PARTICULIER`, `EN_COURS_D_IMMATRICULATION`.
   * @default - none
   */
  readonly technicalAccounts?: TechnicalAccountConfiguration[];
}

export type CheckedApplication = Required<Omit<ApplicationConfiguration, "pisteApplicationName">> &
  Pick<ApplicationConfiguration, "pisteApplicationName">;

/** [fact: password-lifetime] */
export const DEFAULT_PASSWORD_LIFETIME_IN_DAYS = 424;
export const LONGEST_PASSWORD_LIFETIME_IN_DAYS = 3650;

/** The beginning of the name that PISTE gives to the sandbox application of an account [fact: sandbox-name]. */
export const SANDBOX_PREFIX = "APP_SANDBOX_";

/** RFC 6749, section 3.3: tokens separated by single spaces. */
export const SCOPE_PATTERN = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** True for a token that Terraform resolves later: its value cannot be checked yet. */
export type IsUnresolved = (value: unknown) => boolean;

/**
 * Fills in the defaults.
 *
 * @param isUnresolved values for which this returns true are not checked.
 * @throws Error naming the property, the rule and the value.
 */
export function checkApplication(
  configuration: ApplicationConfiguration,
  isUnresolved: IsUnresolved = () => false,
): CheckedApplication {
  const environment = parseEnvironment(configuration.environment);
  const { name, pisteApplicationName } = configuration;
  const apis = configuration.apis ?? [...CHORUS_PRO_APIS];
  const given = configuration.technicalAccounts ?? [];

  checkName("name", name);
  if (pisteApplicationName !== undefined && !isUnresolved(pisteApplicationName)) {
    checkPisteApplicationName("pisteApplicationName", pisteApplicationName, environment);
  }
  checkList("apis", apis);
  checkList("technicalAccounts", given);
  const technicalAccounts = given.map((account) => withPlainSiret(account, isUnresolved));
  if (apis.length === 0) throw new Error("apis must name at least one API, got []");
  apis.forEach((api, index) => {
    if (!isOwnApi(api)) checkKnown(`apis[${index}]`, api, API_NAMES, BEYOND_THE_CATALOGUE);
  });
  checkApis(apis);
  const scope = configuration.scope ?? scopeOf(apis.map(apiOf), name);
  if (!isUnresolved(scope)) checkScope("scope", scope);
  technicalAccounts.forEach((account, index) => {
    checkAccount(`technicalAccounts[${index}]`, account, environment, isUnresolved);
  });
  checkDifferent(
    "technicalAccounts must have different names",
    technicalAccounts.map((account) => account.name),
  );
  return { environment, name, pisteApplicationName, scope, apis, technicalAccounts };
}

/**
 * One scope per application: it is not known whether one token can have several
 * [fact: several-scopes] [fact: openid-and-captchetat].
 *
 * @throws Error naming the APIs that share a scope, and the place for the others.
 */
function scopeOf(apis: readonly Api[], application: string): string {
  const scopes = scopesOf(apis);
  const [scope = "", other] = scopes;
  if (other === undefined) return scope;
  const of = (isOf: (scope: string) => boolean): string =>
    apis
      .filter((api) => isOf(api.scope))
      .map(({ name }) => name)
      .join(", ");
  const groups = scopes.map((each) => `${of((one) => one === each)} (${each})`).join(" and ");
  throw new Error(
    `apis must have one scope, since an application has one token, got ${groups}; keep ${of((one) => one === scope)} ` +
      `here, and give ${of((one) => one !== scope)} to a second application on the same credentials: ` +
      `clientCredentialsOf: "${application}" in stacks/, clientCredentials of PisteApplication`,
  );
}

const BEYOND_THE_CATALOGUE = "; another API is { name, basePath, scope?, ping? }";
const OWN_API_RULES: Rules<OwnApi> = { name: checkName, basePath: checkPath, scope: checkScope, ping: checkPath };
/** Only unreserved characters: every server on the way reads the same path. */
const PATH_PATTERN = /^(?:\/(?!\.+(?:\/|$))[A-Za-z0-9._~-]+)+$/;

/** True if {@link checkApis} accepts the APIs. */
export function areAllowed(apis: readonly DescribedApi[]): boolean {
  try {
    checkApis(apis);
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks the APIs of a configuration or of a description, which others may write. A call's credentials follow from its
 * path alone, so an own API must not overlap one of the catalogue.
 *
 * @throws Error naming the property, the rule and the value.
 */
export function checkApis(apis: readonly DescribedApi[]): void {
  const before: Api[] = [];
  apis.forEach((api, index) => {
    if (!isOwnApi(api)) return;
    checkOwnApi(`apis[${index}]`, api, before);
    before.push(apiOf(api));
  });
  checkDifferent(
    "apis must differ from each other",
    apis.map((api) => (isOwnApi(api) ? api.name : api)),
  );
}

function checkOwnApi(property: string, api: OwnApi, before: readonly Api[]): void {
  checkOptions(property, api, OWN_API_RULES);
  const { name, basePath } = api;
  // JavaScript callers and parsed data may lack these fields.
  checkName(`${property}.name`, name);
  checkPath(`${property}.basePath`, basePath);
  for (const [member, value, address] of [
    ["name", name, name],
    ["basePath", basePath, basePath.slice(1)],
  ] as const) {
    // `checkDifferent` reports duplicate names.
    const around = apiAround(
      address,
      before.filter((other) => other.name !== name),
    );
    if (around === undefined) continue;
    const { api: other, beginning } = around;
    throw new Error(
      `${property}.${member} must not be, contain or lie below /${beginning} of ${other.name}, ignoring case, ` +
        `got ${JSON.stringify(value)}${other.isOwn ? "" : `; write "${other.name}" in apis instead`}`,
    );
  }
}

function checkPath(property: string, value: unknown): void {
  if (typeof value === "string" && PATH_PATTERN.test(value)) return;
  throw new Error(
    `${property} must be a path such as /meteofrance/public/v1, of letters, digits and "-", ".", "_", "~", without ".." ` +
      `and without a slash at its end, got ${JSON.stringify(value)}`,
  );
}

function checkScope(property: string, value: unknown): void {
  if (typeof value === "string" && SCOPE_PATTERN.test(value)) return;
  throw new Error(`${property} must be words separated by single spaces, got ${JSON.stringify(value)}`);
}

/** @throws Error naming the property, the rule and the value. */
export function checkPisteApplicationName(property: string, value: string, environment: Environment): void {
  if (value.trim() !== value || value === "") {
    throw new Error(`${property} must not be empty or have white space around it, got ${JSON.stringify(value)}`);
  }
  const sandbox = value.startsWith(SANDBOX_PREFIX);
  if (isProduction(environment) && sandbox) {
    throw new Error(
      `${property} must not begin with ${SANDBOX_PREFIX} in prod, got ${JSON.stringify(value)}; ` +
        "create a production application on the PISTE portal, a sandbox one cannot be connected to production",
    );
  }
  if (!isProduction(environment) && !(sandbox && value.includes("@"))) {
    throw new Error(
      `${property} must be ${SANDBOX_PREFIX}<e-mail of the PISTE account> in qualif, got ${JSON.stringify(value)}; ` +
        "PISTE creates that application with the account",
    );
  }
}

/** Removes the spaces of a SIRET printed in groups: 732 829 320 00074. */
function withPlainSiret(
  account: TechnicalAccountConfiguration,
  isUnresolved: IsUnresolved,
): TechnicalAccountConfiguration {
  // A configuration that was not type-checked may lack it.
  const structure = (account as Partial<TechnicalAccountConfiguration> | undefined)?.structure;
  if (structure?.identifierType !== "SIRET" || typeof structure.identifier !== "string") return account;
  if (isUnresolved(structure.identifier)) return account;
  return { ...account, structure: { ...structure, identifier: structure.identifier.replace(/\s/g, "") } };
}

function checkAccount(
  property: string,
  account: TechnicalAccountConfiguration,
  environment: Environment,
  isUnresolved: IsUnresolved,
): void {
  checkOptions(property, account, {
    name: checkedElsewhere,
    structure: checkedElsewhere,
    usageType: checkedElsewhere,
    technicalContact: checkedElsewhere,
    passwordLifetimeInDays: (lifetime, days) => {
      checkLifetime(lifetime, days, isUnresolved);
    },
  });
  // A configuration that was not type-checked may lack both.
  checkName(`${property}.name`, account.name);
  const structure = account.structure as StructureIdentifier | undefined;
  if (typeof structure !== "object") {
    throw new Error(`${property}.structure must be { identifier, identifierType }, got ${JSON.stringify(structure)}`);
  }
  checkOptions(`${property}.structure`, structure, { identifier: checkedElsewhere, identifierType: checkedElsewhere });
  if (!isUnresolved(structure.identifier)) {
    checkStructureIdentifier(`${property}.structure`, structure, environment);
  }
}

function checkLifetime(property: string, days: number, isUnresolved: IsUnresolved): void {
  if (isUnresolved(days)) return;
  if (!Number.isInteger(days) || days < 1 || days > LONGEST_PASSWORD_LIFETIME_IN_DAYS) {
    throw new Error(
      `${property} must be a whole number from 1 to ${LONGEST_PASSWORD_LIFETIME_IN_DAYS}, got ${shown(days)}`,
    );
  }
}
