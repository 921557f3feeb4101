/** The application that a function serves: set by its environment variables, never by its input. */
import { parseEnvironment, type Environment } from "../../piste/environments";
import { checkName, VARIABLES } from "../../piste/names";

export interface OwnApplication {
  readonly environment: Environment;
  readonly application: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The names of the variables that both functions have. */
export const OWN_VARIABLES = {
  environment: VARIABLES.environment,
  application: VARIABLES.application,
} as const satisfies Record<keyof OwnApplication, string>;

/** @throws Error naming the variable that is missing or does not fit. */
export function decodeOwnApplication(variables: Variables): OwnApplication {
  const environment = requiredVariable(variables, OWN_VARIABLES.environment);
  const application = requiredVariable(variables, OWN_VARIABLES.application);
  checkName(OWN_VARIABLES.application, application);
  return { environment: parseEnvironment(environment, OWN_VARIABLES.environment), application };
}

/** @throws Error when the variable is absent or empty. */
export function requiredVariable(variables: Variables, name: string): string {
  const value = variables[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
  return value;
}
