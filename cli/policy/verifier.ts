/** The policy for verifying a deployment: it reads no secret value and, without `--drill`, changes nothing. */
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
      "reads the results of the alarms' actions",
      "lit les résultats des actions des alarmes",
    ),
    explained(
      "ReadLogs",
      allow(["logs:FilterLogEvents"], logGroups),
      "reads in the functions' logs when they ran",
      "lit dans les journaux des fonctions quand elles ont tourné",
    ),
    explained(
      "ReadFunctions",
      allow(["lambda:GetFunctionConfiguration"], functions),
      "reads the role of a function; its variables hold no secret",
      "lit le rôle d'une fonction ; ses variables ne contiennent aucun secret",
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
      "reads who may publish to the topics",
      "lit qui peut publier sur les sujets",
    ),
    explained(
      "ReadKeysPolicies",
      allow(["kms:GetKeyPolicy"], keys),
      "reads who may use a topic's key; only the topic names the key",
      "lit qui peut utiliser la clé d'un sujet ; seul le sujet la nomme",
    ),
    explained(
      "Observe",
      // These actions have no resources.
      allow(["access-analyzer:ValidatePolicy", "cloudwatch:GetMetricData"], "*"),
      "reads metrics, and checks policies, which stores nothing",
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
      "keeps the schedule's role, which AWS counts as passing it again",
      "laisse son rôle à la planification, ce qu'AWS compte comme le lui confier de nouveau",
    ),
  ];
}
