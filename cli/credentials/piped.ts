/** Credentials as JSON on standard input. Errors name the field and never repeat its value. */
import * as v from "valibot";
import { parseJson } from "../../piste/json";
import type { Text } from "../../piste/language";
import { CommandError } from "../command/failure";
import { NOTHING_STORED, type Entering } from "./session";

const value = v.pipe(v.string(), v.nonEmpty());
export const pipedClientSchema = v.strictObject({ client_id: value, client_secret: value });
export const pipedAccountSchema = v.strictObject({
  login: value,
  password: value,
  changedOn: v.optional(v.string()),
});

const orNone = v.optional(v.string(), "");
/** An empty or missing login means no account. */
export const pipedTrialSchema = v.strictObject({
  ...pipedClientSchema.entries,
  login: orNone,
  password: orNone,
  changedOn: v.optional(v.string()),
});

/** The byte order mark that PowerShell adds. */
const MARK = /^\uFEFF/;

function unreadable(form: Text, why: Text): CommandError {
  return new CommandError(
    {
      en: `Standard input must hold JSON: ${form.en}. ${why.en} ${NOTHING_STORED.en}`,
      fr: `L'entrée standard doit contenir du JSON : ${form.fr}. ${why.fr} ${NOTHING_STORED.fr}`,
    },
    "operator",
    { code: "input-refused" },
  );
}

/** @throws CommandError unless it is JSON of that schema. */
export async function readPiped<T>(
  { ask, warn }: Pick<Entering, "ask" | "warn">,
  form: Text,
  schema: v.GenericSchema<unknown, T> & { readonly entries: object },
): Promise<T> {
  warn({
    en: `Reading from standard input: ${form.en}`,
    fr: `Lecture de l'entrée standard : ${form.fr}`,
  });
  const text = await ask.piped();
  if (text === undefined) {
    throw unreadable(form, { en: "It is longer than any secret.", fr: "Elle est plus longue que tout secret." });
  }
  if (text.trim() === "") {
    throw unreadable(form, {
      en: "It is empty; on a terminal the values are asked for.",
      fr: "Elle est vide ; dans un terminal, les valeurs sont demandées.",
    });
  }
  const json = parseJson(text.replace(MARK, ""));
  if (json === undefined) throw unreadable(form, { en: "It is not valid JSON.", fr: "Ce n'est pas du JSON." });
  const parsed = v.safeParse(schema, json, { abortEarly: false });
  if (parsed.success) return parsed.output;
  // Never print an unknown key: it may be a value in the wrong place.
  const known = Object.keys(schema.entries);
  const paths = parsed.issues.map((issue) => v.getDotPath(issue) ?? "");
  const wrong = known.filter((field) => paths.includes(field));
  const keys = typeof json === "object" && json !== null && !Array.isArray(json) ? Object.keys(json) : undefined;
  const isObject = keys !== undefined;
  const others = keys?.some((key) => !known.includes(key));
  throw unreadable(form, {
    en: [
      ...(isObject ? [] : ["It is not a JSON object."]),
      ...(wrong.length > 0 ? [`Missing, empty or of the wrong type: ${wrong.join(", ")}.`] : []),
      ...(others ? ["It has other fields."] : []),
    ].join(" "),
    fr: [
      ...(isObject ? [] : ["Ce n'est pas un objet."]),
      ...(wrong.length > 0 ? [`Champ absent, vide ou de type incorrect : ${wrong.join(", ")}.`] : []),
      ...(others ? ["Elle a d'autres champs."] : []),
    ].join(" "),
  });
}
