import type { Construct } from "constructs";
import { clientSecretName } from "../piste/names";
import { isGuarded, refuseOtherReaders } from "./internal/secrets/guard-rails";
import { ownerOf, PisteSecret, type SecretProps } from "./internal/secrets/piste-secret";

/**
 * Where the OAuth2 client credentials of a PISTE application are kept: `{"client_id","client_secret"}` in
 * `piste/<environment>/<application>/client`. It is made empty; a person stores the value.
 *
 * With guard rails its own policy refuses to be read to all but the refresher that it is given to, roles that
 * `grantRead` was called for, and `breakGlassPrincipalArns`: an administrator stores, stages and describes it, no more.
 */
export class ClientCredentialsSecret extends PisteSecret {
  /** @internal */
  protected static override readonly kind = "client";

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
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
