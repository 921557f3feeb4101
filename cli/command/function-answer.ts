/**
 * What a function answers, and what it logs: claims, since a description may name any function. Their texts are shown to
 * people, so they are bounded, and nothing else of them is taken.
 */
import * as v from "valibot";
import type { RunResult } from "../../lambda/token-refresh/report";
import { parseJson } from "../../piste/json";
import type { Text } from "../../piste/language";
import { CommandError } from "./failure";
import { shellWord } from "./shell-word";

/** The function itself failed: AWS refused something to it, or it has a bug. */
export class FunctionError extends CommandError {
  override readonly name = "FunctionError";
}

/** The functions' own texts are shorter; a description may name any function. */
const LONGEST_TEXT = 2_000;
const shownText = v.pipe(
  v.string(),
  // In one line, so that it does not pass for what the command says.
  v.transform((text) => text.slice(0, LONGEST_TEXT).replace(/\s+/g, " ")),
);
/** The latest that JavaScript knows. */
const LAST_SECOND = 8.64e12;
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_SECOND));

/** As far as commands use it. */
const RUN_RESULT = {
  reason: shownText,
  class: v.optional(shownText),
  meaning: v.optional(shownText),
  expiresAt: v.optional(seconds),
  kept: v.optional(shownText),
  sameToken: v.optional(v.literal(true)),
  writtenLastDay: v.optional(v.pipe(v.number(), v.minValue(0))),
  nextWriteAt: v.optional(seconds),
  status: v.optional(v.number()),
};
const runResultSchema = v.object({
  outcome: v.picklist(["waited", "refreshed", "kept", "failed", "reported"]),
  promoted: v.optional(v.boolean()),
  ...RUN_RESULT,
});

const loggedRunSchema = v.object({
  Application: v.string(),
  operation: v.picklist(["tick", "refresh", "promote"]),
  outcome: shownText,
  ...RUN_RESULT,
});

/** @throws FunctionError when it is no result of a run. */
export function runResultOf(functionName: string, answer: unknown): RunResult {
  const result = v.safeParse(runResultSchema, answer);
  if (result.success) return result.output;
  throw new FunctionError(
    {
      en: `The function ${functionName} answered something else than the result of a run.`,
      fr: `La fonction ${functionName} a répondu autre chose que le résultat d'une exécution.`,
    },
    "aws",
    { code: "function-failed" },
  );
}

/** A run, as a line of the function's log has it; undefined of any other line. */
export function loggedRunOf(line: string): v.InferOutput<typeof loggedRunSchema> | undefined {
  const parsed = v.safeParse(loggedRunSchema, parseJson(line));
  return parsed.success ? parsed.output : undefined;
}

const functionFailureSchema = v.object({ errorType: v.optional(shownText), errorMessage: v.optional(shownText) });

/** @param answer what Lambda gives of an error that the function threw. */
export function functionError(functionName: string, answer: unknown): FunctionError {
  const parsed = v.safeParse(functionFailureSchema, answer);
  const { errorType = "Error", errorMessage = "unknown" } = parsed.success ? parsed.output : {};
  const said = [errorType, errorMessage].map((text) => text.slice(0, LONGEST_TEXT / 2));
  return new FunctionError(
    {
      en: `The function ${functionName} failed: ${said.join(": ")}`,
      fr: `La fonction ${functionName} a échoué : ${said.join(" : ")}`,
    },
    "aws",
    { code: "function-failed" },
  );
}

/** AWS answers the same where a function may not run at all: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export function concurrencyOf(functionName: string, where = ""): Text {
  const command = `aws lambda get-function-concurrency --function-name ${shellWord(functionName)}${where}`;
  return {
    en: `If that does not help, look whether somebody has stopped the function with a reserved concurrency of 0: \`${command}\`.`,
    fr: `Si cela n'aide pas, vérifiez que personne n'a arrêté la fonction par une simultanéité réservée à 0 : \`${command}\`.`,
  };
}
