/** What is behind the gateway for Chorus Pro: the calls that change nothing. */
import { API_CATALOGUE } from "../piste/api-catalogue";
import { accountOf, empty, json, text, type Answer, type Request } from "./messages";
import type { Platform } from "./platform";

const TRANSVERSES = API_CATALOGUE["chorus-pro-transverses"].basePath;
const UTILISATEURS = API_CATALOGUE["chorus-pro-utilisateurs"].basePath;
const STRUCTURES = API_CATALOGUE["chorus-pro-structures"].basePath;
const FACTURES = API_CATALOGUE["chorus-pro-factures"].basePath;

const FOUND = { codeRetour: 0, libelle: "TRA_MSG_00.000" };
/** An empty search: the credentials are fine. */
const NOTHING_FOUND = { codeRetour: 20000, libelle: "TRA_MSG_00.015" };

type Body = Readonly<Record<string, unknown>>;

const CALLS: Readonly<Record<string, (platform: Platform, body: Body) => Answer>> = {
  [`POST ${TRANSVERSES}/recuperer/tauxtva`]: () =>
    json(200, {
      ...FOUND,
      listeTauxTva: [
        { codeTauxTva: "TVA1", valeurTauxTva: 20 },
        { codeTauxTva: "TVA2", valeurTauxTva: 10 },
        { codeTauxTva: "TVA3", valeurTauxTva: 5.5 },
      ],
    }),
  [`POST ${UTILISATEURS}/monCompte/recuperer/rattachements`]: () => json(200, { ...FOUND, listeRattachements: [] }),
  [`POST ${STRUCTURES}/rechercher`]: (platform, body) => {
    const asked = (body["structure"] ?? {}) as Body;
    const found = platform.findStructures(asked["identifiantStructure"], asked["typeIdentifiantStructure"]);
    if (found.length === 0) return json(200, NOTHING_FOUND);
    return json(200, {
      ...FOUND,
      parametresRetour: { pageCourante: 1, pages: 1, total: found.length, nbResultatsParPage: 10 },
      listeStructures: found.map((structure, index) => ({
        idStructureCPP: index + 1,
        identifiantStructure: structure.identifier,
        typeIdentifiantStructure: structure.identifierType,
        designationStructure: structure.name,
        statut: "ACTIF",
      })),
    });
  },
  [`POST ${FACTURES}/rechercher/fournisseur`]: () => json(200, NOTHING_FOUND),
};

/** Answers without a technical account. */
const HEALTH_CHECK = `GET ${TRANSVERSES}/health-check`;

/** This 401 is Chorus Pro's and has no WWW-Authenticate; the gateway's has one. */
function refusedAccount(platform: Platform): Answer {
  return platform.settings.refusedAccountHasBody
    ? json(401, { codeRetour: 401, libelle: "Impossible d'authentifier l'utilisateur dans le LDAP." })
    : empty(401);
}

/** One source says that there is such an answer, and not with which codes: these are made up. */
const MISSING = {
  habilitation: { codeRetour: 20001, libelle: "EMU_MSG_00.001 : habilitation manquante" },
  raccordement: { codeRetour: 20002, libelle: "EMU_MSG_00.002 : raccordement manquant" },
} as const;

/** What the account is answered instead of what it asks for. */
function refusalOf(platform: Platform, request: Request, clientId: string): Answer | undefined {
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

/** How Chorus Pro answers the request to a client; undefined for a path that it does not have. */
export function chorusProCall(platform: Platform, request: Request): ((clientId: string) => Answer) | undefined {
  const call = `${request.method} ${request.path}`;
  if (call === HEALTH_CHECK) return () => text(200, "OK");
  const answer = CALLS[call];
  if (answer === undefined) return undefined;
  return (clientId) => {
    const refusal = refusalOf(platform, request, clientId);
    if (refusal !== undefined) return refusal;
    const body = parseBody(request.body);
    return body === undefined ? json(400, { codeRetour: 400, libelle: "JSON" }) : answer(platform, body);
  };
}
