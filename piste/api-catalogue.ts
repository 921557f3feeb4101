/**
 * The APIs behind PISTE's gateway, as data: one row for each known API, and the form in which an application declares
 * another one.
 */

/** A call that changes nothing. */
export interface Probe {
  readonly method: "GET" | "POST";
  /** Below the API's base path. */
  readonly path: string;
  /** For a POST. `{structure}` members are filled in from a technical account's structure. */
  readonly body?: "empty" | "structure";
  /** True if the answer depends on the technical account. */
  readonly usesAccount: boolean;
}

/** The scope of most APIs, Chorus Pro's among them. */
export const DEFAULT_SCOPE = "openid";

export interface Api {
  /** The name in `apis` of an application and in addresses. */
  readonly name: string;
  readonly title: string;
  /** Below the gateway's root, with a leading slash and no trailing one. */
  readonly basePath: string;
  /** The base paths of its other versions, in the same form. */
  readonly otherBasePaths?: readonly string[];
  /** The OAuth2 scope to request (RFC 6749, section 3.3). */
  readonly scope: string;
  /** Credentials of a call: a token, or a token and a Chorus Pro technical account. */
  readonly authentication: "token" | "token-and-account";
  readonly probes: readonly Probe[];
  /** True for an API beyond the catalogue: all calls are GET. */
  readonly isOwn?: true;
}

type Row = Omit<Api, "name" | "isOwn">;

const chorusPro = (title: string, name: string, probes: readonly Probe[]): Row => ({
  title,
  basePath: `/cpro/${name}/v1`,
  scope: DEFAULT_SCOPE,
  authentication: "token-and-account",
  probes,
});

const bearer = (
  title: string,
  basePath: string,
  path: string,
  others: Partial<Pick<Row, "scope" | "otherBasePaths">> = {},
): Row => ({
  title,
  basePath,
  scope: DEFAULT_SCOPE,
  authentication: "token",
  probes: [{ method: "GET", path, usesAccount: false }],
  ...others,
});

const ROWS = {
  "chorus-pro-factures": chorusPro("Chorus Pro: Factures", "factures", [
    { method: "POST", path: "/rechercher/fournisseur", body: "empty", usesAccount: true },
  ]),
  "chorus-pro-structures": chorusPro("Chorus Pro: Structures", "structures", [
    { method: "POST", path: "/rechercher", body: "structure", usesAccount: true },
  ]),
  "chorus-pro-utilisateurs": chorusPro("Chorus Pro: Utilisateurs", "utilisateurs", [
    { method: "POST", path: "/monCompte/recuperer/rattachements", body: "empty", usesAccount: true },
  ]),
  "chorus-pro-transverses": chorusPro("Chorus Pro: Transverses", "transverses", [
    { method: "GET", path: "/health-check", usesAccount: false },
    { method: "POST", path: "/recuperer/tauxtva", body: "empty", usesAccount: true },
  ]),
  legifrance: bearer("Légifrance", "/dila/legifrance/lf-engine-app", "/list/ping"),
  judilibre: bearer("Judilibre", "/cassation/judilibre/v1.0", "/healthcheck"),
  // [fact: captchetat-scope] [fact: captchetat-paths]
  captchetat: bearer("CaptchÉtat", "/piste/captchetat/v2", "/healthcheck", {
    scope: "piste.captchetat",
    otherBasePaths: ["/piste/captcha"],
  }),
} as const satisfies Record<string, Row>;

export type ApiName = keyof typeof ROWS;

export const API_NAMES = Object.keys(ROWS) as readonly ApiName[];

export const API_CATALOGUE = Object.fromEntries(
  Object.entries(ROWS).map(([name, row]) => [name, { name, ...row }]),
) as Readonly<Record<ApiName, Api>>;

/** An API of PISTE beyond the catalogue: called with the token alone, with GET, on the environment's gateway. */
export interface OwnApi {
  /** Names it in findings and in `piste call`: 1 to 30 lower-case letters, digits and inner hyphens. */
  readonly name: string;
  /**
   * Its path on the gateway, such as `/meteofrance/public/v1`: letters, digits and `-._~`. It must not be, contain or
   * lie below one of the catalogue's, in any case of letters: use the catalogue's name instead.
   */
  readonly basePath: string;
  /**
   * The OAuth2 scope to request.
   * @default `openid`
   */
  readonly scope?: string | undefined;
  /**
   * The path, below `basePath`, of a GET that changes nothing and is answered with 200, such as `/health`. `piste
   * doctor` and the connection check call it. Without one they report "not checked", and a person confirms that the API
   * is selected (`--confirm Q3`, in prod `P2`).
   * @default - none
   */
  readonly ping?: string | undefined;
}

/** An API in an application's `apis`. */
export type ApiEntry = ApiName | OwnApi;
/** An API in a description, which may name one that this version does not know. */
export type DescribedApi = ApiEntry | (string & {});

export const isOwnApi = (api: unknown): api is OwnApi => typeof api === "object" && api !== null;
export const isApiName = (api: unknown): api is ApiName => API_NAMES.some((name) => name === api);

/** The API that an entry names. */
export function apiOf(entry: ApiEntry): Api {
  if (!isOwnApi(entry)) return API_CATALOGUE[entry];
  const { name, basePath, scope = DEFAULT_SCOPE, ping } = entry;
  return {
    name,
    title: name,
    basePath,
    scope,
    authentication: "token",
    probes: ping === undefined ? [] : [{ method: "GET", path: ping, usesAccount: false }],
    isOwn: true,
  };
}

/** The APIs that a description names, and the names of those that this version does not know. */
export function apisOf(described: readonly DescribedApi[]): { readonly known: Api[]; readonly unknown: string[] } {
  const entries = described.filter((api): api is ApiEntry => isOwnApi(api) || isApiName(api));
  return {
    known: entries.map(apiOf),
    unknown: described.filter((api) => !isOwnApi(api) && !isApiName(api)) as string[],
  };
}

export const basePathsOf = ({ basePath, otherBasePaths = [] }: Api): string[] => [basePath, ...otherBasePaths];

/** The scopes of the APIs, without duplicates. */
export const scopesOf = (apis: readonly Api[]): string[] => [...new Set(apis.map(({ scope }) => scope))];

/** The four APIs of Chorus Pro, each selected and its CGU accepted one by one on the PISTE portal. */
export const CHORUS_PRO_APIS: readonly ApiName[] = API_NAMES.filter(
  (name) => API_CATALOGUE[name].authentication === "token-and-account",
);

/**
 * APIs in the order to test a password, the safest request first: a list of rates needs no criteria, while an empty
 * search for invoices may be refused.
 */
export const SUREST_FIRST: readonly ApiName[] = [...CHORUS_PRO_APIS].reverse();

/** The body of a probe's request. */
export function probeBody(
  probe: Probe,
  structure?: { readonly identifier: string; readonly identifierType: string },
): string | undefined {
  if (probe.body === undefined) return undefined;
  if (probe.body === "empty" || structure === undefined) return "{}";
  return JSON.stringify({
    structure: {
      identifiantStructure: structure.identifier,
      typeIdentifiantStructure: structure.identifierType,
    },
  });
}
