import type { Construct } from "constructs";
import { clientSecretName } from "../piste/names";
import { isGuarded, refuseOtherReaders } from "./internal/secrets/guard-rails";
import { ownerOf, PisteSecret, type SecretProps } from "./internal/secrets/piste-secret";

/**
 * The OAuth2 client credentials of a PISTE application: `{"client_id","client_secret"}` in
 * `piste/<environment>/<application>/client`. Created empty; a person stores the value.
 *
 * With guard rails, its policy lets only these read it: refreshers that use it, roles with `grantRead`, and
 * `breakGlassPrincipalArns`. An administrator can store, stage and describe it, but not read it.
 */
export class ClientCredentialsSecret extends PisteSecret {
  /** @internal */
  protected static override readonly kind = "client";

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: SecretProps) {
    const { environment, application } = ownerOf(props);
    super(
      scope,
      id,
      {
        name: clientSecretName(environment, application),
        description: `OAuth2 client credentials of the PISTE application ${application} (${environment})`,
        isFromPortal: true,
      },
      props,
    );
    const readers: string[] = [];
    this.readers = readers;
    const { protection = {} } = props;
    if (isGuarded(environment, protection)) {
      this.addToPolicy(() => refuseOtherReaders([...(protection.breakGlassPrincipalArns ?? []), ...readers]));
    }
  }
}
