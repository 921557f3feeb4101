/** What comes after the configuration: the next commands, and the guide's steps to production. */
import type { Platform } from "../../piste/environments";
import { GUIDE } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import type { Answers } from "./fields";

const TITLES = {
  next: { en: "Next, for qualification:", fr: "Ensuite, pour la qualification :" },
  prod: {
    en: "Going live, once qualification works; nothing of it serves again:",
    fr: "Mise en production, ensuite ; rien de la qualification n'y sert :",
  },
  prodCommands: { en: "Then, for production:", fr: "Puis, pour la production :" },
  open: { en: "Still the example's, or left out:", fr: "Encore celui de l'exemple, ou omis :" },
} as const satisfies Record<string, Text>;

/** What a deployment of the environment goes without, or has of the example. */
const WANTED: Readonly<Record<Platform, readonly (keyof Answers)[]>> = {
  qualif: ["alarmEmails", "pisteApplicationName", "siret"],
  prod: ["account", "alarmEmails", "pisteApplicationName", "siret", "stateBucket"],
};

const commands = (environment: Platform, first: readonly string[] = []): string[] =>
  [
    ...first,
    `npx cdktf deploy ${environment}`,
    `npx piste credentials set ${environment} client`,
    `npx piste credentials set ${environment} technical-account`,
    `npx piste doctor ${environment}`,
  ].map((command) => `  ${command}`);

export function whatComesNext(answers: Readonly<Record<Platform, Answers>>, language: Language): string {
  const open = (["qualif", "prod"] as const).flatMap((environment) => {
    const missing = WANTED[environment].filter((name) => {
      const value = answers[environment][name];
      return value === undefined || value.length === 0;
    });
    return missing.length === 0 ? [] : [`  stacks/${environment}.ts: ${missing.join(", ")}`];
  });
  const steps = GUIDE.prod.flatMap(({ id, title, where }) => [
    `  ${id}  ${title[language]}`,
    `      ${where[language]}`,
  ]);
  const state = answers.prod.stateBucket === undefined ? [] : ["npx cdktf deploy state"];
  return [
    ...(open.length === 0 ? [] : [TITLES.open[language], ...open, ""]),
    TITLES.next[language],
    ...commands("qualif"),
    "",
    TITLES.prod[language],
    ...steps,
    "",
    TITLES.prodCommands[language],
    ...commands("prod", state),
    "  npx piste alarms test prod",
  ].join("\n");
}
