/** The words for what the doctor reports, the same wherever it is shown. */
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import type { Layer, LayerReport, StepReport, StepStatus } from "./report";

export const ENVIRONMENT_WORDS: Readonly<Record<Environment, Text>> = {
  qualif: { en: "qualification", fr: "qualification" },
  prod: { en: "production", fr: "production" },
};

const STATUS_WORDS: Readonly<Record<StepStatus | "confirmed", Text>> = {
  done: { en: "done", fr: "fait" },
  missing: { en: "to do", fr: "à faire" },
  "not-seen-yet": { en: "not seen yet", fr: "pas encore visible" },
  "not-reached": { en: "not reached", fr: "pas encore examiné" },
  "by-hand": { en: "to be confirmed by hand", fr: "à confirmer à la main" },
  confirmed: { en: "confirmed by hand", fr: "confirmé à la main" },
};

export const statusWord = ({ status, confirmedOn }: Pick<StepReport, "status" | "confirmedOn">): Text =>
  STATUS_WORDS[status === "by-hand" && confirmedOn !== undefined ? "confirmed" : status];

export const STATUS_MEANINGS: Readonly<Record<StepStatus, Text>> = {
  done: { en: "It was seen.", fr: "Cela a été vu." },
  missing: { en: "It was seen that it is not done.", fr: "Il a été vu que ce n'est pas fait." },
  "not-seen-yet": {
    en: "Perhaps it is done; it shows only once another step is.",
    fr: "C'est peut-être fait ; cela ne se verra qu'après une autre étape.",
  },
  "not-reached": {
    en: "The check stopped before it.",
    fr: "La vérification s'est arrêtée avant.",
  },
  "by-hand": {
    en: "It cannot be seen from here; a person confirms it. It prevents nothing.",
    fr: "Cela ne se voit pas d'ici ; une personne le confirme. Cela n'empêche rien.",
  },
};

export const LAYER_WORDS: Readonly<Record<Layer, Text>> = {
  configuration: { en: "configuration and clock", fr: "configuration et horloge" },
  aws: { en: "AWS", fr: "AWS" },
  refresher: { en: "refresher", fr: "rafraîchisseur" },
  token: { en: "token", fr: "jeton" },
  gateway: { en: "PISTE's gateway", fr: "passerelle PISTE" },
  apis: { en: "APIs", fr: "API" },
  accounts: { en: "technical accounts", fr: "comptes techniques" },
  structures: { en: "structures", fr: "structures" },
};

export const LAYER_STATUS_WORDS: Readonly<Record<LayerReport["status"], Text>> = {
  ok: { en: "good", fr: "bon" },
  failed: { en: "fails", fr: "en échec" },
  "not-reached": { en: "not reached", fr: "pas encore examiné" },
};
