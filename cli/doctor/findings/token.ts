/** Findings about the token, as the function in AWS sees PISTE and the network. */
import { logGroupName } from "../../../aws/names";
import { joined, type Text } from "../../../piste/language";
import { shellWord } from "../../command/shell-word";
import { awsOptions } from "../../command/target";
import { againSoon, deploy, doctor, ended, finding, OPERATION, waitForPiste, type CommandContext } from "./finding";
import { withRemaining, type Remaining } from "./remaining";

function lookAtLog({ functionName, where }: CommandContext & { readonly functionName: string }): Text {
  const command = `aws logs tail ${shellWord(logGroupName(functionName))} --since 15m${awsOptions(where)}`;
  return { en: `Its log says more: \`${command}\`.`, fr: `Son journal en dit plus : \`${command}\`.` };
}

/** The function's own message: lambda/shared/network.ts. */
const isNetworkFailure = (said: string): boolean => /\bthe (?:proxy|certificate) /.test(said);

export const TOKEN_FINDINGS = {
  "piste-throttled": finding({
    layer: "token",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "aws",
    cause: () => ({ en: "PISTE's quota is used up (429).", fr: "Le quota de PISTE est épuisé (429)." }),
    next: (context) =>
      joined([
        againSoon(context),
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
    next: waitForPiste,
    example: { meaning: { en: "PISTE is down or restarting.", fr: "PISTE est en panne ou redémarre." } },
  }),

  "piste-not-itself": finding<{ readonly meaning: Text }>({
    layer: "token",
    step: OPERATION,
    owner: "wait",
    stops: true,
    seenFrom: "aws",
    cause: ({ meaning }) => meaning,
    next: waitForPiste,
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
    next: (context) => ({
      en: `Look at the function's network in AWS: its VPC, the NAT gateway, the security group, DNS; then ${doctor(context)}.`,
      fr: `Vérifiez le réseau de la fonction dans AWS : son VPC, la passerelle NAT, le groupe de sécurité, le DNS ; puis ${doctor(context)}.`,
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
          fr: `La fonction ${details.functionName} a échoué (message d'origine : « ${details.said} »).`,
        },
        details,
      ),
    next: (details) =>
      joined([
        isNetworkFailure(details.said)
          ? {
              en: `The cause is the function's network in AWS: follow the message and, if \`landingZone.network\` changes, deploy: ${deploy(details)}.`,
              fr: `La cause est le réseau de la fonction dans AWS : suivez le message et, si \`landingZone.network\` change, déployez : ${deploy(details)}.`,
            }
          : {
              en: `Deploy it again: ${deploy(details)}; AWS denies it something, or it has a bug.`,
              fr: `Redéployez-la : ${deploy(details)} ; AWS lui refuse quelque chose, ou elle a un défaut.`,
            },
        lookAtLog(details),
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
        lookAtLog(details),
      ]),
    example: { functionName: "piste-qualif-chorus-pro-token-refresh", secret: "piste/qualif/chorus-pro/token" },
  }),
};
