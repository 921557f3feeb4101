import type { Environment } from "../../piste/environments";
import { VARIABLES } from "../../piste/names";

/** An application, as a consumer needs to know it. */
export interface ConsumedApplication {
  readonly environment: Environment;
  readonly application: string;
  /** @default - the client's own, 5 */
  readonly reserveInMinutes?: number | undefined;
  /** The technical account of calls that name none. @default - the client's own, "default" */
  readonly account?: string | undefined;
  /** For secrets in another account or region, which are not found by name. */
  readonly tokenSecretArn?: string | undefined;
  readonly accountSecretArn?: string | undefined;
}

/** The environment variables that `createPisteClient` of `cdktf-piste/client` reads; nothing secret. */
export function consumerVariables(consumed: ConsumedApplication): { readonly [name: string]: string } {
  const { environment, application, reserveInMinutes, account, tokenSecretArn, accountSecretArn } = consumed;
  return {
    [VARIABLES.environment]: environment,
    [VARIABLES.application]: application,
    ...(reserveInMinutes !== undefined && { [VARIABLES.reserveInMinutes]: String(reserveInMinutes) }),
    ...(account !== undefined && { [VARIABLES.account]: account }),
    ...(tokenSecretArn !== undefined && { [VARIABLES.tokenSecretArn]: tokenSecretArn }),
    ...(accountSecretArn !== undefined && { [VARIABLES.accountSecretArn]: accountSecretArn }),
  };
}
