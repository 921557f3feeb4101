/** The policy of whoever verifies a deployment: it reads no secret value and changes nothing, unless a drill is wanted. */
import { findApplications, seeDrills, seeWhereAlarmsGo, type Arns } from "./application";
import { actionsOf, allow, explained, type ExplainedStatement, type PolicyOptions } from "./statement";

export function verifierPolicy(arns: Arns, options: PolicyOptions): ExplainedStatement[] {
  const { client, token, functions, logGroups, topics, alarms, roles, keys } = arns;
  return [
    findApplications(arns),
    ...seeWhereAlarmsGo(arns),
    explained(
      "ReadHistory",
      allow(["cloudwatch:DescribeAlarmHistory"], alarms),
      "reads what came of the alarms' actions",
      "lit ce qu'il est advenu des actions des alarmes",
    ),
    explained(
      "ReadLogs",
      allow(["logs:FilterLogEvents"], logGroups),
      "reads when the functions ran, in what they say of their runs",
      "lit quand les fonctions ont tourné, dans ce qu'elles disent de leurs exécutions",
    ),
    explained(
      "ReadFunctions",
      allow(["lambda:GetFunctionConfiguration"], functions),
      "reads which role a function has; its variables hold no secret",
      "lit quel rôle a une fonction ; ses variables ne contiennent aucun secret",
    ),
    explained(
      "ReadPolicies",
      allow(actionsOf("iam", "GetRolePolicy", "ListRolePolicies", "SimulatePrincipalPolicy"), roles),
      "reads the policies of the refresher's role, and asks IAM what they allow",
      "lit les politiques du rôle du rafraîchisseur, et demande à IAM ce qu'elles autorisent",
    ),
    explained(
      "ReadSecretsPolicies",
      allow(["secretsmanager:GetResourcePolicy"], [client, token]),
      "reads the policies of secrets; no value",
      "lit les politiques des secrets ; aucune valeur",
    ),
    explained(
      "ReadTopics",
      allow(["sns:GetTopicAttributes"], topics),
      "reads whom the topics let publish",
      "lit qui peut publier sur les sujets",
    ),
    explained(
      "ReadKeysPolicies",
      allow(["kms:GetKeyPolicy"], keys),
      "reads whom a topic's key lets use it; the key is known from the topic alone",
      "lit qui peut utiliser la clé d'un sujet ; seul le sujet dit laquelle",
    ),
    explained(
      "Observe",
      // AWS knows no resource for these.
      allow(["access-analyzer:ValidatePolicy", "cloudwatch:GetMetricData"], "*"),
      "reads metrics, and has policies checked, which stores nothing",
      "lit les métriques, et fait vérifier des politiques, ce qui n'enregistre rien",
    ),
    ...seeDrills(arns, options),
    ...(options.drill ? drillStatements(arns) : []),
  ];
}

function drillStatements({ schedule, scheduleRole }: Arns): ExplainedStatement[] {
  return [
    explained(
      "StopTicks",
      allow(["scheduler:UpdateSchedule"], schedule),
      "stops the ticks for a drill and starts them again; this right can also change what is run, and when",
      "arrête les exécutions pour un exercice et les relance ; ce droit permet aussi de changer ce qui est lancé, et quand",
    ),
    explained(
      "KeepScheduleRole",
      {
        ...allow(["iam:PassRole"], scheduleRole),
        Condition: { StringEquals: { "iam:PassedToService": ["scheduler.amazonaws.com"] } },
      },
      "leaves the schedule its role, which AWS takes for handing it over anew",
      "laisse son rôle à la planification, ce qu'AWS compte comme le lui confier de nouveau",
    ),
  ];
}
