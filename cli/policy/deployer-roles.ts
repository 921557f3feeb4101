/** The deployer's rights on the roles of functions and schedules. */
import { partitionOf } from "../../aws/checks";
import type { PolicyStatement } from "../../aws/policy-statements";
import { environmentResourceName } from "../../aws/names";
import { actionsOf, allow, explained, type ExplainedStatement, type PolicyOptions } from "./statement";

/** Actions that give rights to a role, so the permissions boundary limits them. */
const LIMITED = ["iam:CreateRole", "iam:PutRolePolicy"];

export function rolesOfDeployer(options: PolicyOptions): ExplainedStatement[] {
  const { environment, accountId, region, namePrefix, rolePath = "/", roleArns = [] } = options;
  const { permissionsBoundaryArn: boundary } = options;
  const made = `arn:${partitionOf(region)}:iam::${accountId}:role${rolePath}${environmentResourceName(environment, namePrefix)}-*`;
  const existing = [...roleArns];
  const unlimited = actionsOf(
    "iam",
    "DeleteRole",
    "DeleteRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRoleDescription",
  );
  return [
    explained(
      "Roles",
      allow(boundary === undefined ? [...LIMITED, ...unlimited] : unlimited, made),
      "creates the roles of functions and schedules, and writes their policies",
      "crée les rôles des fonctions et des planifications, et écrit leurs politiques",
    ),
    ...(boundary === undefined
      ? []
      : [
          explained(
            "RolesWithinBoundary",
            within(boundary, allow([...LIMITED, "iam:PutRolePermissionsBoundary"], made)),
            "gives rights to roles that have your permissions boundary, and to no other",
            "donne des droits aux rôles qui ont votre limite d'autorisations, et à aucun autre",
          ),
        ]),
    ...(existing.length === 0
      ? []
      : [
          explained(
            "RolesBroughtIn",
            allow(actionsOf("iam", "DeleteRolePolicy", "GetRolePolicy", "PutRolePolicy"), existing),
            "writes a policy of an existing role",
            "écrit une politique d'un rôle existant",
          ),
        ]),
    explained(
      "PassRoles",
      {
        ...allow(["iam:PassRole"], existing.length === 0 ? made : [made, ...existing]),
        Condition: { StringEquals: { "iam:PassedToService": ["lambda.amazonaws.com", "scheduler.amazonaws.com"] } },
      },
      "passes these roles to Lambda and to EventBridge Scheduler",
      "confie ces rôles à Lambda et à EventBridge Scheduler",
    ),
  ];
}

const within = (boundary: string, statement: PolicyStatement): PolicyStatement => ({
  ...statement,
  Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
});
