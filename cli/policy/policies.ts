/**
 * The IAM policy of each holder, for one application of one environment. It has the same statements as the constructs'
 * grants, and only needs names, so that it can be requested before anything is deployed.
 */
import {
  invokeStatement,
  listVersionsStatement,
  moveLabelsStatement,
  READ_WITH_KEY,
  readCurrentStatement,
  readStageStatement,
  STORE_WITH_KEY,
  storeStatement,
  useKeyStatement,
} from "../../aws/policy-statements";
import { CHANGED_LABEL_PREFIX, REFUSED_LABEL } from "../../piste/names";
import { arnsOf, findApplications, seeDrills, seeWhereAlarmsGo, type Arns } from "./application";
import { deployerPolicy } from "./deployer";
import { allow, explained, type ExplainedStatement, type Holder, type PolicyOptions } from "./statement";
import { verifierPolicy } from "./verifier";

/** The label that `promote` and `rollback` move. */
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

function storeCredentials({ client, accounts }: Arns): ExplainedStatement {
  return explained(
    "StoreCredentials",
    storeStatement([client, accounts]),
    "stores client credentials and technical accounts, without reading any",
    "enregistre les identifiants de l'application et les comptes techniques, sans en lire",
  );
}

/** @param statement a program may leave the stage out; the commands name it. */
function readTokenAndAccounts({ token, accounts }: Arns, statement: typeof readCurrentStatement): ExplainedStatement {
  return explained(
    "ReadTokenAndAccounts",
    statement([token, accounts]),
    "reads the current token and technical accounts; never the client credentials",
    "lit le jeton et les comptes techniques en vigueur ; jamais les identifiants de l'application",
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
      `met des identifiants de l'application en attente (${PENDING_LABEL}), que la fonction essaie et met en vigueur`,
    ),
    explained(
      "LabelAccounts",
      moveLabelsStatement(accounts, [REFUSED_LABEL, `${CHANGED_LABEL_PREFIX}*`]),
      `labels technical accounts: refused by Chorus Pro (${REFUSED_LABEL}), password set on (${CHANGED_LABEL_PREFIX}…)`,
      `étiquette les comptes techniques : refusé par Chorus Pro (${REFUSED_LABEL}), date du mot de passe (${CHANGED_LABEL_PREFIX}…)`,
    ),
    // With the right to list versions, a read without a stage could read any version.
    readTokenAndAccounts(arns, (secretArns) => readStageStatement(secretArns, "AWSCURRENT")),
    // For accounts, the right to store includes it.
    ...useKeyToRead([token], options),
    ...useKeyToStore(arns, options),
    explained(
      "RunFunctions",
      invokeStatement(functions),
      "invokes the functions to refresh, promote and check now",
      "invoque les fonctions pour rafraîchir, mettre en vigueur et vérifier maintenant",
    ),
    explained(
      "ReadLogs",
      allow(["logs:FilterLogEvents"], logGroups),
      "reads the functions' logs",
      "lit les journaux des fonctions",
    ),
    ...seeWhereAlarmsGo(arns),
    ...seeDrills(arns, options),
  ];
}

function alarmTesterPolicy(arns: Arns): ExplainedStatement[] {
  return [
    findApplications(arns),
    ...seeWhereAlarmsGo(arns),
    explained(
      "TestAlarms",
      allow(["cloudwatch:SetAlarmState", "cloudwatch:DescribeAlarmHistory"], arns.alarms),
      "puts an alarm into ALARM for a moment and reads the result; this right can also hide a ringing alarm",
      "met un instant une alarme en ALARM et lit le résultat ; ce droit peut aussi cacher une alarme qui sonne",
    ),
  ];
}
