import type { Construct } from "constructs";
import { checkName, DEFAULT_ACCOUNT, technicalAccountSecretName } from "../piste/names";
import { ownerOf, PisteSecret, type SecretProps } from "./internal/secrets/piste-secret";

export interface TechnicalAccountSecretProps extends SecretProps {
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
  /** @internal */
  protected static override readonly kind = "technical-account";

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: TechnicalAccountSecretProps) {
    const { environment, application } = ownerOf(props);
    const { account = DEFAULT_ACCOUNT } = props;
    checkName("account", account);
    super(
      scope,
      id,
      {
        name: technicalAccountSecretName(environment, application, account),
        description: `Chorus Pro technical account ${account} of the PISTE application ${application} (${environment})`,
        isFromPortal: true,
      },
      props,
    );
  }
}
