import type { Construct } from "constructs";
import { tokenSecretName } from "../piste/names";
import { ownerOf, PisteSecret, type SecretProps } from "./internal/secrets/piste-secret";

/**
 * The access token that consumers read: `{"access_token","token_type","scope","issued_at","expires_at"}` in
 * `piste/<environment>/<application>/token`, times in epoch seconds. A `TokenRefresher` writes it.
 */
export class AccessTokenSecret extends PisteSecret {
  /** @internal */
  protected static override readonly kind = "token";

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: SecretProps) {
    const { environment, application } = ownerOf(props);
    super(
      scope,
      id,
      {
        name: tokenSecretName(environment, application),
        description: `PISTE access token of ${application} (${environment}), kept valid by the token refresher`,
        isFromPortal: false,
      },
      props,
    );
  }
}
