import type { Construct } from "constructs";
import { parseEnvironment } from "../piste/environments";
import { checkName, clientSecretName, DEFAULT_APPLICATION } from "../piste/names";
import {
  ImportedSecret,
  PisteSecret,
  recoveryWindowInDays,
  type IPisteSecret,
  type SecretAttributes,
  type RecoverableSecretProps,
} from "./piste-secret";

/**
 * Where the OAuth2 client credentials of a PISTE application are kept: `{"client_id","client_secret"}` in
 * `piste/<environment>/<application>/client`. It is made empty; a person stores the value.
 */
export class ClientCredentialsSecret extends PisteSecret {
  /** A secret that exists, by its name. */
  static fromSecretName(scope: Construct, id: string, secretName: string, attributes?: SecretAttributes): IPisteSecret {
    return new ImportedSecret(scope, id, secretName, attributes);
  }

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: RecoverableSecretProps) {
    const { application = DEFAULT_APPLICATION } = props;
    const environment = parseEnvironment(props.environment);
    checkName("application", application);
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
