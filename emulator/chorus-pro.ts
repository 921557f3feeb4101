/** The Chorus Pro APIs behind the gateway. */
import { API_CATALOGUE } from "../piste/api-catalogue";
import { FOUND, type Body, type Calls } from "./chorus-call";
import { INVOICE_CALLS } from "./chorus-invoices";
import { STRUCTURE_CALLS } from "./chorus-structures";
import { accountOf, empty, json, type Answer, type Request } from "./messages";
import type { Platform } from "./platform";

const TRANSVERSES = API_CATALOGUE["chorus-pro-transverses"].basePath;

const CALLS: Calls = {
  [`POST ${TRANSVERSES}/recuperer/tauxtva`]: () =>
    json(200, {
      ...FOUND,
      listeTauxTva: [
        { codeTauxTva: "TVA1", valeurTauxTva: 20 },
        { codeTauxTva: "TVA2", valeurTauxTva: 10 },
        { codeTauxTva: "TVA3", valeurTauxTva: 5.5 },
      ],
    }),
  ...STRUCTURE_CALLS,
  ...INVOICE_CALLS,
};

/** Needs no technical account. Two clients read these fields. */
const HEALTH_CHECK = `GET ${TRANSVERSES}/health-check`;
const HEALTHY = { body: "OK", statusCodeValue: 200, statusCode: "OK" };

/** Chorus Pro's 401 has no WWW-Authenticate header; the gateway's has one. */
function refusedAccount(platform: Platform): Answer {
  return platform.settings.refusedAccountHasBody
    ? json(401, { codeRetour: 401, libelle: "Impossible d'authentifier l'utilisateur dans le LDAP." })
    : empty(401);
}

/** One source reports such an answer without its codes; these codes are made up. */
const MISSING = {
  habilitation: { codeRetour: 20001, libelle: "EMU_MSG_00.001 : habilitation manquante" },
  raccordement: { codeRetour: 20002, libelle: "EMU_MSG_00.002 : raccordement manquant" },
} as const;

/** Whether a call needs a technical account; includes calls that are not imitated. */
export const takesAccount = ({ method, path }: Request): boolean =>
  path.startsWith("/cpro/") && `${method} ${path}` !== HEALTH_CHECK;

/** The refusal of the request's account; undefined if accepted. */
export function accountRefusal(platform: Platform, request: Request, clientId: string): Answer | undefined {
  const account = accountOf(request);
  const { settings } = platform;
  switch (account === undefined ? "refused" : platform.judge(account, clientId)) {
    case "refused":
      return refusedAccount(platform);
    case "not-connected":
      return settings.missingRaccordement === "forbidden" ? empty(403) : json(200, MISSING.raccordement);
    case "not-habilitated":
      return settings.missingHabilitation === "forbidden" ? empty(403) : json(200, MISSING.habilitation);
    case "fine":
      return undefined;
  }
}

function parseBody(body: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(body === "" ? "{}" : body);
    return typeof value === "object" && value !== null ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

/** Chorus Pro's answer to an accepted account; undefined for a call that is not imitated. */
export function chorusProCall(platform: Platform, request: Request): (() => Answer) | undefined {
  const call = `${request.method} ${request.path}`;
  if (call === HEALTH_CHECK) return () => json(200, HEALTHY);
  const answer = CALLS[call];
  if (answer === undefined) return undefined;
  return () => {
    // The official description allows only JSON. A request without a type passes: no source describes that case.
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "application/json")) return empty(415);
    const body = parseBody(request.body);
    if (body === undefined) return json(400, { codeRetour: 400, libelle: "JSON" });
    return answer({ platform, body, login: accountOf(request)?.login ?? "" });
  };
}
