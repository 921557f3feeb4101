import type { Construct } from "constructs";
import { clientSecretName } from "../piste/names";
import { ownerOf, PisteSecret, recoveryWindowInDays, type RecoverableSecretProps } from "./piste-secret";

/**
 * Where the OAuth2 client credentials of a PISTE application are kept: `{"client_id","client_secret"}` in
 * `piste/<environment>/<application>/client`. It is made empty; a person stores the value.
 */
export class ClientCredentialsSecret extends PisteSecret {
  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: RecoverableSecretProps) {
    const { environment, application } = ownerOf(props);
    super(
      scope,
      id,
      clientSecretName(environment, application),
      `OAuth2 client credentials of the PISTE application ${application} (${environment})`,
      recoveryWindowInDays(environment, props),
      props,
    );
  }
}
