/** The input of a function, from a schedule or a person. */
import { ENVIRONMENTS, type Environment } from "../../piste/environments";
import { NAME_PATTERN } from "../../piste/names";
import type { OwnApplication } from "./own-application";

export interface Input<Operation extends string> {
  environment: Environment;
  application: string;
  operation: Operation;
}

/** @throws Error naming the fields that do not fit, or the application that another function serves. */
export function parseInput<Operation extends string>(
  event: unknown,
  operations: readonly Operation[],
  own: OwnApplication,
): Input<Operation> {
  const given = (typeof event === "object" ? event : undefined) as Readonly<Record<string, unknown>> | null | undefined;
  const environment = ENVIRONMENTS.find((name) => name === given?.["environment"]);
  const application = given?.["application"];
  const operation = operations.find((name) => name === given?.["operation"]);
  const isName = typeof application === "string" && NAME_PATTERN.test(application);
  if (environment !== undefined && isName && operation !== undefined) {
    if (environment === own.environment && application === own.application) return { operation, ...own };
    throw new Error(
      `this function serves ${own.application} (${own.environment}), and the input names ${application} (${environment})`,
    );
  }
  const wrong = [
    ...(environment === undefined ? ["environment"] : []),
    ...(isName ? [] : ["application"]),
    ...(operation === undefined ? ["operation"] : []),
  ];
  throw new Error(
    `the input must be {"environment","application","operation"}, operation ${operations.length > 1 ? "one of " : ""}` +
      `${operations.join(", ")}; missing or of the wrong type: ${given ? wrong.join(", ") : "the whole input"}`,
  );
}
