/** Findings about the client credentials, from PISTE's answers to the function in AWS. */
import type { Text } from "../../../piste/language";
import {
  APPLICATION,
  configuration,
  doctor,
  finding,
  fixScope,
  OPERATION,
  type CommandContext,
  setCredentials,
  whereOf,
} from "./finding";
import { withRemaining, type Remaining } from "./remaining";

const storeRightPair = (context: CommandContext): Text => ({
  en: `${context.trial ? "Type" : "Store"} the OAuth2 pair of the ${context.environment} application (not its API key pair: both look like UUIDs), without white space, and the new one if the secret was reset on the portal: ${setCredentials(context, "client")}.`,
  fr: `${context.trial ? "Saisissez" : "Enregistrez"} les identifiants de l'application de ${context.environment} (« OAuth Credentials » sur le portail PISTE, et non « API Keys » : tous ressemblent à des UUID), sans espace, et le nouveau secret client s'il a été réinitialisé : ${setCredentials(context, "client")}.`,
});

export const CLIENT_FINDINGS = {
  "client-empty": finding({
    layer: "token",
    step: OPERATION,
    owner: "operator",
    stops: true,
    first: { en: "store the client credentials", fr: "enregistrer les identifiants de l'application" },
    cause: () => ({
      en: "No client credentials are stored yet.",
      fr: "Les identifiants de l'application ne sont pas encore enregistrés.",
    }),
    next: (context) => ({
      en: `Store the application's OAuth2 pair: ${setCredentials(context, "client")}.`,
      fr: `Enregistrez les identifiants de l'application (« OAuth Credentials » sur le portail PISTE) : ${setCredentials(context, "client")}.`,
    }),
    example: {},
  }),

  "client-rejected": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "operator",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: "PISTE refuses the client id or the client secret; it never says which.",
          fr: "PISTE refuse l'identifiant client ou le secret client ; il ne dit jamais lequel.",
        },
        details,
      ),
    next: storeRightPair,
    example: {},
  }),

  "client-probably-rejected": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "operator",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: "PISTE has refused the client credentials more than once with 401: probably the client id or the client secret is wrong.",
          fr: "PISTE a refusé plus d'une fois les identifiants de l'application avec le statut 401 : l'identifiant client ou le secret client est probablement faux.",
        },
        details,
      ),
    next: storeRightPair,
    example: {},
  }),

  "client-suspected": finding({
    layer: "token",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "aws",
    cause: () => ({
      en: "PISTE has refused the client credentials once with 401; it probably also answers this way while it throttles.",
      fr: "PISTE a refusé une fois les identifiants de l'application avec le statut 401 ; il répond probablement aussi de cette façon quand il limite les appels.",
    }),
    next: (context) => ({
      en: `Run ${doctor(context)} again in two minutes: ${context.trial ? "the same answer then means that the pair is probably wrong" : "it will know then"}.`,
      fr: `Relancez ${doctor(context)} dans deux minutes : ${context.trial ? "la même réponse voudra dire que les identifiants sont probablement faux" : "il pourra trancher"}.`,
    }),
    example: {},
  }),

  "client-malformed": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "operator",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: 'The stored client credentials are not {"client_id": …, "client_secret": …}.',
          fr: 'Les identifiants de l\'application enregistrés n\'ont pas la forme {"client_id": …, "client_secret": …}.',
        },
        details,
      ),
    next: (context) => ({
      en: `Store the pair again: ${setCredentials(context, "client")}.`,
      fr: `Enregistrez-les de nouveau : ${setCredentials(context, "client")}.`,
    }),
    example: {},
  }),

  "scope-unknown": finding<Remaining & { readonly scope: string; readonly isOwn: boolean }>({
    layer: "token",
    step: OPERATION,
    owner: "operator",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: `PISTE does not know the scope \`${details.scope}\`.`,
          fr: `PISTE ne connaît pas le scope \`${details.scope}\`.`,
        },
        details,
      ),
    next: (details) => fixScope(details, details.isOwn),
    example: { scope: "open-id", isOwn: false },
  }),

  "request-refused": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "operator",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: "PISTE refuses the request for a token itself.",
          fr: "PISTE refuse la demande de jeton elle-même.",
        },
        details,
      ),
    next: (context) => {
      const where = whereOf(context, APPLICATION);
      return {
        en: `Check that the application is active (${where.en}), and \`scope\` in ${configuration(context)}.`,
        fr: `Vérifiez que l'application est active (${where.fr}), et \`scope\` dans ${configuration(context)}.`,
      };
    },
    example: {},
  }),
};
