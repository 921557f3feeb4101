/**
 * French translations of the functions' English texts, by code. They are here so that the functions do not carry them.
 * The compiler requires each code.
 */
import { diagnosisMeaning, NETWORK_MEANING, type DiagnosisCode } from "../../piste/diagnosis";
import type { NetworkFailure } from "../../piste/http";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { Text } from "../../piste/language";
import { PROBE_OUTCOMES, type ProbeOutcomeCode } from "../../piste/probe-outcomes";
import { own } from "./own";
import { moment } from "./times";

const NETWORK: Readonly<Record<NetworkFailure, string>> = {
  dns: "le nom d'hôte est introuvable",
  refused: "la connexion est refusée",
  reset: "la connexion a été coupée",
  tls: "aucune connexion TLS de confiance n'a pu être établie",
  "timeout-connect": "aucune connexion dans le temps imparti",
  "timeout-read": "pas de réponse entière dans le temps imparti",
  "half-body": "la réponse s'est interrompue",
  "too-large": "la réponse est bien plus grande que celle d'un jeton",
  proxy: "le proxy sur le chemin refuse la connexion",
  "behind-proxy": "le proxy sur le chemin dit ne pas pouvoir joindre l'hôte",
  network: "le réseau a échoué",
};

/** The reason for a failed run of the refresher: the diagnosis of PISTE's answer, or another one. */
export type RunFailureCode = DiagnosisCode | "malformed-credentials" | "unconfigured" | "superseded";

const RESET_ADVICE =
  "Vérifiez que ce sont bien les identifiants de l'application (« OAuth Credentials » sur le portail PISTE, et non " +
  "« API Keys » : tous ressemblent à des UUID), sans espace, et ceux de cet environnement ; si le secret client a été " +
  "réinitialisé, enregistrez le nouveau";

const noAnswer = (failure: NetworkFailure): string =>
  `Aucune réponse utilisable du service des jetons de PISTE : ${NETWORK[failure]}. Un nouvel essai suit ; si cela dure alors que PISTE fonctionne, vérifiez le réseau.`;

const RUN_FAILURES: Readonly<Record<RunFailureCode, string>> = {
  "invalid-client": `PISTE refuse l'identifiant client ou le secret client ; il ne dit jamais lequel. ${RESET_ADVICE}.`,
  "invalid-client-unconfirmed": `PISTE refuse probablement l'identifiant client ou le secret client ; il répond aussi ainsi quand il limite les appels. ${RESET_ADVICE} si cela se répète.`,
  "invalid-scope":
    "PISTE ne connaît pas le scope. Retirez `scope` de la configuration de l'application, s'il y est : il découle alors " +
    "de `apis`. S'il n'y est pas, vérifiez sur le portail PISTE que les API sont sélectionnées.",
  "request-refused":
    "PISTE refuse la demande elle-même. Vérifiez l'application sur le portail PISTE, et son `scope` ici.",
  throttled:
    "Le quota de PISTE est épuisé. Un nouvel essai suit ; si cela dure, cherchez d'autres utilisateurs de ces identifiants.",
  "server-error": "PISTE est en panne ou redémarre. Un nouvel essai suit ; rien à faire, sauf si cela dure.",
  redirect:
    "Le service des jetons a répondu par une redirection, qui n'est jamais suivie avec des identifiants : probablement un proxy ou une page de maintenance.",
  html: "Le service des jetons a répondu par une page web : probablement un proxy ou une page de maintenance.",
  empty: "Le service des jetons a donné une réponse vide : probablement un proxy ou une maintenance en cours.",
  "no-token": "La réponse ne contient aucun jeton utilisable : elle n'est probablement pas de PISTE.",
  dns: noAnswer("dns"),
  refused: noAnswer("refused"),
  reset: noAnswer("reset"),
  tls: noAnswer("tls"),
  "timeout-connect": noAnswer("timeout-connect"),
  "timeout-read": noAnswer("timeout-read"),
  "half-body": noAnswer("half-body"),
  "too-large": noAnswer("too-large"),
  proxy: noAnswer("proxy"),
  "behind-proxy": noAnswer("behind-proxy"),
  network: noAnswer("network"),
  "malformed-credentials":
    'Les identifiants de l\'application sont illisibles. Enregistrez-les sous la forme {"client_id": …, "client_secret": …}.',
  unconfigured: "Les identifiants de l'application ne sont pas encore enregistrés.",
  superseded: "Pendant l'essai, d'autres identifiants sont entrés en vigueur ; ceux-là le restent.",
};

const OUTCOMES: Readonly<Record<ProbeOutcomeCode, string>> = {
  fine: "L'API répond comme il faut.",
  "api-selected": "L'API est sélectionnée pour l'application PISTE ; aucun compte technique n'a été essayé.",
  "account-not-used": "L'API répond, mais cet appel ignore le compte technique ; il ne prouve donc rien à son sujet.",
  "api-not-selected":
    "L'API n'est probablement pas sélectionnée pour l'application PISTE, ou ses CGU ne sont pas acceptées. " +
    "Sélectionnez-la sur le portail PISTE, acceptez ses CGU et sauvegardez l'application ; l'effet peut se faire " +
    "attendre un moment.",
  forbidden:
    "L'API refuse l'appel (403) : soit elle n'est pas sélectionnée pour l'application PISTE, soit ses CGU ne sont pas " +
    "acceptées, soit il manque le raccordement ou les habilitations de ce compte technique. " +
    "`npx piste doctor <environnement> --probe` dit lequel : il envoie un identifiant inventé.",
  "raccordement-or-habilitation":
    "L'API laisse entrer l'application et refuse ce compte technique : son raccordement avec l'application, ou ses " +
    "habilitations, manquent probablement ou ont été retirés. Vérifiez les deux sur le portail Chorus Pro.",
  "account-refused":
    "Chorus Pro refuse le compte technique : son mot de passe est faux, expiré ou bloqué. Donnez-lui un nouveau mot " +
    "de passe sur le portail Chorus Pro et enregistrez celui-là. N'essayez plus l'ancien : des mots de passe faux " +
    "bloquent probablement le compte.",
  "habilitation-probable":
    "Chorus Pro laisse entrer le compte technique mais répond par un autre code retour : les habilitations " +
    "manquent probablement. Cherchez ce code, puis vérifiez les habilitations du compte sur le portail Chorus Pro.",
  "token-refused":
    "La passerelle ne connaît pas le jeton, qui n'a pourtant pas expiré. `npx piste token renew <environnement>` le " +
    "remplace maintenant ; le rafraîchisseur ne le fait qu'à l'échéance.",
  "scope-missing":
    "Le jeton n'a pas le scope que demande cette API. Retirez `scope` de la configuration de l'application, s'il y " +
    "est : il découle alors de `apis` ; les API d'un autre scope vont dans une deuxième application sur les mêmes " +
    "identifiants (`clientCredentialsOf`). S'il n'y est pas, vérifiez sur le portail PISTE que l'API est sélectionnée, " +
    "et renouvelez le jeton.",
  "not-exposed":
    "La passerelle ne connaît pas l'adresse : l'API n'est probablement pas ouverte dans cet environnement. Si cela " +
    "dure, retirez-la de `apis`.",
  "cannot-tell": "Pas de réponse claire : la plateforme, le chemin, ou la demande elle-même. Réessayez plus tard.",
};

/** The network failure as half a sentence. */
export function networkFailureText(failure: NetworkFailure): Text {
  return { en: NETWORK_MEANING[failure], fr: NETWORK[failure] };
}

/**
 * @param meaning the function's own text, for a code that is not known here. It is marked as the function's, because a
 *   description may name any function.
 */
export function runFailureText(code: string, meaning: string): Text {
  return {
    en: diagnosisMeaning(code) ?? `The function says: ${meaning}`,
    fr: own<string>(RUN_FAILURES, code) ?? `La fonction dit : ${meaning}`,
  };
}

/** Says that a requested run wrote no token, because the schedule needs the writes that are left. */
export function overspentText(
  result: Pick<RunResult, "reason" | "kept" | "writtenLastDay" | "nextWriteAt">,
): Text | undefined {
  const { writtenLastDay, nextWriteAt } = result;
  if ((result.kept ?? result.reason) !== "write-budget" || writtenLastDay === undefined) return undefined;
  const next = nextWriteAt === undefined ? undefined : moment(nextWriteAt * 1000);
  return {
    en: `No new token was stored: ${writtenLastDay} were stored in the last 24 hours, AWS allows 100 a day, and the scheduled refreshes need the rest. The stored token stays until the next scheduled refresh.${next ? ` You can ask for another one from ${next.en}.` : ""}`,
    fr: `Aucun nouveau jeton n'a été enregistré : ${writtenLastDay} l'ont été dans les dernières 24 heures, AWS en admet 100 par jour, et les renouvellements planifiés ont besoin du reste. Le jeton enregistré reste en place jusqu'au prochain renouvellement planifié.${next ? ` Vous pourrez en demander un autre à partir du ${next.fr}.` : ""}`,
  };
}

/** The reason why a requested run that did not fail kept the token. */
export function notReplacedText(result: RunResult): Text | undefined {
  if (result.sameToken === true) return SAME_TOKEN;
  return (result.kept ?? result.reason) === "stored-token-lives-longer" ? SHORT_TOKEN : overspentText(result);
}

const SAME_TOKEN: Text = {
  en: "PISTE gave the stored token again, so asking once more does not help: a new one comes when this one expires. If the gateway refuses it, the fault is PISTE's.",
  fr: "PISTE a redonné le jeton déjà enregistré ; redemander n'y change rien : un autre viendra à son expiration. Si la passerelle le refuse, le défaut est du côté de PISTE.",
};
const SHORT_TOKEN: Text = {
  en: "The stored token stays: the one that PISTE gave now would expire before the next one could be stored.",
  fr: "Le jeton enregistré reste en place : celui que PISTE vient de donner expirerait avant que le suivant puisse être enregistré.",
};

export function outcomeText(outcome: ProbeOutcomeCode): Text {
  return { en: PROBE_OUTCOMES[outcome].meaning, fr: OUTCOMES[outcome] };
}
