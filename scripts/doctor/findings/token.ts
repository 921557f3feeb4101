/** What the doctor finds of the client credentials and the token: PISTE as the function in AWS sees it. */
import { joined, type Text } from "../../../piste/language";
import {
  againSoon,
  configuration,
  deploy,
  doctor,
  EMPTY,
  ended,
  finding,
  OPERATION,
  setCredentials,
  whereOf,
  type Place,
} from "./finding";

/** Until when the stored token is valid all the same, as HH:MM in Paris; absent when there is none. */
export interface Remaining {
  readonly until?: string | undefined;
}

const stillValid = ({ until }: Remaining): Text =>
  until === undefined
    ? EMPTY
    : {
        en: ` The stored token is valid until ${until} (Paris time) all the same.`,
        fr: ` Le jeton enregistré reste valable jusqu'à ${until} (heure de Paris).`,
      };

const withRemaining = (cause: Text, remaining: Remaining): Text => joined([cause, stillValid(remaining)], "");

const storeRightPair = (place: Place): Text => ({
  en: `Store the OAuth2 pair of the ${place.environment} application (not its API key pair: both look like UUIDs), without white space, and the new one if the secret was reset on the portal: ${setCredentials(place, "client")}.`,
  fr: `Enregistrez la paire OAuth2 de l'application de ${place.environment} (pas sa paire « clé d'API » : les deux ressemblent à des UUID), sans espace, et la nouvelle si le secret a été réinitialisé sur le portail : ${setCredentials(place, "client")}.`,
});

const lookAtLog = (functionName: string): Text => ({
  en: `Its log says more: \`aws logs tail /aws/lambda/${functionName} --since 15m\`.`,
  fr: `Son journal en dit plus : \`aws logs tail /aws/lambda/${functionName} --since 15m\`.`,
});

export const TOKEN_FINDINGS = {
  "client-empty": finding({
    layer: "token",
    step: OPERATION,
    owner: "input",
    stops: true,
    first: { en: "store the client credentials", fr: "enregistrer les identifiants de l'application" },
    cause: () => ({
      en: "No client credentials are stored yet.",
      fr: "Les identifiants de l'application ne sont pas encore enregistrés.",
    }),
    next: (place) => ({
      en: `Store the application's OAuth2 pair: ${setCredentials(place, "client")}.`,
      fr: `Enregistrez la paire OAuth2 de l'application : ${setCredentials(place, "client")}.`,
    }),
    example: {},
  }),

  "client-rejected": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "input",
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
    owner: "input",
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
      en: "PISTE has refused the client credentials once with 401; it probably answers so while it throttles, too.",
      fr: "PISTE a refusé une fois les identifiants de l'application avec le statut 401 ; il répond probablement ainsi quand il limite les appels, aussi.",
    }),
    next: (place) => ({
      en: `Run ${doctor(place)} again in two minutes: it tells then.`,
      fr: `Relancez ${doctor(place)} dans deux minutes : il pourra trancher.`,
    }),
    example: {},
  }),

  "client-malformed": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "input",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: 'What is stored as client credentials is not {"client_id": …, "client_secret": …}.',
          fr: 'Ce qui est enregistré comme identifiants de l\'application n\'a pas la forme {"client_id": …, "client_secret": …}.',
        },
        details,
      ),
    next: (place) => ({
      en: `Store the pair again: ${setCredentials(place, "client")}.`,
      fr: `Enregistrez la paire de nouveau : ${setCredentials(place, "client")}.`,
    }),
    example: {},
  }),

  "scope-unknown": finding<Remaining & { readonly scope: string }>({
    layer: "token",
    step: OPERATION,
    owner: "input",
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
    next: (place) => ({
      en: `Correct \`scope\` in ${configuration(place)} (Chorus Pro uses \`openid\`), then ${deploy(place)}.`,
      fr: `Corrigez \`scope\` dans ${configuration(place)} (Chorus Pro utilise \`openid\`), puis ${deploy(place)}.`,
    }),
    example: { scope: "open-id" },
  }),

  "request-refused": finding<Remaining>({
    layer: "token",
    step: OPERATION,
    owner: "input",
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
    next: (place) => {
      const where = whereOf(place, { qualif: "Q2", prod: "P1" });
      return {
        en: `Check that the application is active (${where.en}), and \`scope\` in ${configuration(place)}.`,
        fr: `Vérifiez que l'application est active (${where.fr}), et \`scope\` dans ${configuration(place)}.`,
      };
    },
    example: {},
  }),

  "piste-throttled": finding({
    layer: "token",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "aws",
    cause: () => ({ en: "PISTE's quota is used up (429).", fr: "Le quota de PISTE est épuisé (429)." }),
    next: (place) =>
      joined([
        againSoon(place),
        {
          en: "If it lasts, look for other programs that use these credentials.",
          fr: "Si cela dure, cherchez d'autres programmes qui utilisent ces identifiants.",
        },
      ]),
    example: {},
  }),

  "piste-down": finding<{ readonly meaning: Text }>({
    layer: "token",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "aws",
    cause: ({ meaning }) => meaning,
    next: againSoon,
    example: { meaning: { en: "PISTE is down or restarting.", fr: "PISTE est en panne ou redémarre." } },
  }),

  "piste-not-itself": finding<{ readonly meaning: Text }>({
    layer: "token",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "aws",
    cause: ({ meaning }) => meaning,
    next: againSoon,
    example: {
      meaning: {
        en: "The token endpoint answered with a web page: probably a proxy or a maintenance page.",
        fr: "Le service des jetons a répondu par une page web : probablement un proxy ou une page de maintenance.",
      },
    },
  }),

  "function-network": finding<{ readonly functionName: string; readonly failure: Text }>({
    layer: "token",
    step: OPERATION,
    owner: "aws",
    stops: true,
    seenFrom: "aws",
    cause: ({ functionName, failure }) => ({
      en: `The function ${functionName} does not get through to PISTE: ${failure.en}.`,
      fr: `La fonction ${functionName} n'atteint pas PISTE : ${failure.fr}.`,
    }),
    next: (place) => ({
      en: `Look at the function's network in AWS: its VPC, the NAT gateway, the security group, DNS; then ${doctor(place)}.`,
      fr: `Vérifiez le réseau de la fonction dans AWS : son VPC, la passerelle NAT, le groupe de sécurité, le DNS ; puis ${doctor(place)}.`,
    }),
    example: {
      functionName: "piste-qualif-chorus-pro-token-refresh",
      failure: { en: "the host name cannot be resolved", fr: "le nom d'hôte est introuvable" },
    },
  }),

  "function-failed": finding<Remaining & { readonly functionName: string; readonly said: string }>({
    layer: "token",
    step: OPERATION,
    owner: "aws",
    stops: true,
    seenFrom: "aws",
    cause: (details) =>
      withRemaining(
        {
          en: `The function ${details.functionName} failed: ${ended(details.said)}`,
          fr: `La fonction ${details.functionName} a échoué : ${ended(details.said)}`,
        },
        details,
      ),
    next: (details) =>
      joined([
        {
          en: `Deploy it again: ${deploy(details)}; AWS refuses something to it, or it has a bug.`,
          fr: `Redéployez-la : ${deploy(details)} ; AWS lui refuse quelque chose, ou elle a un défaut.`,
        },
        lookAtLog(details.functionName),
      ]),
    example: {
      functionName: "piste-qualif-chorus-pro-token-refresh",
      said: "PlatformError: cannot write the secret piste/qualif/chorus-pro/token: AccessDeniedException",
    },
  }),

  "token-absent": finding<{ readonly functionName: string; readonly secret: string }>({
    layer: "token",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ functionName, secret }) => ({
      en: `The function ${functionName} says that it has refreshed the token, yet ${secret} holds none that is valid for a minute.`,
      fr: `La fonction ${functionName} dit avoir renouvelé le jeton, mais ${secret} n'en contient aucun qui soit valable une minute.`,
    }),
    next: (details) =>
      joined([
        {
          en: `Deploy again, so that both agree: ${deploy(details)}.`,
          fr: `Déployez de nouveau, pour que les deux s'accordent : ${deploy(details)}.`,
        },
        lookAtLog(details.functionName),
      ]),
    example: { functionName: "piste-qualif-chorus-pro-token-refresh", secret: "piste/qualif/chorus-pro/token" },
  }),
};
