/**
 * Reads the answers and logs of functions. They are not trusted, since a description may name any function: texts are
 * shortened, and unknown fields are dropped.
 */
import * as v from "valibot";
import type { RunResult } from "../../lambda/token-refresh/report";
import { parseJson } from "../../piste/json";
import type { Text } from "../../piste/language";
import { CommandError } from "./failure";
import { shellWord } from "./shell-word";

/** The function itself failed: AWS denied it something, or it has a bug. */
export class FunctionError extends CommandError {
  override readonly name = "FunctionError";
}

/** The functions' own texts are shorter; a description may name any function. */
const LONGEST_TEXT = 2_000;
const shownText = v.pipe(
  v.string(),
  // One line, so that it cannot look like the command's own output.
  v.transform((text) => text.slice(0, LONGEST_TEXT).replace(/\s+/g, " ")),
);
/** The latest time of a JavaScript date. */
const LAST_SECOND = 8.64e12;
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_SECOND));

/** The fields that the commands use. */
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

/** @throws FunctionError when the answer is not the result of a run. */
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

/** The run that a log line reports; undefined for any other line. */
export function loggedRunOf(line: string): v.InferOutput<typeof loggedRunSchema> | undefined {
  const parsed = v.safeParse(loggedRunSchema, parseJson(line));
  return parsed.success ? parsed.output : undefined;
}

const functionFailureSchema = v.object({ errorType: v.optional(shownText), errorMessage: v.optional(shownText) });

/** @param answer Lambda's answer when the function threw an error. */
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

/** A function with a concurrency of 0 gets the same answer: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export function concurrencyOf(functionName: string, where = ""): Text {
  const command = `aws lambda get-function-concurrency --function-name ${shellWord(functionName)}${where}`;
  return {
    en: `If that does not help, check whether somebody has stopped the function with a reserved concurrency of 0: \`${command}\`.`,
    fr: `Si cela n'aide pas, vérifiez que personne n'a arrêté la fonction par une simultanéité réservée à 0 : \`${command}\`.`,
  };
}
