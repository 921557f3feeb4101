/**
 * The meaning of the answer to a person's call, and who must act. The outcomes of the catalogue's probes have their texts
 * in piste/probe-outcomes. Here are the causes in the person's own request, and those that `cannot-tell` leaves open.
 */
import type { NetworkFailure } from "../../piste/http";
import { joined, type Text } from "../../piste/language";
import { PROBE_OUTCOMES, type ProbeOutcomeCode } from "../../piste/probe-outcomes";
import type { ProbeAnswer } from "../../piste/probes";
import type { Party } from "../../piste/party";
import { outcomeText } from "../command/french";

export interface Answered {
  readonly api: string;
  readonly outcome: ProbeOutcomeCode;
  /** The answer to the call itself. */
  readonly answer: ProbeAnswer;
  /** True for the catalogue's own call, with nothing of the person's in it. */
  readonly isProbe: boolean;
  /** True when `--probe` could show the cause of a 403. */
  readonly couldAskMore: boolean;
  readonly timeoutInSeconds: number;
  readonly retryAfter?: string | undefined;
  /** Host and port. */
  readonly proxy?: string | undefined;
}

export interface Diagnosis {
  readonly text: Text;
  readonly owner: Party;
}

/** Undefined when the call succeeded. */
export function diagnose(answered: Answered): Diagnosis | undefined {
  const { outcome, answer, isProbe } = answered;
  if (answer.kind === "good") return undefined;
  if (outcome === "cannot-tell" || outcome === "forbidden") return unclear(answered);
  if (!isProbe && outcome === "habilitation-probable") return otherCode(answer);
  if (!isProbe && outcome === "not-exposed") return NOT_FOUND;
  return { text: outcomeText(outcome), owner: PROBE_OUTCOMES[outcome].owner };
}

/** With the person's own data, these are the first suspect. */
function otherCode({ returnCode, messageCode }: ProbeAnswer): Diagnosis {
  const code = [`codeRetour ${returnCode ?? "?"}`, ...(messageCode === undefined ? [] : [messageCode])].join(", ");
  return {
    text: {
      en: `Chorus Pro accepts the technical account but refuses the request (${code}): its answer says why. Correct the JSON or, if it is about rights, check the account's habilitations on the Chorus Pro portal.`,
      fr: `Chorus Pro accepte le compte technique mais refuse la demande (${code}) : sa réponse dit pourquoi. Corrigez le JSON ou, s'il s'agit de droits, vérifiez les habilitations du compte sur le portail Chorus Pro.`,
    },
    owner: "operator",
  };
}

const NOT_FOUND: Diagnosis = {
  text: {
    en: "Nothing has this address (404): check the path first. If it is right, the API is probably not exposed in this environment.",
    fr: "Rien n'a cette adresse (404) : vérifiez d'abord le chemin. S'il est juste, l'API n'est probablement pas exposée dans cet environnement.",
  },
  owner: "operator",
};

/** Network failures, and who must act. */
const FAILURES: Readonly<Record<NetworkFailure, Text & { readonly owner: Party }>> = {
  dns: { en: "its host name cannot be resolved", fr: "son nom d'hôte est introuvable", owner: "operator" },
  refused: { en: "the connection is refused", fr: "la connexion est refusée", owner: "wait" },
  reset: { en: "the connection was cut", fr: "la connexion a été coupée", owner: "wait" },
  tls: {
    en: "no trusted TLS connection could be made; behind a private certificate authority, set NODE_EXTRA_CA_CERTS",
    fr: "aucune connexion TLS de confiance n'a pu être établie ; derrière une autorité de certification privée, définissez NODE_EXTRA_CA_CERTS",
    owner: "operator",
  },
  "timeout-connect": { en: "no connection within the time limit", fr: "pas de connexion à temps", owner: "wait" },
  "timeout-read": {
    en: "no complete answer within the time limit",
    fr: "pas de réponse complète à temps",
    owner: "wait",
  },
  "half-body": { en: "the answer was cut off", fr: "la réponse s'est interrompue", owner: "wait" },
  "too-large": { en: "the answer is too large", fr: "la réponse est trop grande", owner: "operator" },
  proxy: {
    en: "the proxy on the way refuses the connection (HTTPS_PROXY, NO_PROXY)",
    fr: "le proxy sur le chemin refuse la connexion (HTTPS_PROXY, NO_PROXY)",
    owner: "operator",
  },
  "behind-proxy": {
    en: "the proxy on the way says that it cannot reach the host",
    fr: "le proxy sur le chemin dit ne pas pouvoir joindre l'hôte",
    owner: "wait",
  },
  network: { en: "the network failed", fr: "le réseau a échoué", owner: "wait" },
};

const TIMEOUTS: ReadonlySet<NetworkFailure> = new Set(["timeout-connect", "timeout-read"]);
/** Failures after the request was sent. */
const PERHAPS_CARRIED_OUT: ReadonlySet<NetworkFailure> = new Set(["reset", "timeout-read", "half-body"]);

function unclear(answered: Answered): Diagnosis {
  const { answer, proxy } = answered;
  const { failure, kind, status = 0 } = answer;
  const through: Text =
    proxy === undefined ? { en: "", fr: "" } : { en: ` (through the proxy ${proxy})`, fr: ` (par le proxy ${proxy})` };
  if (failure !== undefined) return unanswered(answered, failure, through);
  if (kind === "forbidden" || kind === "scope-missing") return forbidden(answered);
  if (status === 400 && answer.wwwAuthenticate !== undefined) {
    return {
      text: {
        en: `The gateway found no token in the call, which had one: something on the way${through.en} removes it.`,
        fr: `La passerelle n'a trouvé aucun jeton dans l'appel, qui en portait un : quelque chose sur le chemin${through.fr} l'enlève.`,
      },
      owner: "operator",
    };
  }
  if (status === 401) {
    return {
      text: {
        en: "The API answers 401 without a reason: it asks for something that this call does not contain.",
        fr: "L'API répond 401 sans raison : elle demande quelque chose que cet appel ne contient pas.",
      },
      owner: "operator",
    };
  }
  if (status === 429) return throttled(answered);
  if (status >= 400 && status < 500 && ![403, 404, 408, 423].includes(status)) {
    return {
      text: {
        en: `The API refuses the request itself (${status}): its answer may say why. Check the method, the path and the JSON.`,
        fr: `L'API refuse la demande elle-même (${status}) : sa réponse dit peut-être pourquoi. Vérifiez la méthode, le chemin et le JSON.`,
      },
      owner: "operator",
    };
  }
  if (status >= 500 || status === 408 || status === 423) {
    const down: Text = {
      en: `PISTE, or what is behind it, is down or restarting (${status}). Try again later.`,
      fr: `PISTE, ou ce qui se trouve derrière, est en panne ou redémarre (${status}). Réessayez plus tard.`,
    };
    const isDeepSearch = answered.api === "legifrance" && status === 503 && !answered.isProbe;
    return { text: isDeepSearch ? joined([down, DEEP_SEARCH]) : down, owner: "wait" };
  }
  return {
    text: {
      en: `This is not an answer of the API (${status}, ${answer.contentType ?? "no content type"}): probably a maintenance page, or a proxy's${through.en}. Try again later.`,
      fr: `Ce n'est pas une réponse de l'API (${status}, ${answer.contentType ?? "sans type de contenu"}) : probablement une page de maintenance, ou celle d'un proxy${through.fr}. Réessayez plus tard.`,
    },
    owner: "wait",
  };
}

/** [fact: legifrance-503] */
const DEEP_SEARCH: Text = {
  en: "Légifrance probably also answers this way when a search goes beyond its first 10,000 results: narrow it.",
  fr: "Légifrance répond probablement aussi de cette façon quand une recherche va au-delà de ses 10 000 premiers résultats : restreignez-la.",
};

function unanswered({ timeoutInSeconds }: Answered, failure: NetworkFailure, through: Text): Diagnosis {
  const { owner, ...why } = FAILURES[failure];
  const sentences: Text[] = [
    { en: `The API gave no answer${through.en}: ${why.en}.`, fr: `L'API n'a pas répondu${through.fr} : ${why.fr}.` },
  ];
  if (PERHAPS_CARRIED_OUT.has(failure)) {
    sentences.push({
      en: "It may still have carried out the call.",
      fr: "Elle a peut-être exécuté l'appel malgré tout.",
    });
  }
  if (TIMEOUTS.has(failure)) {
    sentences.push({
      en: `To wait longer than ${timeoutInSeconds} s: \`--timeout-in-seconds\`.`,
      fr: `Pour attendre plus de ${timeoutInSeconds} s : \`--timeout-in-seconds\`.`,
    });
  }
  return { text: joined(sentences), owner };
}

/** A 403 without a second call, or with one that contradicts it. */
function forbidden({ couldAskMore }: Answered): Diagnosis {
  return {
    text: {
      en: `Either the API is not selected for the PISTE application (or its CGU are not accepted), or this technical account's raccordement or habilitation is missing. ${couldAskMore ? "`--probe` calls once more with a made-up login, which shows the cause." : "A second call did not show the cause; try again later."}`,
      fr: `Soit l'API n'est pas sélectionnée pour l'application PISTE (ou ses CGU ne sont pas acceptées), soit il manque le raccordement ou les habilitations de ce compte technique. ${couldAskMore ? "`--probe` appelle encore une fois, avec un identifiant inventé, ce qui montre la cause." : "Un second appel n'a pas montré la cause ; réessayez plus tard."}`,
    },
    // One of two portals; both end with the same exit code.
    owner: couldAskMore ? "piste-portal" : "wait",
  };
}

/** [fact: quotas] */
function throttled({ retryAfter }: Answered): Diagnosis {
  const asked = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter.trim()) ? retryAfter.trim() : undefined;
  return {
    text: {
      en: `The quota is used up (429): the application probably has one for each method, per second, minute and day. Try again ${asked === undefined ? "later" : `in ${asked} s`}.`,
      fr: `Le quota est épuisé (429) : l'application en a probablement un pour chaque méthode, par seconde, par minute et par jour. Réessayez ${asked === undefined ? "plus tard" : `dans ${asked} s`}.`,
    },
    owner: "wait",
  };
}
