/** Findings about the technical accounts: whether they are stored, and how Chorus Pro answers them. */
import { PORTALS } from "../../../piste/guide";
import { joined, type Text } from "../../../piste/language";
import { REFUSED_LABEL } from "../../../piste/names";
import { longDay } from "../../command/times";
import {
  ACCOUNT,
  configuration,
  deploy,
  doctor,
  finding,
  OPERATION,
  setCredentials,
  whereOf,
  type CommandContext,
} from "./finding";

const newPassword = (context: CommandContext): Text => {
  const portal = PORTALS["chorus-pro"][context.environment];
  return {
    en: `The structure's gestionnaire principal sets a new password on ${portal}; then ${setCredentials(context, "technical-account")}.`,
    fr: `Le gestionnaire principal de la structure lui donne un nouveau mot de passe sur ${portal} ; puis ${setCredentials(context, "technical-account")}.`,
  };
};

/** The typed password may have a typo; a reset would break a good password for all other users. */
const mistypedOrNew = (context: CommandContext): Text => {
  const portal = PORTALS["chorus-pro"][context.environment];
  return {
    en: `If the password was mistyped, type it once more, carefully; otherwise the structure's gestionnaire principal sets a new one on ${portal}; then ${doctor(context)}.`,
    fr: `Si le mot de passe a été mal saisi, saisissez-le une fois de plus, avec soin ; sinon le gestionnaire principal de la structure en donne un nouveau au compte sur ${portal} ; puis ${doctor(context)}.`,
  };
};

const onceMore = (context: CommandContext & { readonly at: Text }, options = ""): Text => ({
  en: `Run ${doctor(context, options)} at ${context.at.en}, once and not before: wrong passwords probably lock the account.`,
  fr: `Lancez ${doctor(context, options)} à ${context.at.fr}, une fois et pas avant : des mots de passe faux bloquent probablement le compte.`,
});

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

const storeAccount: Text = { en: "store the technical account", fr: "enregistrer le compte technique" };
const acceptedAccount: Text = {
  en: "an account that Chorus Pro accepts",
  fr: "un compte que Chorus Pro accepte",
};

export interface Expired {
  /** yyyy-mm-dd: the last day of the password's lifetime; undefined until it has passed. */
  readonly expiredOn?: string | undefined;
}

export const ACCOUNT_FINDINGS = {
  "account-not-configured": finding({
    layer: "accounts",
    step: ACCOUNT,
    owner: "operator",
    stops: false,
    first: {
      en: "name the technical account in the configuration",
      fr: "indiquer le compte technique dans la configuration",
    },
    cause: () => ({
      en: "APIs of Chorus Pro are configured, but no technical account to call them with.",
      fr: "Des API de Chorus Pro sont configurées, mais aucun compte technique pour les appeler.",
    }),
    next: (context) => ({
      en: `Name it in \`technicalAccounts\` of ${configuration(context)}, then ${deploy(context)} and ${setCredentials(context, "technical-account")}.`,
      fr: `Indiquez-le dans \`technicalAccounts\` de ${configuration(context)}, puis ${deploy(context)} et ${setCredentials(context, "technical-account")}.`,
    }),
    example: {},
  }),

  "account-not-typed": finding({
    layer: "accounts",
    step: ACCOUNT,
    owner: "chorus-pro",
    status: "not-seen-yet",
    stops: false,
    first: { en: "type a technical account", fr: "saisir un compte technique" },
    cause: () => ({
      en: "No technical account was typed, and the raccordement can only be seen with one.",
      fr: "Aucun compte technique n'a été saisi, et le raccordement ne se voit qu'avec lui.",
    }),
    next: (context) => {
      const where = whereOf(context, ACCOUNT);
      const again = doctor({ ...context, trial: "pair" });
      return {
        en: `If there is none yet: ${where.en}, ask for its creation; then ${again}.`,
        fr: `S'il n'y en a pas encore : ${where.fr}, demandez sa création ; puis ${again}.`,
      };
    },
    example: {},
  }),

  "account-empty": finding({
    layer: "accounts",
    step: OPERATION,
    owner: "operator",
    stops: false,
    first: storeAccount,
    cause: () => ({
      en: "The technical account is not stored yet.",
      fr: "Le compte technique n'est pas encore enregistré.",
    }),
    next: (context) => ({
      en: `Store it: ${setCredentials(context, "technical-account")}.`,
      fr: `Enregistrez-le : ${setCredentials(context, "technical-account")}.`,
    }),
    example: {},
  }),

  "account-malformed": finding({
    layer: "accounts",
    step: OPERATION,
    owner: "operator",
    stops: false,
    first: storeAccount,
    cause: () => ({
      en: 'The stored technical account is not {"login": …, "password": …}, so it was not sent.',
      fr: 'Le compte technique enregistré n\'a pas la forme {"login": …, "password": …} et n\'a pas été envoyé.',
    }),
    next: (context) => ({
      en: `Store it again: ${setCredentials(context, "technical-account")}.`,
      fr: `Enregistrez-le de nouveau : ${setCredentials(context, "technical-account")}.`,
    }),
    example: {},
  }),

  "account-same-as-qualif": finding({
    layer: "accounts",
    step: ACCOUNT,
    owner: "operator",
    stops: false,
    first: acceptedAccount,
    cause: () => ({
      en: "The technical account has the login of an account of qualif, so it was not sent: production has its own accounts.",
      fr: "Le compte technique a le même identifiant qu'un compte de qualif et n'a pas été envoyé : la production a ses propres comptes.",
    }),
    next: (context) => ({
      en: `Store the account of production: ${setCredentials(context, "technical-account")}.`,
      fr: `Enregistrez le compte de production : ${setCredentials(context, "technical-account")}.`,
    }),
    example: {},
  }),

  "account-young": finding<{
    readonly at: Text;
    readonly minutes: number;
  }>({
    layer: "accounts",
    step: ACCOUNT,
    owner: "wait",
    stops: false,
    seenFrom: "here",
    first: acceptedAccount,
    cause: ({ minutes, trial }) =>
      trial
        ? {
            en: `Chorus Pro refuses the technical account, whose password was set today: if the account was created less than ${minutes} minutes ago, it is probably not known there yet.`,
            fr: `Chorus Pro refuse le compte technique, dont le mot de passe est d'aujourd'hui : s'il a été créé il y a moins de ${minutes} minutes, il n'y est probablement pas encore connu.`,
          }
        : {
            en: `Chorus Pro refuses the technical account, but it was stored less than ${minutes} minutes ago and is probably not known there yet.`,
            fr: `Chorus Pro refuse le compte technique, mais il a été enregistré il y a moins de ${minutes} minutes et n'y est probablement pas encore connu.`,
          },
    next: (details) => {
      if (!details.trial) return onceMore(details, " --force");
      const { en, fr } = mistypedOrNew(details);
      const again = onceMore(details);
      return {
        en: `${again.en} If it is older: ${lowered(en)}`,
        fr: `${again.fr} S'il est plus ancien : ${lowered(fr)}`,
      };
    },
    example: { at: { en: "14:35 (Paris time)", fr: "14:35 (heure de Paris)" }, minutes: 30 },
  }),

  "account-refused": finding<Expired>({
    layer: "accounts",
    step: ACCOUNT,
    owner: "chorus-pro",
    stops: false,
    seenFrom: "here",
    first: acceptedAccount,
    cause: ({ expiredOn }) =>
      expiredOn === undefined
        ? {
            en: "Chorus Pro refuses the technical account: its password is probably wrong, expired or locked.",
            fr: "Chorus Pro refuse le compte technique : son mot de passe est probablement faux, expiré ou bloqué.",
          }
        : {
            en: `Chorus Pro refuses the technical account: its password probably expired on ${longDay(expiredOn).en}.`,
            fr: `Chorus Pro refuse le compte technique : son mot de passe a probablement expiré le ${longDay(expiredOn).fr}.`,
          },
    next: (context) =>
      joined([
        context.trial && context.expiredOn === undefined ? mistypedOrNew(context) : newPassword(context),
        context.trial
          ? {
              en: "Do not try this one again: wrong passwords probably lock the account.",
              fr: "N'essayez plus celui-ci : des mots de passe faux bloquent probablement le compte.",
            }
          : {
              en: "This one is not sent again: wrong passwords probably lock the account.",
              fr: "Celui-ci n'est plus envoyé : des mots de passe faux bloquent probablement le compte.",
            },
      ]),
    example: {},
  }),

  "account-refused-before": finding<Expired>({
    layer: "accounts",
    step: ACCOUNT,
    owner: "chorus-pro",
    stops: false,
    first: acceptedAccount,
    cause: ({ expiredOn }) =>
      expiredOn === undefined
        ? {
            en: `Chorus Pro refused this password before (label ${REFUSED_LABEL}), so it was not sent again.`,
            fr: `Chorus Pro a déjà refusé ce mot de passe (étiquette ${REFUSED_LABEL}) ; il n'a pas été renvoyé.`,
          }
        : {
            en: `Chorus Pro refused this password before (label ${REFUSED_LABEL}), so it was not sent again: it probably expired on ${longDay(expiredOn).en}.`,
            fr: `Chorus Pro a déjà refusé ce mot de passe (étiquette ${REFUSED_LABEL}) ; il n'a pas été renvoyé et a probablement expiré le ${longDay(expiredOn).fr}.`,
          },
    next: ({ expiredOn, ...context }) =>
      joined([
        newPassword(context),
        ...(expiredOn === undefined
          ? [
              {
                en: `If it is right after all (the account was locked, or too new), ${doctor(context, " --force")} sends it once more.`,
                fr: `S'il est bon malgré tout (compte bloqué, ou trop récent), ${doctor(context, " --force")} l'envoie une fois de plus.`,
              },
            ]
          : []),
      ]),
    example: {},
  }),

  "account-overdue": finding<{
    /** yyyy-mm-dd */
    readonly by: string;
  }>({
    layer: "accounts",
    step: ACCOUNT,
    owner: "chorus-pro",
    stops: false,
    seenFrom: "here",
    cause: ({ by }) => ({
      en: `The password of the technical account had to be changed by ${longDay(by).en}; Chorus Pro still accepts it, but may refuse it any day.`,
      fr: `Le mot de passe du compte technique devait être changé au plus tard le ${longDay(by).fr} ; Chorus Pro l'accepte encore, mais peut le refuser d'un jour à l'autre.`,
    }),
    next: newPassword,
    example: { by: "2026-12-13" },
  }),

  "account-of-another-structure": finding<{
    /** The 14 digits in the login. */
    readonly ofAccount: string;
    readonly configured: string;
  }>({
    layer: "accounts",
    step: ACCOUNT,
    owner: "operator",
    stops: false,
    seenFrom: "here",
    first: {
      en: "the technical account of the configured structure",
      fr: "le compte technique de la structure configurée",
    },
    cause: ({ ofAccount, configured }) => ({
      en: `The technical account is refused with 403 and is probably another structure's: its login names ${ofAccount}, the configuration ${configured}.`,
      fr: `Le compte technique est refusé avec le statut 403 ; c'est probablement celui d'une autre structure : son identifiant indique ${ofAccount}, la configuration ${configured}.`,
    }),
    next: (context) => ({
      en: `Store the account of that structure: ${setCredentials(context, "technical-account")}; or correct \`technicalAccounts\` in ${configuration(context)}, then ${deploy(context)}.`,
      fr: `Enregistrez le compte de cette structure : ${setCredentials(context, "technical-account")} ; ou corrigez \`technicalAccounts\` dans ${configuration(context)}, puis ${deploy(context)}.`,
    }),
    example: { ofAccount: "99999999900010", configured: "12345678901234" },
  }),
};
