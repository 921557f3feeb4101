import type { Construct } from "constructs";
import { checkName, DEFAULT_ACCOUNT, technicalAccountSecretName } from "../piste/names";
import { ownerOf, PisteSecret, type SecretProps } from "./internal/secrets/piste-secret";

export interface TechnicalAccountSecretProps extends SecretProps {
  /**
   * The account's name in the application: 1 to 30 lower-case letters, digits and inner hyphens.
   * @default "default"
   */
  readonly account?: string;
}

/**
 * The credentials of a Chorus Pro technical account: `{"login","password"}` in
 * `piste/<environment>/<application>/technical-account/<account>`. Created empty; a person stores the value.
 */
export class TechnicalAccountSecret extends PisteSecret {
  /** @internal */
  protected static override readonly kind = "technical-account";

  /** @throws Error naming the invalid prop, the rule and the value. */
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
