/** The answers as JSON on standard input, for those who have no terminal or know them already. */
import * as v from "valibot";
import { PLATFORMS, type Platform } from "../../piste/environments";
import { parseJson } from "../../piste/json";
import type { Text } from "../../piste/language";
import { CommandError } from "../command/failure";
import { messageOf } from "../local/user-error";
import { checkField, COPIED, FIELDS, isCopied, type Given } from "./fields";

export type BothGiven = Readonly<Record<Platform, Given>>;

const text = v.optional(v.string());
const common = { region: text, account: text, alarmEmails: v.optional(v.array(v.string())), siret: text };
/** Of each field that is unknown there is an issue, where valibot's strict object has one of the first. */
const only = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value)),
    v.objectWithRest(entries, v.never()),
  );
const schema = only({
  qualif: v.optional(only({ ...common, pisteAccountEmail: text }), {}),
  prod: v.optional(only({ ...common, pisteApplicationName: text, stateBucket: text }), {}),
});

export const PIPED_EXAMPLE = JSON.stringify({
  qualif: { pisteAccountEmail: "equipe@exemple.fr", siret: "12345678901234" },
  prod: {
    account: "123456789012",
    alarmEmails: ["astreinte@exemple.fr"],
    pisteApplicationName: "facturation-exemple",
    siret: "12345678200010",
  },
});

function unreadable(en: string, fr: string): CommandError {
  return new CommandError(
    {
      en: `${en} Nothing was written. On standard input is read JSON such as\n  ${PIPED_EXAMPLE}\nAll fields may be left out; on a terminal they are asked for.`,
      fr: `${fr} Rien n'a été écrit. L'entrée standard attend du JSON tel que\n  ${PIPED_EXAMPLE}\nTous les champs sont facultatifs ; dans un terminal, ils sont demandés.`,
    },
    "input",
  );
}

/** @throws CommandError naming each field that does not fit. */
export function parsePiped(input: string): BothGiven {
  // A byte order mark, which some shells put in front.
  const json = parseJson(input.replace(/^\uFEFF/, ""));
  if (json === undefined)
    throw unreadable("Standard input holds no JSON.", "L'entrée standard ne contient pas de JSON.");
  const parsed = v.safeParse(schema, json, { abortEarly: false });
  if (!parsed.success) {
    const issues = parsed.issues.map((issue) => ({
      path: v.getDotPath(issue) ?? "the whole input",
      unknown: issue.type === "never",
    }));
    const [unknown, wrong] = [true, false].map((kind) =>
      issues.filter((issue) => issue.unknown === kind).map(({ path }) => path),
    );
    throw unreadable(
      [
        ...(unknown?.length ? [`Unknown: ${unknown.join(", ")}.`] : []),
        ...(wrong?.length ? [`Of the wrong kind: ${wrong.join(", ")}.`] : []),
      ].join(" "),
      [
        ...(unknown?.length ? [`Inconnu : ${unknown.join(", ")}.`] : []),
        ...(wrong?.length ? [`D'une autre nature : ${wrong.join(", ")}.`] : []),
      ].join(" "),
    );
  }
  checkValues(parsed.output);
  return parsed.output;
}

/** @throws CommandError with everything that breaks a rule. */
function checkValues(given: BothGiven): void {
  const problems: Text[] = [];
  for (const environment of PLATFORMS) {
    for (const field of FIELDS[environment]) {
      const value = given[environment][field.name];
      if (value === undefined) continue;
      const values = typeof value === "string" ? [value] : value;
      try {
        checkField(field, environment, values);
      } catch (error) {
        const fr = `${environment}.${field.name} : attendu ${field.rule.fr}, reçu ${JSON.stringify(value)}`;
        problems.push({ en: messageOf(error), fr });
      }
    }
  }
  if (isCopied(given.qualif, given.prod.siret)) problems.push(COPIED);
  if (problems.length === 0) return;
  throw new CommandError(
    {
      en: ["Nothing was written:", ...problems.map(({ en }) => `  ${en}`)].join("\n"),
      fr: ["Rien n'a été écrit :", ...problems.map(({ fr }) => `  ${fr}`)].join("\n"),
    },
    "input",
  );
}
