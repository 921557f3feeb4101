/** Protection of an application's secrets beyond IAM. */
import { Token } from "cdktf";
import { checkBoolean, checkList, checkOptions, shown, type Rules } from "../piste/options";
import { checkPrincipalArn } from "./internal/secrets/guard-rails";

/** Passed to every secret; each ignores the members that do not apply to it. */
export interface Protection {
  /**
   * Whether each secret has a policy that refuses requests without TLS and, for client credentials, all readers
   * except the refresher, roles with `grantRead` and `breakGlassPrincipalArns`. Reasons, and how to recover:
   * docs/decisions/guard-rails.md.
   * @default - `true` in prod, `false` in qualif
   */
  readonly guardRails?: boolean;
  /**
   * Other IAM roles and users of this account that may read the client credentials with rights of their own: for an
   * emergency, or in another stack. `*` in a name matches any characters.
   * @default - none
   */
  readonly breakGlassPrincipalArns?: string[];
  /**
   * The id of an AWS organization, `o-…`: secrets refuse principals outside it, except AWS services.
   * @default - none
   */
  readonly organizationId?: string;
  /**
   * Whether the policies of client credentials and technical accounts, and Terraform's plan, refuse their deletion.
   * @default false
   */
  readonly refuseDeletion?: boolean;
  /**
   * How long deleted client credentials and technical accounts can be restored: 7 to 30 days, or 0 to delete at once.
   * The token has no recovery window.
   * @default - 30 in prod, 0 in qualif
   */
  readonly recoveryWindowInDays?: number;
}

const RULES: Rules<Protection> = {
  guardRails: checkBoolean,
  breakGlassPrincipalArns: (property, arns) => {
    checkList(property, arns);
    arns.forEach((arn, index) => {
      checkPrincipalArn(`${property}[${index}]`, arn, "*?");
    });
  },
  organizationId: (property, id) => {
    if (Token.isUnresolved(id) || /^o-[a-z0-9]{10,32}$/.test(id)) return;
    throw new Error(
      `${property} must be the id of an AWS organization, such as o-a1b2c3d4e5, got ${JSON.stringify(id)}`,
    );
  },
  refuseDeletion: checkBoolean,
  recoveryWindowInDays: (property, days) => {
    if (Token.isUnresolved(days) || days === 0) return;
    if (!Number.isInteger(days) || days < 7 || days > 30) {
      throw new Error(`${property} must be 0, or a whole number from 7 to 30, got ${shown(days)}`);
    }
  },
};

/** @throws Error naming the member, the rule and the value. */
export function checkProtection(protection: Protection = {}): Protection {
  checkOptions("protection", protection, RULES);
  return protection;
}
