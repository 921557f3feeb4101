/**
 * The address and credentials of a call to `<api>/<path>`: always on the pinned gateway, with a technical account only
 * for Chorus Pro's APIs of the catalogue.
 */
import { API_CATALOGUE, basePathsOf, type Api, type Probe } from "./api-catalogue";

export interface ApiAddress {
  readonly api: Api;
  /** Below the gateway's root. */
  readonly path: string;
  /** With its question mark, percent-encoded; empty when there is none. */
  readonly query: string;
  /** The API's own probe of that path. */
  readonly probe?: Probe | undefined;
}

/** No `api` if the path is beyond the catalogue: then the call is a GET with the token alone. */
export type GatewayAddress = Omit<ApiAddress, "api"> & Partial<Pick<ApiAddress, "api">>;

/** True if calls to the address carry a technical account. */
export const takesAccount = ({ api, probe }: GatewayAddress): boolean =>
  api?.authentication === "token-and-account" && probe?.usesAccount !== false;

/** True if calls to the address must be GET. */
export const isGetOnly = ({ api }: GatewayAddress): boolean => api === undefined || api.isOwn === true;

/**
 * - `unknown-api`: the address begins with no known API
 * - `no-path`: the address is an API without a path below it
 * - `path`, `query`: characters or parts that no API of the gateway has, such as `..`
 */
export type AddressProblem = "unknown-api" | "no-path" | "path" | "query";

/** Prefix of Chorus Pro's base paths; users may omit it. */
const CHORUS_PRO = "/cpro";

/** Without `%`, `;` or `\`: servers behind a gateway may interpret them differently. */
const SEGMENT = /^(?!\.+$)[A-Za-z0-9_~:@.,=+-]+$/;

const CATALOGUE = Object.values(API_CATALOGUE);

interface Beginning {
  readonly api: Api;
  /** Without a leading slash. */
  readonly beginning: string;
  /** The base path that the beginning stands for. */
  readonly basePath: string;
}

/** The beginnings that an API's addresses may have. */
export function beginningsOf(api: Api): Beginning[] {
  const isShort = api.authentication === "token-and-account";
  return [
    ...basePathsOf(api).flatMap((basePath) =>
      [basePath, ...(isShort ? [basePath.slice(CHORUS_PRO.length)] : [])].map((path) => ({
        api,
        beginning: path.slice(1),
        basePath,
      })),
    ),
    { api, beginning: api.name, basePath: api.basePath },
  ];
}

/** Ignores case, as servers behind a gateway may. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [`${one}/`.toLowerCase(), `${other}/`.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}

/** The first API, of the catalogue or `others`, whose addresses overlap the path. */
export const apiAround = (path: string, others: readonly Api[] = []): Beginning | undefined =>
  [...CATALOGUE, ...others].flatMap(beginningsOf).find(({ beginning }) => overlap(beginning, path));

/**
 * The address in one of three ways: below the API's name (`chorus-pro-structures/rechercher`), below the gateway's root
 * (`cpro/structures/v1/rechercher`) or, for Chorus Pro, below its own (`structures/v1/rechercher`).
 *
 * @param own known APIs beyond the catalogue.
 */
export function resolveApiAddress(text: string, own: readonly Api[] = []): ApiAddress | AddressProblem {
  const { address, query } = split(text);
  const found = [...CATALOGUE, ...own]
    .flatMap(beginningsOf)
    .find(({ beginning }) => address === beginning || address.startsWith(`${beginning}/`));
  if (found === undefined) return "unknown-api";
  const { api, basePath, beginning } = found;
  const rest = address.slice(beginning.length + 1);
  if (rest === "") return "no-path";
  const below = `/${rest}`;
  const resolved = checked(`${basePath}${below}`, query);
  return typeof resolved === "string"
    ? resolved
    : { api, ...resolved, probe: api.probes.find(({ path }) => path === below) };
}

/** As {@link resolveApiAddress}; accepts any other path of the gateway too. */
export function resolveGatewayAddress(text: string): GatewayAddress | AddressProblem {
  const found = resolveApiAddress(text);
  if (found !== "unknown-api") return found;
  const { address, query } = split(text);
  return apiAround(address) === undefined ? checked(`/${address}`, query) : "unknown-api";
}

/** Ignores a leading slash. */
function split(text: string): { readonly address: string; readonly query: string } {
  const mark = text.indexOf("?");
  return {
    address: (mark < 0 ? text : text.slice(0, mark)).replace(/^\//, ""),
    query: mark < 0 ? "" : text.slice(mark + 1),
  };
}

function checked(path: string, query: string): Pick<ApiAddress, "path" | "query"> | AddressProblem {
  const [, ...segments] = path.split("/");
  if (!segments.every((segment) => SEGMENT.test(segment))) return "path";
  const encoded = encodeQuery(query);
  return encoded === undefined ? "query" : { path, query: encoded };
}

/** Percent-encodes invalid characters and keeps encoded ones. Undefined if the query cannot be sent. */
function encodeQuery(query: string): string | undefined {
  if (query === "") return "";
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f#]/.test(query)) return undefined;
  try {
    return `?${query.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&()*+,;=:@/?%]/gu, encodeURIComponent)}`;
  } catch {
    // A lone surrogate.
    return undefined;
  }
}

/**
 * @param apiBaseUrl the gateway's root, from `checkApiBaseUrl`.
 * @throws Error if the address is outside the gateway, which is a bug.
 */
export function addressUrl({ path, query }: Pick<ApiAddress, "path" | "query">, apiBaseUrl: URL): URL {
  const url = new URL(`${path}${query}`, apiBaseUrl);
  if (url.origin !== apiBaseUrl.origin || url.pathname !== path) {
    throw new Error(`the address must stay below ${apiBaseUrl.origin}, got another host or path`);
  }
  return url;
}
