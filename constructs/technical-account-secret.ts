import type { Construct } from "constructs";
import { parseEnvironment } from "../piste/environments";
import { checkName, DEFAULT_ACCOUNT, DEFAULT_APPLICATION, technicalAccountSecretName } from "../piste/names";
import {
  ImportedSecret,
  PisteSecret,
  recoveryWindowInDays,
  type IPisteSecret,
  type SecretAttributes,
  type RecoverableSecretProps,
} from "./piste-secret";

export interface TechnicalAccountSecretProps extends RecoverableSecretProps {
  /**
   * Tells the application's accounts apart: 1 to 30 lower-case letters, digits and inner hyphens.
   * @default "default"
   */
  readonly account?: string;
}

/**
 * Where a technical account of Chorus Pro is kept: `{"login","password"}` in
 * `piste/<environment>/<application>/technical-account/<account>`. It is made empty; a person stores the value.
 */
export class TechnicalAccountSecret extends PisteSecret {
  /** A secret that exists, by its name. */
  static fromSecretName(scope: Construct, id: string, secretName: string, attributes?: SecretAttributes): IPisteSecret {
    return new ImportedSecret(scope, id, secretName, attributes);
  }

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: TechnicalAccountSecretProps) {
    const { application = DEFAULT_APPLICATION, account = DEFAULT_ACCOUNT } = props;
    const environment = parseEnvironment(props.environment);
    checkName("application", application);
    checkName("account", account);
    super(
      scope,
      id,
      technicalAccountSecretName(environment, application, account),
      `Chorus Pro technical account ${account} of the PISTE application ${application} (${environment})`,
      recoveryWindowInDays(environment, props),
      props,
    );
  }
}
