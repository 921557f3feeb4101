/** The labels of environments, layers, statuses and owners. */
import { ENVIRONMENTS, type Environment } from "../../piste/environments";
import { GUIDE, type GuideStep, type GuideStepId } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import type { Party } from "../../piste/party";
import type { Layer, LayerReport, StepReport, StepStatus } from "./report";

/** An environment that shares its platform with others is shown by its own name. */
export const ENVIRONMENT_LABELS: Readonly<Record<Environment, Text>> = {
  ...(Object.fromEntries(ENVIRONMENTS.map((name) => [name, { en: name, fr: name }])) as Record<Environment, Text>),
  qualif: { en: "qualification", fr: "qualification" },
  prod: { en: "production", fr: "production" },
};

export const LAYER_LABELS: Readonly<Record<Layer, Text>> = {
  configuration: { en: "Configuration and clock", fr: "Configuration et horloge" },
  aws: { en: "AWS", fr: "AWS" },
  refresher: { en: "Refresher", fr: "Rafraîchisseur" },
  token: { en: "Token", fr: "Jeton" },
  gateway: { en: "Gateway", fr: "Passerelle" },
  apis: { en: "APIs", fr: "API" },
  accounts: { en: "Technical accounts", fr: "Comptes techniques" },
  structures: { en: "Structures", fr: "Structures" },
};

export const LAYER_STATUS_LABELS: Readonly<Record<LayerReport["status"], Text>> = {
  ok: { en: "good", fr: "bon" },
  unclear: { en: "to be checked", fr: "à vérifier" },
  failed: { en: "fails", fr: "en échec" },
  "not-reached": { en: "not reached", fr: "non examiné" },
};

/** One line about a layer; the steps tell why it fails. */
export function layerLine({ layer, status, said }: LayerReport, language: Language): string {
  const colon = language === "fr" ? " : " : ": ";
  return `${LAYER_LABELS[layer][language]}${colon}${printable((status === "ok" || status === "unclear" ? said : LAYER_STATUS_LABELS[status])[language])}`;
}

const STATUS_LABELS: Readonly<Record<StepStatus, Text>> = {
  done: { en: "done", fr: "fait" },
  missing: { en: "missing", fr: "manquant" },
  "not-seen-yet": { en: "not seen yet", fr: "pas encore visible" },
  "not-reached": { en: "not reached", fr: "non examiné" },
  "by-hand": { en: "confirm by hand", fr: "à confirmer" },
  "not-needed": { en: "not needed", fr: "sans objet" },
};

export function statusLabel({ status, confirmedOn }: Pick<StepReport, "status" | "confirmedOn">): Text {
  if (status !== "by-hand" || confirmedOn === undefined) return STATUS_LABELS[status];
  return { en: "confirmed", fr: "confirmé" };
}

export const STATUS_MEANINGS: Readonly<Record<StepStatus, Text>> = {
  done: { en: "The check saw that it is done.", fr: "On a constaté que c'est fait." },
  missing: { en: "The check saw that it is not done.", fr: "On a constaté que ce n'est pas fait." },
  "not-seen-yet": {
    en: "It may be done already; that shows only after another step, or later.",
    fr: "C'est peut-être fait ; cela ne se verra qu'après une autre étape, ou plus tard.",
  },
  "not-reached": { en: "The check stopped before it.", fr: "La vérification s'est arrêtée avant." },
  "by-hand": {
    en: "It cannot be seen from here, so a person confirms it. The other steps do not wait for it.",
    fr: "Cela ne se voit pas d'ici : une personne le confirme. Les autres étapes ne l'attendent pas.",
  },
  "not-needed": {
    en: "No API of the application needs it.",
    fr: "Aucune API de l'application n'en a besoin.",
  },
};

/** The party that can repair it, in a few words. */
export const OWNER_LABELS: Readonly<Record<Party, Text>> = {
  "piste-portal": { en: "on the PISTE portal", fr: "sur le portail PISTE" },
  anyone: { en: "on the qualification portal", fr: "sur le portail de qualification" },
  "chorus-pro": { en: "on the Chorus Pro portal", fr: "sur le portail Chorus Pro" },
  operator: { en: "configuration or credentials", fr: "configuration ou identifiants" },
  aws: { en: "a person with rights in the AWS account", fr: "la personne qui a les droits dans AWS" },
  wait: { en: "wait", fr: "attendre" },
  bug: { en: "cdktf-piste", fr: "cdktf-piste" },
};

/** The guide's step. Without an environment: for what does not depend on it, such as the title. */
export function guideStep(id: GuideStepId, environment?: Environment): GuideStep {
  const steps = environment === undefined ? ENVIRONMENTS.flatMap((name) => GUIDE[name]) : GUIDE[environment];
  const step = steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`the guide has no step ${id}`);
  return step;
}

export const SEEN_FROM_LABELS: Readonly<Record<"here" | "aws", Text>> = {
  here: { en: "seen from here", fr: "vu d'ici" },
  aws: { en: "seen from AWS", fr: "vu depuis AWS" },
};
