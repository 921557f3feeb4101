/**
 * The policy for `cdktf deploy` and `cdktf destroy` of an environment: the requests that Terraform was seen to send, on
 * names of that environment only. It reads and stores no secret value and runs no function.
 *
 * It is still powerful: a person who writes the policies of roles and secrets, and the code of functions, can use them to
 * do everything that a role may do. A permissions boundary limits that.
 */
import { partitionOf } from "../../aws/checks";
import { useKeyStatement, type PolicyStatement } from "../../aws/policy-statements";
import { descriptionsPath, environmentPrefix } from "../../piste/names";
import { dashboardName, DEPLOYERS_KEY_TAG, environmentResourceName, LOG_GROUP_PREFIX, stateKey } from "../../aws/names";
import { rolesOfDeployer } from "./deployer-roles";
import { actionsOf, allow, arnMaker, explained, type ExplainedStatement, type PolicyOptions } from "./statement";

export function deployerPolicy(options: PolicyOptions): ExplainedStatement[] {
  const { environment, accountId, region, namePrefix, encryptionKeyArn, accessAlarm = false } = options;
  const arn = arnMaker(options);
  const names = `${environmentResourceName(environment, namePrefix)}-*`;
  // Few, large statements: a managed policy of IAM has at most 6,144 characters.
  return [
    explained(
      "Secrets",
      allow(
        actionsOf(
          "secretsmanager",
          "CreateSecret",
          "DeleteResourcePolicy",
          "DeleteSecret",
          "DescribeSecret",
          "GetResourcePolicy",
          "PutResourcePolicy",
          "RestoreSecret",
          "TagResource",
          "UntagResource",
          "UpdateSecret",
        ),
        arn("secretsmanager", `secret:${environmentPrefix(environment)}*`),
      ),
      "creates, changes and deletes secrets and their policies; reads and stores no value",
      "crée, modifie et supprime les secrets et leurs politiques ; ne lit ni n'enregistre aucune valeur",
    ),
    ...useSecretsKey(options),
    explained(
      "Descriptions",
      allow(
        actionsOf(
          "ssm",
          "AddTagsToResource",
          "DeleteParameter",
          "GetParameter",
          "ListTagsForResource",
          "PutParameter",
          "RemoveTagsFromResource",
        ),
        arn("ssm", `parameter${descriptionsPath(environment)}/*`),
      ),
      "writes the descriptions of the applications",
      "écrit les descriptions des applications",
    ),
    ...rolesOfDeployer(options),
    explained(
      "Functions",
      allow(
        [
          ...actionsOf(
            "lambda",
            "CreateFunction",
            "DeleteFunction",
            "DeleteFunctionEventInvokeConfig",
            "GetFunction",
            "GetFunctionCodeSigningConfig",
            "GetFunctionEventInvokeConfig",
            "ListTags",
            "ListVersionsByFunction",
            "PutFunctionEventInvokeConfig",
            "TagResource",
            "UntagResource",
            "UpdateFunctionCode",
            "UpdateFunctionConfiguration",
          ),
          ...actionsOf(
            "logs",
            "CreateLogGroup",
            "DeleteLogGroup",
            "ListTagsForResource",
            "PutRetentionPolicy",
            "TagResource",
            "UntagResource",
            ...(encryptionKeyArn === undefined ? [] : ["AssociateKmsKey", "DisassociateKmsKey"]),
          ),
          ...actionsOf(
            "scheduler",
            "CreateSchedule",
            "CreateScheduleGroup",
            "DeleteSchedule",
            "DeleteScheduleGroup",
            "GetSchedule",
            "GetScheduleGroup",
            "ListTagsForResource",
            "TagResource",
            "UntagResource",
            "UpdateSchedule",
          ),
        ],
        [
          arn("lambda", `function:${names}`),
          arn("logs", `log-group:${LOG_GROUP_PREFIX}${names}`),
          arn("scheduler", `schedule-group/${names}`),
          arn("scheduler", `schedule/${names}`),
        ],
      ),
      "deploys the functions, their log groups and their schedules; does not run the functions or read their logs",
      "déploie les fonctions, leurs groupes de journaux et leurs planifications ; ne les exécute pas et ne lit pas leurs journaux",
    ),
    ...layers(options),
    explained(
      "Alarms",
      allow(
        [
          ...actionsOf(
            "cloudwatch",
            "DeleteAlarms",
            "DeleteDashboards",
            "GetDashboard",
            "ListTagsForResource",
            "PutDashboard",
            "PutMetricAlarm",
            "TagResource",
            "UntagResource",
          ),
          ...actionsOf(
            "sns",
            "CreateTopic",
            "DeleteTopic",
            "GetSubscriptionAttributes",
            "GetTopicAttributes",
            "ListTagsForResource",
            "SetTopicAttributes",
            "Subscribe",
            "TagResource",
            "Unsubscribe",
            "UntagResource",
          ),
          ...(accessAlarm ? RULES : []),
        ],
        [
          arn("cloudwatch", `alarm:${names}`),
          // A dashboard has no region.
          `arn:${partitionOf(region)}:cloudwatch::${accountId}:dashboard/${dashboardName(environment, namePrefix)}`,
          arn("sns", names),
          ...(accessAlarm ? [arn("events", `rule/${names}`)] : []),
        ],
      ),
      "creates the alarms, the dashboard, the topics and their subscriptions",
      "crée les alarmes, le tableau de bord, les sujets et leurs abonnements",
    ),
    explained(
      "DescribeAlarms",
      allow(["cloudwatch:DescribeAlarms"], arn("cloudwatch", "alarm:*")),
      "reads alarms; CloudWatch has this right only for all alarms",
      "lit les alarmes ; CloudWatch ne connaît ce droit que pour toutes",
    ),
    explained(
      "Look",
      allow(lookupActions(options), "*"),
      "finds existing resources by name; AWS has these rights only for all resources",
      "trouve par leur nom les ressources existantes ; AWS ne connaît ces droits que pour toutes",
    ),
    ...state(options),
    ...alarmKey(options),
  ];
}

/** For the alarm on access to client credentials. */
const RULES = actionsOf(
  "events",
  "DeleteRule",
  "DescribeRule",
  "ListTagsForResource",
  "ListTargetsByRule",
  "PutRule",
  "PutTargets",
  "RemoveTargets",
  "TagResource",
  "UntagResource",
);

function lookupActions({ encryptAlarms, network }: PolicyOptions): string[] {
  return [
    "logs:DescribeLogGroups",
    "ssm:DescribeParameters",
    ...(encryptAlarms ? ["kms:ListAliases"] : []),
    // Lambda reads the network with the deployer's rights.
    ...(network
      ? actionsOf("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs", "GetSecurityGroupsForVpc")
      : []),
  ];
}

function useSecretsKey(options: PolicyOptions): ExplainedStatement[] {
  const { encryptionKeyArn, environment } = options;
  if (encryptionKeyArn === undefined) return [];
  const secrets = arnMaker(options)("secretsmanager", `secret:${environmentPrefix(environment)}*`);
  return [
    explained(
      "UseKeyForSecrets",
      // Creating a secret with a key, or changing its key, requires the right to use that key.
      useKeyStatement(encryptionKeyArn, actionsOf("kms", "Decrypt", "Encrypt", "GenerateDataKey"), secrets),
      "creates secrets that are encrypted with your key",
      "crée des secrets chiffrés avec votre clé",
    ),
  ];
}

/** Lambda reads a layer with the deployer's rights. */
function layers({ layerArns = [] }: PolicyOptions): ExplainedStatement[] {
  if (layerArns.length === 0) return [];
  return [
    explained(
      "Layers",
      allow(["lambda:GetLayerVersion"], [...layerArns]),
      "attaches the layer of `certificateAuthority` to the functions",
      "rattache aux fonctions la couche de `certificateAuthority`",
    ),
  ];
}

function state({ environment, region, stateBucket }: PolicyOptions): ExplainedStatement[] {
  if (stateBucket === undefined) return [];
  const bucket = `arn:${partitionOf(region)}:s3:::${stateBucket}`;
  const state = `${bucket}/${stateKey(environment)}`;
  const lock = `${state}.tflock`;
  return [
    explained(
      "State",
      allow(["s3:GetObject", "s3:PutObject"], [state, lock]),
      "reads and writes the state and its lock",
      "lit et écrit l'état et son verrou",
    ),
    explained("Unlock", allow(["s3:DeleteObject"], lock), "removes the lock", "retire le verrou"),
    explained("ListState", allow(["s3:ListBucket"], bucket), "looks for the state", "cherche l'état"),
  ];
}

/** The key is identified by its tag. */
function alarmKey(options: PolicyOptions): ExplainedStatement[] {
  if (!options.encryptAlarms) return [];
  const { environment, namePrefix } = options;
  const arn = arnMaker(options);
  const keys = arn("kms", "key/*");
  const tagged = (kind: "RequestTag" | "ResourceTag"): PolicyStatement["Condition"] => ({
    StringEquals: { [`aws:${kind}/${DEPLOYERS_KEY_TAG}`]: environment },
  });
  return [
    explained(
      "MakeAlarmKey",
      { ...allow(["kms:CreateKey"], "*"), Condition: tagged("RequestTag") },
      "creates the key of the alarms' topics, with the tag of this environment",
      "crée la clé des sujets d'alarme, avec l'étiquette de cet environnement",
    ),
    explained(
      "AlarmKey",
      {
        ...allow(
          actionsOf(
            "kms",
            "CreateAlias",
            "DeleteAlias",
            "DescribeKey",
            "EnableKeyRotation",
            "GetKeyPolicy",
            "GetKeyRotationStatus",
            "ListResourceTags",
            "PutKeyPolicy",
            "ScheduleKeyDeletion",
            "UntagResource",
            "UpdateKeyDescription",
          ),
          keys,
        ),
        Condition: tagged("ResourceTag"),
      },
      "manages keys with the tag of this environment",
      "gère les clés qui ont l'étiquette de cet environnement",
    ),
    explained(
      "TagAlarmKey",
      { ...allow(["kms:TagResource"], keys), Condition: tagged("RequestTag") },
      "tags the key when it is created; KMS cannot distinguish a new key from one without tags",
      "étiquette la clé à sa création ; KMS ne distingue pas une clé nouvelle d'une clé sans étiquette",
    ),
    explained(
      "AlarmKeyAlias",
      allow(
        ["kms:CreateAlias", "kms:DeleteAlias"],
        arn("kms", `alias/${environmentResourceName(environment, namePrefix)}-*`),
      ),
      "names the key",
      "nomme la clé",
    ),
  ];
}
