import type { Environment } from "../../piste/environments";
import { VARIABLES } from "../../piste/names";

/** What a consumer has to be told of an application. */
export interface ConsumedApplication {
  readonly environment: Environment;
  readonly application: string;
  /** @default - the client's own, 5 */
  readonly reserveInMinutes?: number | undefined;
  /** The technical account that calls carry when none is named. @default - the client's own, "default" */
  readonly account?: string | undefined;
  /** Of secrets in another account or region, where a name finds nothing. */
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
