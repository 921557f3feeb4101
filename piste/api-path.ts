/**
 * Where a call goes that a person names as `<api>/<path>`: always below the base path of an API of the catalogue, on the
 * gateway that is pinned, whatever the words are.
 */
import {
  API_CATALOGUE,
  API_NAMES,
  basePathsOf,
  CHORUS_PRO_APIS,
  type Api,
  type ApiName,
  type Probe,
} from "./api-catalogue";

export interface ApiAddress {
  readonly name: ApiName;
  /** Below the gateway's root. */
  readonly path: string;
  /** With its question mark, percent-encoded; empty when there is none. */
  readonly query: string;
  /** The catalogue's own call of that path. */
  readonly probe?: Probe | undefined;
}

/**
 * - `unknown-api`: it begins with no API of the catalogue
 * - `no-path`: it is an API and nothing below it
 * - `path`, `query`: characters or parts that no API of the gateway has, such as `..`
 */
export type AddressProblem = "unknown-api" | "no-path" | "path" | "query";

/** Where Chorus Pro's base paths begin, which people leave out. */
const CHORUS_PRO = "/cpro";

/** No `%`, `;` or `\`: what stands behind a gateway may read them in ways of its own. */
const SEGMENT = /^(?!\.+$)[A-Za-z0-9_~:@.,=+-]+$/;

/**
 * The address in one of three ways: below the API's name in the catalogue (`chorus-pro-structures/rechercher`), below
 * the gateway's root (`cpro/structures/v1/rechercher`) or, for Chorus Pro, below its own (`structures/v1/rechercher`).
 */
export function resolveApiAddress(text: string): ApiAddress | AddressProblem {
  const mark = text.indexOf("?");
  const address = (mark < 0 ? text : text.slice(0, mark)).replace(/^\//, "");
  const found = findApi(address);
  if (found === undefined) return "unknown-api";
  const { name, basePath, rest } = found;
  if (rest === "") return "no-path";
  if (!rest.split("/").every((segment) => SEGMENT.test(segment))) return "path";
  const query = mark < 0 ? "" : encodeQuery(text.slice(mark + 1));
  if (query === undefined) return "query";
  const api: Api = API_CATALOGUE[name];
  const below = `/${rest}`;
  return {
    name,
    path: `${basePath}${below}`,
    query,
    probe: api.probes.find(({ path }) => path === below),
  };
}

interface FoundApi {
  readonly name: ApiName;
  readonly basePath: string;
  readonly rest: string;
}

function findApi(address: string): FoundApi | undefined {
  for (const name of API_NAMES) {
    for (const [index, basePath] of basePathsOf(API_CATALOGUE[name]).entries()) {
      const beginnings = [...(index === 0 ? [name] : []), basePath.slice(1)];
      if (CHORUS_PRO_APIS.includes(name)) beginnings.push(basePath.slice(`${CHORUS_PRO}/`.length));
      for (const beginning of beginnings) {
        if (address === beginning) return { name, basePath, rest: "" };
        if (address.startsWith(`${beginning}/`)) return { name, basePath, rest: address.slice(beginning.length + 1) };
      }
    }
  }
  return undefined;
}

/** Percent-encodes what an address may not hold; what is encoded already stays so. Undefined when it cannot be sent. */
function encodeQuery(query: string): string | undefined {
  if (query === "") return "";
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f#]/.test(query)) return undefined;
  try {
    return `?${query.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&()*+,;=:@/?%]/gu, encodeURIComponent)}`;
  } catch {
    // Half of a pair of surrogates.
    return undefined;
  }
}

/**
 * @param apiBaseUrl the gateway's root, as `checkApiBaseUrl` let it through.
 * @throws Error when the address would lead anywhere else, which is a bug.
 */
export function addressUrl({ path, query }: Pick<ApiAddress, "path" | "query">, apiBaseUrl: URL): URL {
  const url = new URL(`${path}${query}`, apiBaseUrl);
  if (url.origin !== apiBaseUrl.origin || url.pathname !== path) {
    throw new Error(`the address must stay below ${apiBaseUrl.origin}, got another host or path`);
  }
  return url;
}
