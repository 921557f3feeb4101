/**
 * The APIs behind PISTE's gateway that this project knows, as data: a new API is a row, not a class.
 */

/** A call that changes nothing. */
export interface Probe {
  readonly method: "GET" | "POST";
  /** Below the API's base path. */
  readonly path: string;
  /** For a POST. `{structure}` members are filled in from a technical account's structure. */
  readonly body?: "empty" | "structure";
  /** Whether the answer depends on the technical account, and so says something about it. */
  readonly usesAccount: boolean;
}

/** The scope of most APIs, Chorus Pro's among them. */
export const DEFAULT_SCOPE = "openid";

export interface Api {
  readonly title: string;
  /** Below the gateway's root, with a leading slash and no trailing one. */
  readonly basePath: string;
  /** Of its other versions, in the same form. */
  readonly otherBasePaths?: readonly string[];
  /** What a token has to be asked for (RFC 6749, section 3.3). */
  readonly scope: string;
  /** What a call carries: a token, or a token and a Chorus Pro technical account. */
  readonly authentication: "token" | "token-and-account";
  readonly probes: readonly Probe[];
}

const chorusPro = (title: string, name: string, probes: readonly Probe[]): Api => ({
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
  others: Partial<Pick<Api, "scope" | "otherBasePaths">> = {},
): Api => ({
  title,
  basePath,
  scope: DEFAULT_SCOPE,
  authentication: "token",
  probes: [{ method: "GET", path, usesAccount: false }],
  ...others,
});

export const API_CATALOGUE = {
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
} as const satisfies Record<string, Api>;

export type ApiName = keyof typeof API_CATALOGUE;

export const API_NAMES = Object.keys(API_CATALOGUE) as readonly ApiName[];

export const basePathsOf = ({ basePath, otherBasePaths = [] }: Api): string[] => [basePath, ...otherBasePaths];

/** Every scope that one of the APIs asks for. */
export const scopesOf = (apis: readonly ApiName[]): string[] => [
  ...new Set(apis.map((api) => API_CATALOGUE[api].scope)),
];

/** The four APIs of Chorus Pro, each selected and its CGU accepted one by one on the PISTE portal. */
export const CHORUS_PRO_APIS: readonly ApiName[] = API_NAMES.filter(
  (name) => API_CATALOGUE[name].authentication === "token-and-account",
);

/**
 * Whether a password is right is best asked where the request itself is least in doubt: a list of rates needs no words,
 * a search for invoices may want more than an empty one.
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
