/** The type of a row of the doctor's table, and the commands and places that its texts name. */
import { byPlatform, type Environment } from "../../../piste/environments";
import { GUIDE, handsOf, PORTALS, type GuideStepId } from "../../../piste/guide";
import { joined, type Text } from "../../../piste/language";
import type { Party } from "../../../piste/party";
import type { Layer } from "../report";
import { configurationFile, deployCommand } from "../../command/deployment-command";

/** The values for the commands that the texts name. */
export interface CommandContext {
  readonly environment: Environment;
  /** Absent where there is only one, so that commands need not name it. */
  readonly application?: string | undefined;
  /** Absent where there is only one. */
  readonly account?: string | undefined;
  /** Another application whose client credentials it uses: they are stored there. */
  readonly clientOwner?: string | undefined;
  /** The options of the target, repeated in the suggested commands: ` --local`. */
  readonly where?: string | undefined;
  /** Set by `credentials try`, which checks typed values: nothing is deployed or stored yet. */
  readonly trial?: "pair" | "pair-and-account" | undefined;
}

export interface Finding<Details extends object = object> {
  /** The layer that it marks as failed. */
  readonly layer: Layer;
  /** The step of the guide that it concerns. */
  readonly step: Readonly<Record<Environment, GuideStepId>>;
  readonly owner: Party;
  /** @default "not-seen-yet" where the owner is `wait`, else "missing" */
  readonly status?: "missing" | "not-seen-yet";
  /** True when it ends the examination of the application. */
  readonly stops: boolean;
  /** The place from which PISTE was called. */
  readonly seenFrom?: "here" | "aws";
  /** The action that later steps wait for; absent when those steps are only not reached. */
  readonly first?: Text;
  readonly cause: (details: Details & CommandContext) => Text;
  readonly next: (details: Details & CommandContext) => Text;
  /** For documents and tests. */
  readonly example: Details;
}

/** Lets a row's texts know its details. */
export const finding = <Details extends object>(row: Finding<Details>): Finding<Details> => row;

export const OPERATION = byPlatform({ qualif: "Q7", prod: "P5" });
export const APPLICATION = byPlatform({ qualif: "Q2", prod: "P1" });
export const SELECTION = byPlatform({ qualif: "Q3", prod: "P2" });
export const RACCORDEMENT = byPlatform({ qualif: "Q5", prod: "P4" });
export const HABILITATION = byPlatform({ qualif: "Q5", prod: "P3" });
export const ACCOUNT = byPlatform({ qualif: "Q6", prod: "P5" });

export type CredentialsKind = "client" | "technical-account";

const named = ({ application, account }: Pick<CommandContext, "application" | "account">): string =>
  (application === undefined ? "" : ` --application ${application}`) +
  (account === undefined ? "" : ` --account ${account}`);

/** `npx piste doctor …` for all accounts; in a trial `npx piste credentials try …`. */
export function doctor({ environment, application, where = "", trial }: CommandContext, options = ""): string {
  if (trial) return `\`npx piste credentials try ${environment}${where}${options}\``;
  return `\`npx piste doctor ${environment}${named({ application })}${where}${options}\``;
}

export function setCredentials(context: CommandContext, kind: CredentialsKind): string {
  if (context.trial) return doctor(context);
  const { environment, application, account, clientOwner, where = "" } = context;
  const words =
    kind === "client" ? named({ application: clientOwner ?? application }) : named({ application, account });
  return `\`npx piste credentials set ${environment} ${kind}${words}${where}\``;
}

export const testAlarms = ({ environment, where = "" }: CommandContext): string =>
  `\`npx piste alarms test ${environment}${where}\``;

export const deploy = ({ environment }: CommandContext): string => deployCommand(environment);

/** The configuration file that an operator edits. */
export const configuration = ({ environment }: CommandContext): string => configurationFile(environment);

/** The portal and the path to the form; when two people share the step, of the first one. */
export function whereOf({ environment }: CommandContext, step: Readonly<Record<Environment, GuideStepId>>): Text {
  const found = GUIDE[environment].find(({ id }) => id === step[environment]);
  if (found === undefined) throw new Error(`the guide of ${environment} has no step ${step[environment]}`);
  return handsOf(found)[0]?.where ?? found.where;
}

/**
 * The remedy for a scope that PISTE refuses.
 *
 * @param isOwn true when the configuration already asks for the API's own scope
 */
export function fixScope(context: CommandContext, isOwn: boolean): Text {
  const { environment, application, where = "", trial } = context;
  if (!isOwn) {
    return {
      en: `Remove \`scope\` from ${configuration(context)}, so that it follows from \`apis\`; APIs with another scope need a second application with the same credentials (\`clientCredentialsOf\`); then ${deploy(context)}.`,
      fr: `Retirez \`scope\` de ${configuration(context)} : il découlera de \`apis\` ; les API d'un autre scope demandent une deuxième application avec les mêmes identifiants (\`clientCredentialsOf\`) ; puis ${deploy(context)}.`,
    };
  }
  const selection = whereOf(context, SELECTION);
  const renew = trial ? doctor(context) : `\`npx piste token renew ${environment}${named({ application })}${where}\``;
  return {
    en: `\`scope\` is already what the API asks for. Check that the API is selected and its CGU accepted (${selection.en}); then ${renew}.`,
    fr: `\`scope\` est déjà celui que demande l'API. Vérifiez que l'API est sélectionnée et ses CGU acceptées (${selection.fr}) ; puis ${renew}.`,
  };
}

export function againSoon(context: CommandContext): Text {
  return {
    en: `Run ${doctor(context)} again in a few minutes.`,
    fr: `Relancez ${doctor(context)} dans quelques minutes.`,
  };
}

/** The advice for a failure of PISTE itself. */
export function waitForPiste(context: CommandContext): Text {
  return joined([
    againSoon(context),
    {
      en: `If it lasts for an hour, look for a maintenance notice on ${PORTALS.piste}; if there is none, write to PISTE's support there, with the environment and the start time.`,
      fr: `Si cela dure depuis une heure, cherchez une annonce de maintenance sur ${PORTALS.piste} ; à défaut, écrivez-y au support de PISTE, avec l'environnement et l'heure de début.`,
    },
  ]);
}

export const EMPTY: Text = { en: "", fr: "" };

/** A list in prose. */
export const listed = (names: readonly string[]): string => names.join(", ");

/** Ends a quoted text as a sentence. */
export const ended = (said: string): string => (/[.!?…]$/.test(said) ? said : `${said}.`);
