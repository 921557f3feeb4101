/** Findings from before PISTE is called: this machine, AWS, the deployment. */
import { joined, type Text } from "../../../piste/language";
import {
  againSoon,
  configuration,
  deploy,
  doctor,
  EMPTY,
  ended,
  finding,
  listed,
  OPERATION,
  testAlarms,
  type CommandContext,
} from "./finding";
import { awsOptions } from "../../command/target";
import { deletedText, restoreCommand, restoreText } from "../../command/aws-failure";
import { leftText } from "../../verify/drill-mark";

/** The attempted action: `en` fits after "to", `fr` after « de ». */
export interface Tried {
  readonly action: Text;
  readonly permission: string;
}

/** The context without the option that the next command sets again. */
const without = (option: "region" | "profile", { environment, where = "" }: CommandContext): CommandContext => ({
  environment,
  where: where.replace(new RegExp(` --${option} (?:'[^']*'|\\S+)`), ""),
});

const inRegion = (context: CommandContext, name: string): string =>
  doctor(without("region", context), ` --region ${name}`);

const DESCRIBE: Tried = {
  action: {
    en: "read the descriptions of the applications",
    fr: "lire les descriptions des applications",
  },
  permission: "ssm:GetParametersByPath",
};

export const AWS_FINDINGS = {
  bug: finding<{ readonly message: string }>({
    layer: "configuration",
    step: OPERATION,
    owner: "bug",
    stops: true,
    cause: ({ message }) => ({
      en: `This is probably a bug in cdktf-piste: ${ended(message)}`,
      fr: `C'est probablement un défaut de cdktf-piste (message d'origine : « ${message} »).`,
    }),
    next: (context) => ({
      en: `Report it, with what ${doctor(context)} shows when PISTE_DEBUG=1 is set.`,
      fr: `Signalez-le, avec ce qu'affiche ${doctor(context)} quand PISTE_DEBUG=1 est défini.`,
    }),
    example: { message: "TypeError: x is not a function" },
  }),

  "clock-off": finding<{
    /** Less than 0: this machine is ahead. */
    readonly behindInSeconds: number;
  }>({
    layer: "configuration",
    step: OPERATION,
    owner: "operator",
    stops: true,
    cause: ({ behindInSeconds: behind }) => ({
      en: `This machine's clock is ${Math.abs(behind)} s ${behind > 0 ? "behind" : "ahead of"} AWS's.`,
      fr: `L'horloge de cette machine ${behind > 0 ? "retarde" : "avance"} de ${Math.abs(behind)} s sur celle d'AWS.`,
    }),
    next: (context) => ({
      en: `Set this machine's clock (switch its synchronisation on), then ${doctor(context)}.`,
      fr: `Mettez cette machine à l'heure (activez sa synchronisation), puis ${doctor(context)}.`,
    }),
    example: { behindInSeconds: 95 },
  }),

  "aws-no-region": finding<{ readonly fix?: Text | undefined }>({
    layer: "aws",
    step: OPERATION,
    owner: "operator",
    stops: true,
    cause: () => ({ en: "No AWS region is named.", fr: "Aucune région AWS n'est indiquée." }),
    next: ({ fix, ...context }) => {
      const name: Text = {
        en: `Name it: ${doctor(context, " --region eu-west-3")}, or \`export AWS_REGION=eu-west-3\`.`,
        fr: `Indiquez-la : ${doctor(context, " --region eu-west-3")}, ou \`export AWS_REGION=eu-west-3\`.`,
      };
      return fix ? joined([name, fix]) : name;
    },
    example: {},
  }),

  "aws-no-credentials": finding<{ readonly said: string; readonly fix?: Text | undefined }>({
    layer: "aws",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ said }) => ({
      en: `This shell has no valid AWS credentials: ${ended(said)}`,
      fr: `Ce terminal n'a pas d'identifiants AWS valides (message d'AWS : « ${said} »).`,
    }),
    next: ({ fix, ...context }) =>
      fix
        ? joined([fix, { en: `Then ${doctor(context)}.`, fr: `Puis ${doctor(context)}.` }])
        : {
            en: `Log in to AWS (\`aws sts get-caller-identity${awsOptions(context.where)}\` shows who you are), or name a profile: ${doctor(without("profile", context), " --profile <name>")}.`,
            fr: `Connectez-vous à AWS (\`aws sts get-caller-identity${awsOptions(context.where)}\` dit sous quel nom), ou indiquez un profil : ${doctor(without("profile", context), " --profile <nom>")}.`,
          },
    example: { said: "Could not load credentials from any providers" },
  }),

  "aws-denied": finding<Tried & { readonly fix?: Text | undefined }>({
    layer: "aws",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ action, permission }) => ({
      en: `AWS does not allow you to ${action.en} (${permission}).`,
      fr: `AWS ne vous autorise pas à ${action.fr} (${permission}).`,
    }),
    next: ({ fix }) =>
      fix ?? {
        en: "Ask the administrator of the AWS account for that right: `npx piste policy operator` prints the policy.",
        fr: "Demandez ce droit à la personne qui gère le compte AWS : `npx piste policy operator` affiche la politique.",
      },
    example: DESCRIBE,
  }),

  "aws-unreachable": finding<{ readonly said: Text }>({
    layer: "aws",
    step: OPERATION,
    owner: "operator",
    stops: true,
    cause: ({ said }) => ({
      en: `AWS cannot be reached from here: ${ended(said.en)}`,
      fr: `AWS est injoignable d'ici : ${ended(said.fr)}`,
    }),
    next: (context) => ({
      en: `Check the network, HTTPS_PROXY and, behind a private certificate authority, NODE_EXTRA_CA_CERTS, then ${doctor(context)}.`,
      fr: `Vérifiez le réseau, HTTPS_PROXY et, derrière une autorité de certification privée, NODE_EXTRA_CA_CERTS, puis ${doctor(context)}.`,
    }),
    example: { said: { en: "ENOTFOUND", fr: "ENOTFOUND" } },
  }),

  "aws-throttled": finding<Tried>({
    layer: "aws",
    step: OPERATION,
    owner: "wait",
    stops: true,
    cause: ({ action }) => ({
      en: `AWS receives too many calls at once and refused to ${action.en}.`,
      fr: `AWS reçoit trop d'appels à la fois et a refusé de ${action.fr}.`,
    }),
    next: againSoon,
    example: DESCRIBE,
  }),

  "aws-failed": finding<Tried & { readonly said: Text }>({
    layer: "aws",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ action, said }) => ({
      en: `AWS refused to ${action.en}: ${ended(said.en)}`,
      fr: `AWS a refusé de ${action.fr} (message d'AWS : « ${said.fr} »).`,
    }),
    next: (context) => ({
      en: `Show this to the administrator of the AWS account, then ${doctor(context)}.`,
      fr: `Montrez ceci à la personne qui gère le compte AWS, puis ${doctor(context)}.`,
    }),
    example: { ...DESCRIBE, said: { en: "InternalServiceError", fr: "InternalServiceError" } },
  }),

  "not-deployed": finding<{ readonly region: string }>({
    layer: "aws",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ environment, region }) => ({
      en: `No application of ${environment} is described in the region ${region} of this AWS account: the stack is probably not deployed there.`,
      fr: `Aucune application de ${environment} n'est décrite dans la région ${region} de ce compte AWS : la pile n'y est probablement pas déployée.`,
    }),
    next: (context) => ({
      en: `Deploy it: ${deploy(context)}; or name another region: ${inRegion(context, "<name>")}.`,
      fr: `Déployez-la : ${deploy(context)} ; ou indiquez une autre région : ${inRegion(context, "<nom>")}.`,
    }),
    example: { region: "eu-west-3" },
  }),

  "deployed-elsewhere": finding<{ readonly region: string; readonly elsewhere: string }>({
    layer: "aws",
    step: OPERATION,
    owner: "operator",
    stops: true,
    cause: ({ environment, region, elsewhere }) => ({
      en: `No application of ${environment} is described in the region ${region} of this AWS account, but there is one in ${elsewhere}.`,
      fr: `Aucune application de ${environment} n'est décrite dans la région ${region} de ce compte AWS, mais il y en a dans ${elsewhere}.`,
    }),
    next: ({ elsewhere, ...context }) => ({
      en: `Look there: ${inRegion(context, elsewhere)}.`,
      fr: `Regardez là : ${inRegion(context, elsewhere)}.`,
    }),
    example: { region: "eu-west-1", elsewhere: "eu-west-3" },
  }),

  "description-not-believed": finding<{ readonly text: Text }>({
    layer: "aws",
    step: OPERATION,
    owner: "operator",
    stops: false,
    cause: ({ text }) => text,
    next: (context) => ({
      en: `Deploy the application again with this version of cdktf-piste: ${deploy(context)}. If nobody here changed the parameter, search CloudTrail (\`PutParameter\`) for who did.`,
      fr: `Déployez de nouveau l'application avec cette version de cdktf-piste : ${deploy(context)}. Si personne ici n'a changé ce paramètre, cherchez dans CloudTrail (\`PutParameter\`) qui l'a fait.`,
    }),
    example: {
      text: {
        en: "The SSM parameter /piste/qualif/chorus-pro is ignored: it does not hold JSON.",
        fr: "Le paramètre SSM /piste/qualif/chorus-pro n'est pas pris en compte : il ne contient pas de JSON.",
      },
    },
  }),

  "drill-left": finding<{ readonly text: Text }>({
    layer: "refresher",
    step: OPERATION,
    owner: "operator",
    stops: false,
    cause: ({ text }) => text,
    next: ({ environment, application, where = "" }) => {
      const named = application === undefined ? "" : ` --application ${application}`;
      const command = `\`npx piste verify ${environment}${named}${where} --drill\``;
      return {
        en: `If no drill is running, restore the schedule: ${command}.`,
        fr: `Si aucun exercice n'est en cours, remettez la planification en état : ${command}.`,
      };
    },
    example: {
      text: leftText({ since: Date.parse("2026-03-02T10:00:00Z"), until: Date.parse("2026-03-02T10:30:00Z") }),
    },
  }),

  "secret-absent": finding<{ readonly secret: string }>({
    layer: "aws",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ secret }) => ({
      en: `The secret ${secret} is described, but does not exist.`,
      fr: `Le secret ${secret} est décrit, mais n'existe pas.`,
    }),
    next: ({ secret, ...context }) => ({
      en: `Deploy again: ${deploy(context)}. A secret that was deleted in prod can be restored for 30 days: \`${restoreCommand(secret, awsOptions(context.where))}\`.`,
      fr: `Déployez de nouveau : ${deploy(context)}. En prod, un secret supprimé peut être restauré pendant 30 jours : \`${restoreCommand(secret, awsOptions(context.where))}\`.`,
    }),
    example: { secret: "piste/qualif/chorus-pro/client" },
  }),

  "secret-deleted": finding<{ readonly secret: string; readonly fix?: Text | undefined }>({
    layer: "aws",
    step: OPERATION,
    owner: "aws",
    stops: true,
    cause: ({ secret }) => deletedText(secret),
    next: ({ fix = EMPTY, ...context }) =>
      joined([fix, { en: `Then ${doctor(context)}.`, fr: `Puis ${doctor(context)}.` }]),
    example: { secret: "piste/prod/chorus-pro/token", fix: restoreText("piste/prod/chorus-pro/token", {}) },
  }),

  "alarm-mail-unconfirmed": finding<{ readonly addresses: readonly string[] }>({
    layer: "refresher",
    step: OPERATION,
    owner: "aws",
    stops: false,
    cause: ({ addresses }) => ({
      en: `${listed(addresses)}: the subscription is not confirmed, so no alarm arrives there.`,
      fr: `${listed(addresses)} : l'abonnement n'est pas confirmé, aucune alarme n'y arrive donc.`,
    }),
    next: (context) =>
      joined([
        {
          en: 'Follow the link in the mail "AWS Notification - Subscription Confirmation" (check the spam folder, too).',
          fr: "Suivez le lien du message « AWS Notification - Subscription Confirmation » (voyez aussi les indésirables).",
        },
        {
          en: `AWS deletes an address that is not confirmed within 48 hours; ${deploy(context)} then makes AWS send the mail again. The addresses are \`alarmEmails\` in ${configuration(context)}. To test the alarms: ${testAlarms(context)}.`,
          fr: `AWS supprime une adresse qui n'est pas confirmée dans les 48 heures ; ${deploy(context)} fait alors renvoyer le message. Les adresses sont \`alarmEmails\` dans ${configuration(context)}. Pour essayer les alarmes : ${testAlarms(context)}.`,
        },
      ]),
    example: { addresses: ["equipe-facturation@exemple.fr"] },
  }),
};
