/** The price of a shared refresher: what its role may do with applications that it has nothing to do with. */
import { clientSecretName } from "../../piste/names";
import { parameterArn } from "./arns";
import { FLEET_ALONE, FLEET_PREFIX } from "./everything";
import { textOf, type Request } from "./simulator";

/** IAM's `*` in the place of the application stands for slashes too. */
const OF_FLEET = new RegExp(`piste/prod/${FLEET_PREFIX}[a-z0-9-]*(?:/other)?(?=/|:|$| )`, "g");

/** The same for all applications of the prefix. */
const ofAnyOfFleet = (request: Request): string => textOf(request).replaceAll(OF_FLEET, `piste/prod/${FLEET_PREFIX}*`);

/** The descriptions, in which nothing is secret, and whatever else somebody may put below them. */
const isDescription = ({ call: { action, resource } }: Request): boolean =>
  action === "ssm:GetParameter" && resource.startsWith(parameterArn(`/piste/prod/${FLEET_PREFIX}`));

/**
 * Of a technical account that is called as a pattern ends. Secrets Manager, by which alone the key serves, reads nothing
 * for whom the policy refuses it, and that is not tolerated.
 */
const isKeyOfAccount = ({ call: { action, context } }: Request): boolean => {
  const called = { "kms:Decrypt": "client|token", "kms:GenerateDataKey": "token" }[action];
  const account = new RegExp(`:secret:piste/prod/fleet-one/technical-account/(?:${called ?? ""})-`);
  return called !== undefined && account.test(context["kms:EncryptionContext:SecretARN"] ?? "");
};

/** Their own policy refuses to be read to all that it does not name. */
const isGuarded = ({ call: { action, resource } }: Request): boolean =>
  action === "secretsmanager:GetSecretValue" && resource.includes(`:secret:${clientSecretName("prod", FLEET_ALONE)}-`);

/**
 * What the role needs for its own applications and may do with any other of the prefix. What else it may do, of these or
 * of others, is not tolerated; nor is reading client credentials that have guard rails and do not name it.
 */
export function toleratedOfShared(role: string, needed: readonly Request[], outside: readonly Request[]): Request[] {
  const known = new Set(needed.filter(({ principal }) => principal === role).map(ofAnyOfFleet));
  return outside.filter(
    (request) =>
      request.principal === role &&
      !isGuarded(request) &&
      (known.has(ofAnyOfFleet(request)) || isDescription(request) || isKeyOfAccount(request)),
  );
}
