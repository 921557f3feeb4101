/** Shared by the calls of Chorus Pro. */
import * as v from "valibot";
import { problemsOf } from "./action";
import { json, type Answer } from "./messages";
import type { Platform } from "./platform";

export type Body = Readonly<Record<string, unknown>>;

/** A call of an account that Chorus Pro accepted. */
export interface Call {
  readonly platform: Platform;
  readonly body: Body;
  readonly login: string;
}

export type Calls = Readonly<Record<string, (call: Call) => Answer>>;

/** Success, for reference data, structures and reports on deposits (two clients). */
export const FOUND = { codeRetour: 0, libelle: "TRA_MSG_00.000" };
/** Success, for invoices, as several clients report it of real deposits. */
export const DONE = { codeRetour: 0, libelle: "GCU_MSG_01_000" };
/** An empty search: the credentials are fine. */
export const NOTHING_FOUND = json(200, { codeRetour: 20000, libelle: "TRA_MSG_00.015" });

export const objectIn = (value: unknown): Body => (typeof value === "object" && value !== null ? (value as Body) : {});

/** Answers 400 to an invalid body, as in the official description; the text is made up. */
export const withBody =
  <T>(schema: v.GenericSchema<unknown, T>, answer: (value: T, call: Call) => Answer) =>
  (call: Call): Answer => {
    const parsed = v.safeParse(schema, call.body);
    return parsed.success
      ? answer(parsed.output, call)
      : json(400, { codeRetour: 400, libelle: `EMU_MSG_00.400 : ${problemsOf(parsed.issues)}` });
  };

const USUAL_PAGE = 10;

/** One page of the results, and `parametresRetour`. */
export function pageOf<T>(found: readonly T[], parameters: unknown) {
  const { nbResultatsParPage, pageResultatDemandee } = objectIn(parameters);
  const size = positive(nbResultatsParPage) ?? USUAL_PAGE;
  const page = positive(pageResultatDemandee) ?? 1;
  return {
    shown: found.slice((page - 1) * size, page * size),
    parametresRetour: {
      pageCourante: page,
      pages: Math.ceil(found.length / size),
      nbResultatsParPage: size,
      total: found.length,
    },
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
