/** In French what diagnoses and probe outcomes mean; the English is beside each of them. */
import type { DiagnosisCode } from "./diagnosis";
import type { ProbeOutcomeCode } from "./probe-outcomes";

const OAUTH2_PAIR =
  "Vérifiez que c'est bien la paire OAuth2 qui est enregistrée, et non la paire « clé d'API » (les deux ressemblent à " +
  "des UUID), sans espace autour, et celle de cet environnement ; si le secret a été réinitialisé sur le portail PISTE, " +
  "enregistrez le nouveau";

const unanswered = (why: string): string =>
  `Le serveur de jetons de PISTE n'a pas répondu : ${why}. Un nouvel essai suivra ; si cela dure alors que PISTE ` +
  "fonctionne, cherchez du côté du réseau.";

const notPiste = (what: string): string =>
  `Le serveur de jetons a répondu ${what} : sans doute un proxy ou une page de maintenance.`;

export const FRENCH_DIAGNOSIS: Readonly<Record<DiagnosisCode, string>> = {
  "invalid-client": `PISTE refuse l'identifiant ou le secret du client ; il ne dit jamais lequel. ${OAUTH2_PAIR}.`,
  "invalid-client-unconfirmed": `PISTE refuse sans doute l'identifiant ou le secret du client ; il répond aussi ainsi quand il limite les appels. Si cela se répète : ${OAUTH2_PAIR.charAt(0).toLowerCase()}${OAUTH2_PAIR.slice(1)}.`,
  "invalid-scope":
    "PISTE ne connaît pas ce scope. Corrigez `scope` dans la configuration de l'application ; celui de Chorus Pro est `openid`.",
  "request-refused":
    "PISTE refuse la demande elle-même. Vérifiez l'application sur le portail PISTE, et son `scope` dans la configuration.",
  throttled:
    "Le quota de PISTE est épuisé. Un nouvel essai suivra ; si cela dure, cherchez qui d'autre utilise ces valeurs.",
  "server-error": "PISTE est en panne ou redémarre. Un nouvel essai suivra ; rien à faire, sauf si cela dure.",
  redirect:
    "Le serveur de jetons a répondu par une redirection, qui n'est jamais suivie avec des valeurs secrètes : sans doute " +
    "un proxy ou une page de maintenance.",
  html: notPiste("par une page web"),
  empty:
    "Le serveur de jetons a donné une réponse vide : sans doute un proxy, ou une opération de maintenance en cours.",
  "no-token": "La réponse ne contient pas de jeton utilisable : elle ne vient sans doute pas de PISTE.",
  dns: unanswered("le nom du serveur est introuvable"),
  refused: unanswered("la connexion est refusée"),
  reset: unanswered("la connexion a été coupée"),
  tls: unanswered("aucune connexion TLS de confiance n'a pu être établie"),
  "timeout-connect": unanswered("pas de connexion dans le délai prévu"),
  "timeout-read": unanswered("pas de réponse complète dans le délai prévu"),
  "half-body": unanswered("la réponse s'est interrompue"),
  "too-large": unanswered("la réponse est bien plus longue que celle d'un jeton"),
  proxy: unanswered("le proxy sur le chemin refuse la connexion"),
  network: unanswered("le réseau a échoué"),
};

export const FRENCH_PROBE_OUTCOMES: Readonly<Record<ProbeOutcomeCode, string>> = {
  fine: "L'API répond comme il faut.",
  "api-selected": "L'API est sélectionnée pour l'application PISTE ; aucun compte technique n'a été essayé.",
  "account-not-used":
    "L'API répond, mais cet appel ne tient pas compte du compte technique : il ne prouve rien à son sujet.",
  "api-not-selected":
    "L'API n'est sans doute pas sélectionnée pour l'application PISTE, ou ses CGU ne sont pas acceptées. Sur le portail " +
    "PISTE, sélectionnez-la, acceptez ses CGU et sauvegardez l'application ; si c'est tout récent, la prise en compte " +
    "peut tarder.",
  "raccordement-or-habilitation":
    "L'API admet l'application mais refuse ce compte technique : son raccordement à l'application, ou son habilitation, " +
    "manque sans doute ou a été retiré. Vérifiez les deux sur le portail Chorus Pro.",
  "account-refused":
    "Chorus Pro refuse le compte technique : son mot de passe est faux, expiré, ou le compte est bloqué. Donnez-lui un " +
    "nouveau mot de passe sur le portail Chorus Pro et enregistrez-le. N'essayez pas l'ancien une fois de plus : les " +
    "mots de passe faux bloquent sans doute le compte.",
  "habilitation-probable":
    "Chorus Pro admet le compte technique mais répond avec un autre code retour : il manque sans doute une habilitation. " +
    "Cherchez ce code, puis vérifiez les habilitations du compte sur le portail Chorus Pro.",
  "token-refused":
    "La passerelle ne connaît pas le jeton, bien qu'il n'ait pas expiré. Le rafraîchisseur le remplace ; si cela dure, " +
    "lancez son opération `refresh`.",
  "scope-missing":
    "Le jeton n'a pas le scope que cette API demande. Corrigez `scope` dans la configuration de l'application, ou créez " +
    "une seconde application avec ce scope.",
  "not-exposed":
    "La passerelle ne connaît pas cette adresse : l'API n'est sans doute pas ouverte dans cet environnement. Retirez-la " +
    "de `apis`, sauf si elle revient.",
  "cannot-tell":
    "Pas de réponse claire : la plateforme, le chemin jusqu'à elle, ou la requête elle-même. Un nouvel essai en dira plus.",
};
