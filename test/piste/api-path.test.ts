import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { API_CATALOGUE, API_NAMES, type Api } from "../../piste/api-catalogue";
import { addressUrl, resolveApiAddress, type ApiAddress } from "../../piste/api-path";
import { HOSTS } from "../../piste/environments";
import { character } from "../hostile";
import { runs } from "../runs";

const GATEWAY = new URL(HOSTS.prod.apiBaseUrl);

function resolved(text: string): ApiAddress {
  const address = resolveApiAddress(text);
  if (typeof address === "string") throw new Error(`${JSON.stringify(text)} is refused: ${address}`);
  return address;
}
const hrefOf = (text: string): string => addressUrl(resolved(text), GATEWAY).href;

describe("an address", () => {
  it.each(["structures/v1/rechercher", "cpro/structures/v1/rechercher", "chorus-pro-structures/rechercher"])(
    "can begin at Chorus Pro, at the gateway or with the API's name: %s",
    (text) => {
      const expected = "https://api.piste.gouv.fr/cpro/structures/v1/rechercher";
      expect(hrefOf(text)).toBe(expected);
      expect(hrefOf(`/${text}`)).toBe(expected);
      expect(resolved(text).api.name).toBe("chorus-pro-structures");
    },
  );

  it("can belong to an API with another base path", () => {
    expect(hrefOf("legifrance/list/ping")).toBe("https://api.piste.gouv.fr/dila/legifrance/lf-engine-app/list/ping");
    expect(hrefOf("dila/legifrance/lf-engine-app/consult/getArticle")).toBe(
      "https://api.piste.gouv.fr/dila/legifrance/lf-engine-app/consult/getArticle",
    );
    expect(hrefOf("piste/captcha/healthcheck")).toBe("https://api.piste.gouv.fr/piste/captcha/healthcheck");
    expect(resolved("piste/captcha/healthcheck").probe?.method).toBe("GET");
    expect(hrefOf("piste/captchetat/v2/healthcheck")).toBe("https://api.piste.gouv.fr/piste/captchetat/v2/healthcheck");
  });

  it("has the catalogue's probe of its path", () => {
    expect(resolved("utilisateurs/v1/monCompte/recuperer/rattachements").probe?.method).toBe("POST");
    expect(resolved("judilibre/healthcheck").probe?.method).toBe("GET");
    expect(resolved("factures/v1/soumettre").probe).toBeUndefined();
  });

  it("keeps its query, encoded once", () => {
    expect(hrefOf("judilibre/search?query=responsabilité civile&page=2")).toBe(
      "https://api.piste.gouv.fr/cassation/judilibre/v1.0/search?query=responsabilit%C3%A9%20civile&page=2",
    );
    expect(hrefOf("judilibre/search?query=50%25%20")).toMatch(/\?query=50%25%20$/);
    expect(hrefOf("judilibre/search?query=50%")).toMatch(/\?query=50%25$/);
    expect(hrefOf("judilibre/search?")).toMatch(/\/search$/);
    expect(hrefOf("judilibre/search?url=https://example.org/?a")).toMatch(
      /^https:\/\/api\.piste\.gouv\.fr\/cassation\/judilibre\/v1\.0\/search\?url=https:\/\/example\.org\/\?a$/,
    );
  });

  it.each([
    "",
    "/",
    "//",
    "//example.org/structures/v1/rechercher",
    "///example.org",
    "https://example.org/structures/v1/rechercher",
    "https://api.piste.gouv.fr/cpro/structures/v1/rechercher",
    "\\\\example.org\\structures",
    "@example.org/structures/v1/rechercher",
    "structures",
    "structures/v2/rechercher",
    "Structures/v1/rechercher",
    "cpro/transverses",
    "cpro/structures/v10/rechercher",
    "dila/legifrance/list/ping",
    "chorus-pro-structuresx/rechercher",
    " structures/v1/rechercher",
    "../structures/v1/rechercher",
    "./structures/v1/rechercher",
    "__proto__/x",
    "constructor/name",
    "?structures/v1/rechercher",
  ])("of an unknown API is refused: %j", (text) => {
    expect(resolveApiAddress(text)).toBe("unknown-api");
  });

  it.each(["structures/v1", "structures/v1/", "chorus-pro-structures", "legifrance/", "legifrance?x=1"])(
    "of an API without a further path is refused: %j",
    (text) => {
      expect(resolveApiAddress(text)).toBe("no-path");
    },
  );

  it.each([
    "structures/v1/..",
    "structures/v1/../../oauth",
    "structures/v1/./rechercher",
    "structures/v1/.../rechercher",
    "structures/v1//rechercher",
    "structures/v1/rechercher/",
    "structures/v1//example.org/",
    "structures/v1/%2e%2e/%2e%2e/x",
    "structures/v1/%2f%2fexample.org",
    "structures/v1/..%2fx",
    "structures/v1/..;/x",
    "structures/v1/..\\x",
    "structures/v1/rechercher#x",
    "structures/v1/rechercher x",
    "structures/v1/recher\ncher",
    "structures/v1/.\t./x",
    "structures/v1/rechercher\r\nHost: example.org",
    "structures/v1/recherché",
    "structures/v1/\u2025/x",
    "structures/v1/．．/x",
  ])("with an impossible path is refused: %j", (text) => {
    expect(resolveApiAddress(text)).toBe("path");
  });

  it.each(["a#b", "a\r\nHost: example.org", "a\u0000", "a\tb", "\ud800"])(
    "with a query that cannot be sent is refused: %j",
    (query) => {
      expect(resolveApiAddress(`judilibre/search?${query}`)).toBe("query");
    },
  );
});

describe("any text", () => {
  const piece = fc.constantFrom(
    ...[
      "..",
      ".",
      "",
      "/",
      "//",
      "\\",
      "%2e%2e",
      "%2F",
      "%5c",
      ";",
      "?",
      "#",
      "@",
      ":",
      "\t",
      "\n",
      "é",
      "．．",
      "\u0000",
    ],
    ...["http://example.org", "//example.org", "example.org:443", "cpro", "structures", "v1", "rechercher", "oauth"],
    ...API_NAMES,
    ...API_NAMES.map((name) => API_CATALOGUE[name].basePath),
  );
  const odd = fc
    .array(fc.oneof(piece, fc.string({ unit: character, maxLength: 4 })), { maxLength: 8 })
    .chain((pieces) => fc.constantFrom(pieces.join(""), pieces.join("/")));
  const beginning = fc.constantFrom("", "structures/v1/", "judilibre/search?", "/cpro/factures/v1/", "legifrance/");
  const bases = Object.values<Api>(API_CATALOGUE).map(({ basePath }) => `${basePath}/`);

  it("is refused, or leads below an API's base path on the gateway", () => {
    fc.assert(
      fc.property(beginning, odd, (begin, rest) => {
        const address = resolveApiAddress(begin + rest);
        if (typeof address === "string") return;
        for (const gateway of [GATEWAY, new URL("http://127.0.0.1:8787")]) {
          const url = addressUrl(address, gateway);
          expect(url.origin).toBe(gateway.origin);
          expect(url.username + url.password + url.hash).toBe("");
          expect(url.pathname).toBe(address.path);
          expect(bases.some((base) => url.pathname.startsWith(base))).toBe(true);
          expect(decodeURIComponent(url.pathname)).toBe(url.pathname);
          expect(url.pathname.split("/").slice(1)).not.toContain("");
          expect(url.href).toMatch(/^[\x21-\x7e]+$/);
        }
      }),
      { numRuns: runs(3000), seed: 5 },
    );
  });

  it("is accepted with any encoded query", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const url = addressUrl(resolved(`judilibre/search?query=${encodeURIComponent(value)}`), GATEWAY);
        expect(url.searchParams.get("query")).toBe(value);
      }),
      { numRuns: runs(300), seed: 5 },
    );
  });
});

describe("an address that would lead elsewhere", () => {
  it.each(["//example.org/x", "/a/../b"])("is refused even if it was not checked before: %s", (path) => {
    expect(() => addressUrl({ path, query: "" }, GATEWAY)).toThrow("must stay below https://api.piste.gouv.fr");
  });
});
