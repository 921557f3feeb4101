/**
 * The IAM policy that each kind of person or program needs, for one application of one environment: made of the same
 * statements as the constructs' grants, and of names alone, so that it can be asked for before anything is deployed.
 */
import {
  invokeStatement,
  listVersionsStatement,
  moveLabelsStatement,
  parameterResource,
  READ_WITH_KEY,
  readCurrentStatement,
  readStageStatement,
  secretResource,
  STORE_WITH_KEY,
  storeStatement,
  useKeyStatement,
} from "../../aws/policy-statements";
import {
  CHANGED_LABEL_PREFIX,
  clientSecretName,
  descriptionsPath,
  REFUSED_LABEL,
  technicalAccountSecretName,
  tokenSecretName,
} from "../../piste/names";
import {
  alarmTopicName,
  connectionCheckFunctionName,
  environmentResourceName,
  logGroupName,
  resourceName,
  scheduleGroupName,
  scheduleRoleName,
  tickScheduleName,
  tokenRefreshFunctionName,
} from "../../aws/names";
import { ALARM_NAMES } from "../../aws/alarms/alarms";
import { partitionOf } from "../../aws/checks";
import { isProduction } from "../../piste/environments";
import { deployerPolicy } from "./deployer";
import {
  type Holder,
  actionsOf,
  allow,
  arnMaker,
  explained,
  type ExplainedStatement,
  type PolicyOptions,
} from "./statement";

/**
 * - `operator`: whoever uses the `piste` command
 * - `alarm-tester`: whoever tests the alarms, with the right to set their states, which can hide one that rings
 * - `verifier`: whoever verifies a deployment; reads no value and changes nothing
 * - `depositor`: whoever stores credentials and does nothing else
 * - `consumer`: a program that calls the APIs
 * - `deployer`: whoever deploys the environment, all its applications
 */

/** `promote` and `rollback` of client credentials move this one. */
const PENDING_LABEL = "AWSPENDING";

export function policyOf(holder: Holder, options: PolicyOptions): readonly ExplainedStatement[] {
  if (holder === "deployer") return deployerPolicy(options);
  const makers = {
    operator: operatorPolicy,
    "alarm-tester": alarmTesterPolicy,
    verifier: verifierPolicy,
    depositor: depositorPolicy,
    consumer: consumerPolicy,
  };
  return makers[holder](arnsOf(options), options);
}

interface Arns {
  readonly descriptions: string;
  readonly client: string;
  readonly accounts: string;
  readonly token: string;
  readonly functions: string[];
  readonly logGroups: string[];
  readonly topics: string[];
  readonly alarms: string[];
  readonly allAlarms: string;
  readonly roles: string[];
  readonly schedule: string;
  readonly scheduleRole: string;
  readonly keys: string;
}

function arnsOf(options: PolicyOptions): Arns {
  const { environment, application, region, accountId, topicArns = [], roleArns = [], rolePath = "/" } = options;
  const { namePrefix: prefix } = options;
  const arn = arnMaker(options);
  const secret = (name: string): string => arn("secretsmanager", secretResource(name));
  const topicPrefixes = [environmentResourceName(environment, prefix), resourceName(environment, application, prefix)];
  const severities = isProduction(environment) ? (["page", "inform"] as const) : (["inform"] as const);
  const functions = [
    tokenRefreshFunctionName(environment, application, prefix),
    connectionCheckFunctionName(environment, application, prefix),
  ];
  const role = (name: string): string => `arn:${partitionOf(region)}:iam::${accountId}:role${rolePath}${name}`;
  return {
    descriptions: arn("ssm", parameterResource(descriptionsPath(environment))),
    client: secret(clientSecretName(environment, application)),
    accounts: secret(technicalAccountSecretName(environment, application, "*")),
    token: secret(tokenSecretName(environment, application)),
    functions: functions.map((name) => arn("lambda", `function:${name}`)),
    logGroups: functions.map((name) => arn("logs", `log-group:${logGroupName(name)}:*`)),
    topics: [
      ...topicPrefixes.flatMap((each) => severities.map((severity) => arn("sns", alarmTopicName(each, severity)))),
      ...topicArns,
    ],
    alarms: ALARM_NAMES.map((name) =>
      arn("cloudwatch", `alarm:${resourceName(environment, application, prefix)}-${name}`),
    ),
    allAlarms: arn("cloudwatch", "alarm:*"),
    roles: [role(tokenRefreshFunctionName(environment, application, prefix)), ...roleArns],
    schedule: arn(
      "scheduler",
      `schedule/${scheduleGroupName(environment, application, prefix)}/${tickScheduleName(environment, application, prefix)}`,
    ),
    scheduleRole: role(scheduleRoleName(environment, application, prefix)),
    keys: arn("kms", "key/*"),
  };
}

function findApplications({ descriptions }: Arns): ExplainedStatement {
  return explained(
    "FindApplications",
    // The resource is the path that is asked for, and all below it.
    allow(["ssm:GetParametersByPath"], descriptions),
    "finds the applications by their descriptions, in which nothing is secret",
    "trouve les applications par leurs descriptions, où rien n'est secret",
  );
}

function storeCredentials({ client, accounts }: Arns): ExplainedStatement {
  return explained(
    "StoreCredentials",
    storeStatement([client, accounts]),
    "stores client credentials and technical accounts, without reading any",
    "enregistre les valeurs du client et les comptes techniques, sans en lire",
  );
}

/** @param statement a program may leave the stage out; the commands name it. */
function readTokenAndAccounts({ token, accounts }: Arns, statement: typeof readCurrentStatement): ExplainedStatement {
  return explained(
    "ReadTokenAndAccounts",
    statement([token, accounts]),
    "reads the current token and technical accounts; never the client credentials",
    "lit le jeton et les comptes techniques en vigueur ; jamais les valeurs du client",
  );
}

function useKeyToRead(secretArns: string[], { encryptionKeyArn }: PolicyOptions): ExplainedStatement[] {
  if (encryptionKeyArn === undefined) return [];
  return [
    explained(
      "UseKeyToRead",
      useKeyStatement(encryptionKeyArn, READ_WITH_KEY, secretArns),
      "decrypts what it reads with your key",
      "déchiffre ce qu'il lit avec votre clé",
    ),
  ];
}

function useKeyToStore({ client, accounts }: Arns, { encryptionKeyArn }: PolicyOptions): ExplainedStatement[] {
  if (encryptionKeyArn === undefined) return [];
  return [
    explained(
      "UseKeyToStore",
      useKeyStatement(encryptionKeyArn, STORE_WITH_KEY, [client, accounts]),
      "encrypts what it stores with your key, which Secrets Manager also asks to decrypt",
      "chiffre ce qu'il enregistre avec votre clé, ce pour quoi Secrets Manager demande aussi à déchiffrer",
    ),
  ];
}

function consumerPolicy(arns: Arns, options: PolicyOptions): ExplainedStatement[] {
  const { token, accounts } = arns;
  return [readTokenAndAccounts(arns, readCurrentStatement), ...useKeyToRead([token, accounts], options)];
}

function depositorPolicy(arns: Arns, options: PolicyOptions): ExplainedStatement[] {
  return [findApplications(arns), storeCredentials(arns), ...useKeyToStore(arns, options)];
}

function operatorPolicy(arns: Arns, options: PolicyOptions): ExplainedStatement[] {
  const { client, accounts, token, functions, logGroups } = arns;
  return [
    findApplications(arns),
    explained(
      "SeeVersions",
      listVersionsStatement([client, accounts, token]),
      "sees since when something is stored, and its labels; no value",
      "voit depuis quand une valeur est enregistrée, et ses étiquettes ; aucune valeur",
    ),
    storeCredentials(arns),
    explained(
      "StageClient",
      moveLabelsStatement(client, [PENDING_LABEL]),
      `stages client credentials (${PENDING_LABEL}), for the function to test and make current`,
      `met des valeurs du client en attente (${PENDING_LABEL}), que la fonction essaie et met en vigueur`,
    ),
    explained(
      "LabelAccounts",
      moveLabelsStatement(accounts, [REFUSED_LABEL, `${CHANGED_LABEL_PREFIX}*`]),
      `labels technical accounts: refused by Chorus Pro (${REFUSED_LABEL}), password set on (${CHANGED_LABEL_PREFIX}…)`,
      `étiquette les comptes techniques : refusé par Chorus Pro (${REFUSED_LABEL}), date du mot de passe (${CHANGED_LABEL_PREFIX}…)`,
    ),
    // By who may list versions, a read that names no stage could be one of any version.
    readTokenAndAccounts(arns, (secretArns) => readStageStatement(secretArns, "AWSCURRENT")),
    // For accounts the right to store has it.
    ...useKeyToRead([token], options),
    ...useKeyToStore(arns, options),
    explained(
      "RunFunctions",
      invokeStatement(functions),
      "refreshes, promotes and checks now, by the functions",
      "rafraîchit, met en vigueur et vérifie maintenant, par les fonctions",
    ),
    explained(
      "ReadLogs",
      allow(["logs:FilterLogEvents"], logGroups),
      "reads what the functions say of their runs",
      "lit ce que les fonctions disent de leurs exécutions",
    ),
    ...seeWhereAlarmsGo(arns),
    ...seeDrills(arns, options),
  ];
}

function seeWhereAlarmsGo({ topics, allAlarms }: Arns): ExplainedStatement[] {
  return [
    explained(
      "DescribeAlarms",
      // CloudWatch asks for this on all alarms, also where some are named.
      allow(["cloudwatch:DescribeAlarms"], allAlarms),
      "sees where alarms go; CloudWatch knows this right for all alarms only",
      "voit où vont les alarmes ; CloudWatch ne connaît ce droit que pour toutes",
    ),
    explained(
      "SeeSubscribers",
      allow(["sns:ListSubscriptionsByTopic"], topics),
      "sees who receives them",
      "voit qui les reçoit",
    ),
  ];
}

/** In production there is no drill. */
function seeDrills({ schedule }: Arns, { environment }: PolicyOptions): ExplainedStatement[] {
  if (isProduction(environment)) return [];
  return [
    explained(
      "SeeDrills",
      allow(["scheduler:GetSchedule"], schedule),
      "sees whether a drill has stopped the ticks",
      "voit si un exercice a arrêté les exécutions",
    ),
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

function alarmTesterPolicy(arns: Arns): ExplainedStatement[] {
  return [
    findApplications(arns),
    ...seeWhereAlarmsGo(arns),
    explained(
      "TestAlarms",
      allow(["cloudwatch:SetAlarmState", "cloudwatch:DescribeAlarmHistory"], arns.alarms),
      "puts an alarm into ALARM for a moment and reads what came of it; this right can also hide an alarm that rings",
      "met un instant une alarme en ALARM et lit le résultat ; ce droit peut aussi cacher une alarme qui sonne",
    ),
  ];
}

function verifierPolicy(arns: Arns, options: PolicyOptions): ExplainedStatement[] {
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

export type { ExplainedStatement, PolicyOptions };
