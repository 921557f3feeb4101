/** Findings about the network path to the gateway, the gateway and each API behind it. */
import { joined, type Text } from "../../../piste/language";
import { asSentence, howManyApis, LET_APPLICATION_IN } from "../message-parts";
import {
  againSoon,
  configuration,
  deploy,
  doctor,
  EMPTY,
  finding,
  listed,
  fixScope,
  OPERATION,
  SELECTION,
  waitForPiste,
  whereOf,
} from "./finding";

export interface OnTheWay {
  /** Host and port of a proxy on the way. */
  readonly proxy?: string | undefined;
}

const through = ({ proxy }: OnTheWay): Text =>
  proxy === undefined
    ? EMPTY
    : { en: ` through the proxy ${proxy} (HTTPS_PROXY)`, fr: ` par le proxy ${proxy} (HTTPS_PROXY)` };

/** By their titles. */
export interface Apis {
  readonly apis: readonly string[];
}

/** An unclear answer. */
export interface Unclear {
  readonly answered: Text;
}

const quoted = (scopes: readonly string[]): string => scopes.map((scope) => `\`${scope}\``).join(", ");

const UNCLEAR: Unclear = { answered: { en: "status 503", fr: "statut 503" } };

export const GATEWAY_FINDINGS = {
  "way-from-here": finding<OnTheWay & { readonly host: string; readonly failure: Text }>({
    layer: "gateway",
    step: OPERATION,
    owner: "operator",
    stops: true,
    seenFrom: "here",
    cause: (details) => ({
      en: `${details.host} cannot be reached from here${through(details).en}: ${details.failure.en}.`,
      fr: `${details.host} est injoignable d'ici${through(details).fr} : ${details.failure.fr}.`,
    }),
    next: (context) => ({
      en: `Check the network of this machine, HTTPS_PROXY, NO_PROXY and, behind a private certificate authority, NODE_EXTRA_CA_CERTS; then ${doctor(context)}.`,
      fr: `Vérifiez le réseau de cette machine, HTTPS_PROXY, NO_PROXY et, derrière une autorité de certification privée, NODE_EXTRA_CA_CERTS ; puis ${doctor(context)}.`,
    }),
    example: {
      host: "sandbox-api.piste.gouv.fr",
      failure: { en: "the proxy on the way refuses the connection", fr: "le proxy sur le chemin refuse la connexion" },
      proxy: "proxy.exemple.fr:3128",
    },
  }),

  "gateway-down": finding<Unclear>({
    layer: "gateway",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "here",
    cause: ({ answered }) => ({
      en: `PISTE's gateway, or what is behind it, is down or restarting (${answered.en}).`,
      fr: `La passerelle de PISTE, ou ce qui est derrière, est en panne ou redémarre (${answered.fr}).`,
    }),
    next: waitForPiste,
    example: UNCLEAR,
  }),

  "gateway-throttled": finding({
    layer: "gateway",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "here",
    cause: () => ({
      en: "The application's quota at PISTE's gateway is used up (429).",
      fr: "Le quota de l'application à la passerelle de PISTE est épuisé (429).",
    }),
    // [fact: quotas]
    next: (context) =>
      joined([
        againSoon(context),
        {
          en: "The quota of a whole day, probably one for each method, comes back the next day.",
          fr: "Le quota d'une journée entière, probablement un par méthode, revient le lendemain.",
        },
      ]),
    example: {},
  }),

  "gateway-page": finding<OnTheWay & { readonly host: string }>({
    layer: "gateway",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "here",
    cause: (details) => ({
      en: `A web page came back${through(details).en} instead of the answer of ${details.host}: probably a maintenance page, or a proxy's.`,
      fr: `Une page web est revenue${through(details).fr} à la place de la réponse de ${details.host} : probablement une page de maintenance, ou celle d'un proxy.`,
    }),
    next: (context) =>
      joined([
        againSoon(context),
        {
          en: "If it lasts, ask the administrator of the proxy.",
          fr: "Si cela dure, demandez à la personne qui gère le proxy.",
        },
      ]),
    example: { host: "sandbox-api.piste.gouv.fr" },
  }),

  "token-refused": finding<{ readonly renewed?: boolean; readonly kept?: Text | undefined }>({
    layer: "gateway",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "here",
    cause: ({ renewed = false, kept = EMPTY }) => {
      const tried: Text = renewed
        ? { en: ", though it has just been renewed", fr: ", qui vient pourtant d'être renouvelé" }
        : EMPTY;
      return joined([
        {
          en: `The gateway does not know the access token${tried.en}.`,
          fr: `La passerelle ne connaît pas le jeton${tried.fr}.`,
        },
        ...(kept === EMPTY ? [] : [kept]),
      ]);
    },
    next: againSoon,
    example: { renewed: true },
  }),

  "api-not-selected": finding<{
    readonly missing: readonly string[];
    readonly selected: number;
    readonly total: number;
  }>({
    layer: "apis",
    step: SELECTION,
    owner: "piste-portal",
    stops: false,
    seenFrom: "here",
    first: { en: "select the APIs and accept their CGU", fr: "sélectionner les API et accepter leurs CGU" },
    cause: ({ missing, selected, total }) => {
      const several = missing.length > 1;
      const { en, fr } = asSentence(howManyApis(selected, total, LET_APPLICATION_IN));
      return {
        en: `${en}; ${listed(missing)} missing: probably not selected for the PISTE application, or ${several ? "their" : "its"} CGU not accepted.`,
        fr: `${fr} ; ${several ? "manquent" : "manque"} ${listed(missing)} : probablement pas ${several ? "sélectionnées" : "sélectionnée"} pour l'application PISTE, ou CGU non acceptées.`,
      };
    },
    next: (context) => {
      const where = whereOf(context, SELECTION);
      // [fact: no-api-subscribed] The answers are the same as for CGU that are not accepted.
      return {
        en: `${where.en}: tick the CGU, select what is missing, « Sauvegarder l'application » (« Appliquer les modifications »); do the same if « Aucune API souscrite » shows despite the CGU. The change may take a while to take effect; then ${doctor(context)}.`,
        fr: `${where.fr} : cochez les CGU, sélectionnez ce qui manque, « Sauvegarder l'application » (« Appliquer les modifications ») ; de même si « Aucune API souscrite » s'affiche malgré les CGU. L'effet peut se faire attendre un moment ; puis ${doctor(context)}.`,
      };
    },
    example: { missing: ["Factures"], selected: 3, total: 4 },
  }),

  "probe-needed": finding<Apis>({
    layer: "apis",
    step: SELECTION,
    owner: "operator",
    status: "not-seen-yet",
    stops: false,
    seenFrom: "here",
    first: {
      en: "the call with a made-up login (`--probe`)",
      fr: "l'appel avec un identifiant inventé (`--probe`)",
    },
    cause: ({ apis }) => ({
      en: `403 from ${listed(apis)}: either the API is not selected (P2), or the raccordement is missing (P4). A call with a made-up login tells which.`,
      fr: `403 de ${listed(apis)} : soit l'API n'est pas sélectionnée (P2), soit le raccordement manque (P4). Un appel d'essai, avec un identifiant de compte qui n'existe pas, permet de savoir lequel des deux.`,
    }),
    next: (context) => ({
      en: `${doctor(context, " --probe")} makes that call: it tells whether it is P2 or P4.`,
      fr: `${doctor(context, " --probe")} fait cet appel : il dit si c'est P2 ou P4.`,
    }),
    example: { apis: ["Factures"] },
  }),

  "api-not-exposed": finding<Apis & { readonly isOwn?: boolean }>({
    layer: "apis",
    step: OPERATION,
    owner: "operator",
    stops: false,
    seenFrom: "here",
    first: { en: "APIs that exist in this environment", fr: "des API ouvertes dans cet environnement" },
    cause: ({ apis, environment }) => ({
      en: `The gateway does not know ${listed(apis)} (404): probably not exposed in ${environment}.`,
      fr: `La passerelle ne connaît pas ${listed(apis)} (404) : probablement pas ouverte en ${environment}.`,
    }),
    next: ({ isOwn = false, ...context }) => ({
      en: `If this lasts, ${isOwn ? "correct `basePath` and `ping`, or remove" : "remove"} it from \`apis\` in ${configuration(context)}, then ${deploy(context)}.`,
      fr: `Si cela dure, ${isOwn ? "corrigez `basePath` et `ping`, ou retirez" : "retirez"}-la de \`apis\` dans ${configuration(context)}, puis ${deploy(context)}.`,
    }),
    example: { apis: ["Judilibre"] },
  }),

  "scope-missing": finding<Apis & { readonly scope: string; readonly wanted: readonly string[] }>({
    layer: "apis",
    step: OPERATION,
    owner: "operator",
    stops: false,
    seenFrom: "here",
    first: { en: "the scope that the API asks for", fr: "le scope que demande l'API" },
    cause: ({ apis, scope, wanted }) => ({
      en: `The token has the scope \`${scope}\`, not the one that ${listed(apis)} asks for (${quoted(wanted)}).`,
      fr: `Le jeton, de scope \`${scope}\`, n'a pas celui que demande ${listed(apis)} (${quoted(wanted)}).`,
    }),
    next: (details) =>
      fixScope(
        details,
        details.wanted.every((wanted) => details.scope.split(" ").includes(wanted)),
      ),
    example: { apis: ["CaptchÉtat"], scope: "openid", wanted: ["piste.captchetat"] },
  }),

  "api-unknown": finding<Apis>({
    layer: "apis",
    step: OPERATION,
    owner: "operator",
    stops: false,
    cause: ({ apis }) => ({
      en: `This version of the command does not know ${listed(apis)}, so it cannot look at it.`,
      fr: `Cette version de la commande ne connaît pas ${listed(apis)} et ne peut donc pas l'examiner.`,
    }),
    next: () => ({
      en: "Use the version of cdktf-piste that was deployed; `npx piste --version` tells which one this is.",
      fr: "Utilisez la version de cdktf-piste qui a été déployée ; `npx piste --version` dit laquelle est celle-ci.",
    }),
    example: { apis: ["chorus-pro-factures-v2"] },
  }),

  "api-unclear": finding<Apis & Unclear & { readonly isOwn?: boolean }>({
    layer: "apis",
    step: OPERATION,
    owner: "wait",
    stops: false,
    seenFrom: "here",
    first: { en: "a clear answer", fr: "une réponse claire" },
    cause: ({ apis, answered, isOwn = false }) => ({
      en: `No clear answer from ${listed(apis)} (${answered.en}): the cause is probably the platform${isOwn ? ", or the `ping`, whose answer must be 200" : ""}.`,
      fr: `Pas de réponse claire de ${listed(apis)} (${answered.fr}) : la cause est probablement la plateforme${isOwn ? ", ou le `ping`, dont la réponse doit être 200" : ""}.`,
    }),
    next: (context) =>
      context.trial === "pair-and-account"
        ? {
            en: `Run ${doctor(context)} again in half an hour, once and not before: the technical account may have been refused already, and wrong passwords probably lock it.`,
            fr: `Relancez ${doctor(context)} dans une demi-heure, une fois et pas avant : le compte technique a peut-être déjà été refusé, et des mots de passe faux le bloquent probablement.`,
          }
        : againSoon(context),
    example: { apis: ["Factures"], ...UNCLEAR },
  }),
};
