/** A PISTE API beyond the catalogue, and forged variants in a description. */
import type { OwnApi } from "../piste/api-catalogue";

export const METEO = { name: "meteo", basePath: "/meteofrance/public/v1", ping: "/health" } as const satisfies OwnApi;
export const METEO_PING = `${METEO.basePath}${METEO.ping}`;

/** Invalid lists of APIs, and the property that the refusal names. */
export const FALSE_APIS: readonly (readonly [apis: readonly unknown[], property: string])[] = [
  ...[
    "/cpro/factures/v1",
    "/cpro",
    "/CPRO/factures/v1",
    "/cpro/Structures",
    "/cpro/structures/v1/rechercher",
    "/factures/v1",
    "/structures",
    "/piste/captcha",
    "/cassation/judilibre",
    "/legifrance/x",
    "//evil.example",
    "/..",
    "/.",
    "/x/../cpro/factures/v1",
    "/x/...",
    "@evil",
    "evil.example/x",
    "https://evil.example/x",
    "/x@evil.example",
    "/x:80",
    "/x\\..\\cpro",
    "/%63pro/factures/v1",
    "/x?y",
    "/x#y",
    "/x;y",
    "/x y",
    "/x\n",
    "/météo",
    "/x/",
    "/",
    "",
    7,
    null,
  ].map((basePath) => [[{ ...METEO, basePath }], "apis[0].basePath"] as const),
  ...["https://evil.example/health", "//evil.example", "/../x", "/x/../../cpro", "health", "/", "/x?y", "@evil", 7].map(
    (ping) => [[{ ...METEO, ping }], "apis[0].ping"] as const,
  ),
  ...["chorus-pro-factures", "legifrance", "structures", "cpro", "piste", "Meteo", "a b", "", undefined].map(
    (name) => [[{ ...METEO, name }], "apis[0].name"] as const,
  ),
  [[{ ...METEO, scope: "openid\r\nX: 1" }], "apis[0].scope"],
  [[{ ...METEO, method: "POST" }], "apis[0]"],
  [[{ ...METEO, authentication: "token-and-account" }], "apis[0]"],
  [[METEO, { name: "meteo", basePath: "/elsewhere" }], "apis"],
  [[METEO, { name: "other", basePath: "/MeteoFrance/public" }], "apis[1].basePath"],
  [[METEO, { name: "other", basePath: "/meteo/v2" }], "apis[1].basePath"],
  [[METEO, { name: "meteofrance", basePath: "/elsewhere" }], "apis[1].name"],
];
