/** Actions of the control address, with validation of their bodies. */
import * as v from "valibot";
import type { Controlled } from "./controlled";
import { json, type Answer } from "./messages";
import type { Platform } from "./platform";
import { PortalRefusal } from "./portal-refusal";

export type Action = (piste: Controlled, body: unknown) => Answer;
export type Actions = Readonly<Record<string, Action>>;

export const done = (value: unknown = { done: true }): Answer => json(200, value);

/** An action whose body must match a schema. */
export const taking =
  <T>(schema: v.GenericSchema<unknown, T>, act: (piste: Controlled, value: T) => Answer): Action =>
  (piste, body) => {
    const parsed = v.safeParse(schema, body);
    if (!parsed.success) {
      return json(400, { error: `invalid body: ${problemsOf(parsed.issues)}` });
    }
    try {
      return act(piste, parsed.output);
    } catch (error) {
      if (error instanceof PortalRefusal) return json(400, { error: error.message });
      throw error;
    }
  };

/** An action with a body that answers `{"done":true}`. */
export const doing = <T>(schema: v.GenericSchema<unknown, T>, act: (platform: Platform, value: T) => void): Action =>
  taking(schema, ({ platform }, value) => {
    act(platform, value);
    return done();
  });

export const problemsOf = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => problemOf(v.getDotPath(issue) ?? "the body", issue)).join("; ");

function problemOf(name: string, { type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (type === "check") return message;
  if (expected === "never") return `${name} is unknown`;
  if (received === "undefined") return `${name} is missing`;
  if (type === "integer") return `${name} must be a whole number`;
  if (type === "non_empty") return `${name} must not be empty`;
  return `${name} must be ${expected ?? "another value"}`;
}
