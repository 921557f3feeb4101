/** A person's confirmations of the steps that no software sees: a file for the repository, without secrets. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as v from "valibot";
import { byPlatform, ENVIRONMENTS, type Environment } from "../../piste/environments";
import { GUIDE } from "../../piste/guide";
import { NAME_PATTERN } from "../../piste/names";
import { withoutQuotes } from "../../piste/json";
import { parseDay } from "../../piste/password-age";
import { CommandError } from "../command/failure";
import { writeWhole } from "../command/files";
import { CONFIRMATIONS_FILE, type Confirmed } from "./report";

/** The steps that only a person can see, always or while a configured value is missing. */
export const CONFIRMABLE: Readonly<Record<Environment, readonly string[]>> = byPlatform({
  qualif: ["Q2", "Q3", "Q4"],
  prod: ["P1", "P2"],
});

const day = v.pipe(
  v.string(),
  v.check((text) => parseDay(text) !== undefined),
);
const days = v.optional(v.union([day, v.record(v.pipe(v.string(), v.regex(NAME_PATTERN)), day)]));
const daysOf = (steps: readonly string[]) => v.strictObject(Object.fromEntries(steps.map((step) => [step, days])));
const schema = v.strictObject(
  Object.fromEntries(ENVIRONMENTS.map((environment) => [environment, v.optional(daysOf(CONFIRMABLE[environment]))])),
);

export type Confirmations = Readonly<Partial<Record<Environment, Confirmed>>>;

/** @throws CommandError when the file is there and cannot be read. */
export function readConfirmations(folder: string): Confirmations {
  const file = path.join(folder, CONFIRMATIONS_FILE);
  if (!existsSync(file)) return {};
  try {
    return v.parse(schema, JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new CommandError(
      {
        en: `${CONFIRMATIONS_FILE} cannot be read. It holds days by environment and step, such as {"qualif":{"Q4":"2026-11-25"}}; correct it, or delete it and confirm again.`,
        fr: `${CONFIRMATIONS_FILE} est illisible. Il contient des jours par environnement et par étape, comme {"qualif":{"Q4":"2026-11-25"}} ; corrigez-le, ou supprimez-le et confirmez de nouveau.`,
      },
      "operator",
      { cause: withoutQuotes(error), code: "confirmations-unreadable" },
    );
  }
}

/**
 * Returns the file's confirmations with these steps added. Writes nothing.
 *
 * @param on yyyy-mm-dd.
 * @param application confirms for this application only.
 * @throws CommandError when a step cannot be confirmed by hand, or the file cannot be read.
 */
export function withConfirmed(
  folder: string,
  environment: Environment,
  typed: readonly string[],
  on: string,
  application?: string,
): Confirmations {
  const steps = typed.map((step) => step.trim().toUpperCase());
  for (const step of steps) checkConfirmable(environment, step);
  const before = readConfirmations(folder);
  const known = before[environment] ?? {};
  const dayOf = (step: string): Confirmed[string] => {
    const former = known[step];
    if (application === undefined) return on;
    return typeof former === "string"
      ? former
      : Object.fromEntries(Object.entries({ ...former, [application]: on }).sort(byKey));
  };
  const own: Confirmed = { ...known, ...Object.fromEntries(steps.map((step) => [step, dayOf(step)])) };
  return { ...before, [environment]: own };
}

/** @throws CommandError when the file cannot be written. */
export function writeConfirmations(folder: string, confirmations: Confirmations): void {
  const sorted = Object.fromEntries(
    Object.entries(confirmations)
      .sort(byKey)
      .map(([name, ofSteps]) => [name, Object.fromEntries(Object.entries(ofSteps).sort(byKey))]),
  );
  writeWhole(path.join(folder, CONFIRMATIONS_FILE), `${JSON.stringify(sorted, undefined, 2)}\n`);
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

function checkConfirmable(environment: Environment, step: string): void {
  const confirmable: readonly string[] = CONFIRMABLE[environment];
  if (confirmable.includes(step)) return;
  const listed = (locale: string): string => new Intl.ListFormat(locale).format(confirmable);
  const only = {
    en: `In ${environment}, only ${listed("en-GB")} can be confirmed by hand.`,
    fr: `Pour ${environment}, seuls ${listed("fr")} se confirment à la main.`,
  };
  const home = ENVIRONMENTS.find((name) => GUIDE[name].some(({ id }) => id === step));
  const why =
    home === undefined
      ? {
          en: `The guide has no step ${JSON.stringify(step)}.`,
          fr: `Le guide n'a pas d'étape ${JSON.stringify(step)}.`,
        }
      : home === environment
        ? {
            en: `${step} needs no confirmation: the doctor sees it itself.`,
            fr: `${step} ne se confirme pas à la main : le docteur le voit lui-même.`,
          }
        : { en: `${step} is a step of ${home}.`, fr: `${step} est une étape de ${home}.` };
  throw new CommandError({ en: `${why.en} ${only.en}`, fr: `${why.fr} ${only.fr}` }, "operator", {
    code: "step-not-confirmable",
  });
}
