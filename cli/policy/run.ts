import {
  checkAccountId,
  checkBucket,
  checkRegion,
  DEFAULT_REGION,
  isKeyArn,
  isLayerVersionArn,
  isPolicyArn,
  isRolePath,
  plainAccountId,
} from "../../aws/checks";
import { ENVIRONMENTS, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { checkName } from "../../piste/names";
import { CommandError } from "../command/failure";
import { checkDrillable } from "../verify/drill-mark";
import type { CommandMaker } from "../command/options";
import { giveJson, say, sayWrapped } from "../command/terminal";
import { indented, textWidth } from "../command/wrap";
import { messageOf } from "../../piste/user-error";
import { policyOf } from "./policies";
import type { Holder, PolicyOptions } from "./statement";

export interface Options {
  readonly environment?: Environment;
  readonly application: string;
  readonly accountId?: string;
  readonly region: string;
  readonly namePrefix?: string;
  readonly encryptionKeyArn?: string;
  readonly topicArn?: readonly string[];
  readonly stateBucket?: string;
  readonly encryptAlarms?: true;
  readonly accessAlarm?: true;
  readonly permissionsBoundaryArn?: string;
  readonly rolePath?: string;
  readonly roleArn?: readonly string[];
  readonly network?: true;
  readonly layerArn?: readonly string[];
  readonly drill?: true;
}

function refuse(option: string, rule: Text, value: string): never {
  throw new CommandError(
    {
      en: `${option} must be ${rule.en}, got ${JSON.stringify(value)}.`,
      fr: `${option} doit être ${rule.fr}, reçu ${JSON.stringify(value)}.`,
    },
    "operator",
  );
}

/** Applies a rule of the configuration; the error has both languages. */
function check(option: string, value: string, rule: (property: string, value: string) => void, french: string): void {
  try {
    rule(option, value);
  } catch (error) {
    const fr = `${option} doit être ${french}, reçu ${JSON.stringify(value)}.`;
    throw new CommandError({ en: `${messageOf(error)}.`, fr }, "operator");
  }
}

const NAME_RULE_FR = "fait de 1 à 30 minuscules, chiffres et tirets intérieurs";

const KEY_RULE: Text = {
  en: "the ARN of a KMS key (arn:aws:kms:…:key/…)",
  fr: "l'ARN d'une clé KMS (arn:aws:kms:…:key/…)",
};
const TOPIC_ARN = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
const TOPIC_RULE: Text = {
  en: "the ARN of an SNS topic (arn:aws:sns:…)",
  fr: "l'ARN d'un sujet SNS (arn:aws:sns:…)",
};

const BOUNDARY_RULE: Text = {
  en: "the ARN of an IAM policy (arn:aws:iam::…:policy/…)",
  fr: "l'ARN d'une politique IAM (arn:aws:iam::…:policy/…)",
};
const ROLE_ARN = /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const ROLE_RULE: Text = {
  en: "the ARN of a role (arn:aws:iam::…:role/…)",
  fr: "l'ARN d'un rôle (arn:aws:iam::…:role/…)",
};
const LAYER_RULE: Text = {
  en: "the ARN of a version of a layer, or of all (arn:aws:lambda:…:layer:acme-ca:3, arn:aws:lambda:…:layer:acme-ca:*)",
  fr: "l'ARN d'une version d'une couche, ou de toutes (arn:aws:lambda:…:layer:acme-ca:3, arn:aws:lambda:…:layer:acme-ca:*)",
};
const PATH_RULE: Text = {
  en: "a path that begins and ends with a slash, such as /service/",
  fr: "un chemin qui commence et finit par une barre oblique, comme /service/",
};

/** @throws CommandError naming the option, the rule and the value. */
export function checkOptions(holder: Holder, options: Options): PolicyOptions {
  const { environment, application, region, namePrefix, encryptionKeyArn } = options;
  const { topicArn = [] } = options;
  const accountId = options.accountId && plainAccountId(options.accountId);
  if (environment === undefined || accountId === undefined) {
    const missing = [
      ...(environment === undefined ? [`--environment <${ENVIRONMENTS.join("|")}>`] : []),
      ...(accountId === undefined ? ["--account-id <12 digits>"] : []),
    ].join(" ");
    throw new CommandError(
      {
        en: `A policy is for one environment of one AWS account: npx piste policy ${holder} … ${missing}`,
        fr: `Une politique vaut pour un environnement d'un compte AWS : npx piste policy ${holder} … ${missing}`,
      },
      "operator",
    );
  }
  check("--application", application, checkName, NAME_RULE_FR);
  if (namePrefix !== undefined) check("--name-prefix", namePrefix, checkName, NAME_RULE_FR);
  check("--account-id", accountId, checkAccountId, "les 12 chiffres d'un compte AWS");
  check("--region", region, checkRegion, `une région AWS comme ${DEFAULT_REGION}`);
  if (encryptionKeyArn !== undefined && !isKeyArn(encryptionKeyArn)) {
    refuse("--encryption-key-arn", KEY_RULE, encryptionKeyArn);
  }
  for (const arn of topicArn) if (!TOPIC_ARN.test(arn)) refuse("--topic-arn", TOPIC_RULE, arn);
  const of = { environment, application, accountId, region, namePrefix, encryptionKeyArn, topicArns: topicArn };
  return holder === "deployer" || holder === "verifier" ? { ...of, ...checkDeployersOptions(options) } : of;
}

function checkDeployersOptions(options: Options): Partial<PolicyOptions> {
  const {
    stateBucket,
    encryptAlarms = false,
    accessAlarm = false,
    permissionsBoundaryArn,
    rolePath,
    roleArn = [],
    network = false,
    layerArn = [],
    drill = false,
  } = options;
  if (stateBucket !== undefined) {
    check(
      "--state-bucket",
      stateBucket,
      checkBucket,
      "un nom de bucket S3 : de 3 à 63 minuscules, chiffres, tirets et points, sans préfixe ni suffixe réservé par S3",
    );
  }
  if (permissionsBoundaryArn !== undefined && !isPolicyArn(permissionsBoundaryArn)) {
    refuse("--permissions-boundary-arn", BOUNDARY_RULE, permissionsBoundaryArn);
  }
  if (rolePath !== undefined && !isRolePath(rolePath)) refuse("--role-path", PATH_RULE, rolePath);
  for (const arn of roleArn) if (!ROLE_ARN.test(arn)) refuse("--role-arn", ROLE_RULE, arn);
  for (const arn of layerArn) {
    if (!isLayerVersionArn(arn.replace(/\*$/, "1"))) refuse("--layer-arn", LAYER_RULE, arn);
  }
  if (drill && options.environment) checkDrillable(options.environment);
  return {
    drill,
    stateBucket,
    encryptAlarms,
    accessAlarm,
    permissionsBoundaryArn,
    rolePath,
    roleArns: roleArn,
    network,
    layerArns: layerArn,
  };
}

/** "IAM and AWS STS quotas": white space is not counted. */
const MOST_CHARACTERS_OF_MANAGED_POLICY = 6_144;
const MOST_CHARACTERS_OF_ROLES_POLICIES = 10_240;

/** How to attach a policy that is too large for `aws iam create-policy`; undefined for any other. */
export function adviceOnSize(document: object): Text | undefined {
  const { length } = JSON.stringify(document);
  if (length <= MOST_CHARACTERS_OF_MANAGED_POLICY) return undefined;
  if (length > MOST_CHARACTERS_OF_ROLES_POLICIES) {
    return {
      en: `This policy has ${length} characters, and IAM takes at most ${MOST_CHARACTERS_OF_ROLES_POLICIES} in the inline policies of a role. Print one with fewer \`--role-arn\` for each of several roles.`,
      fr: `Cette politique a ${length} caractères, et IAM en accepte au plus ${MOST_CHARACTERS_OF_ROLES_POLICIES} dans les politiques en ligne d'un rôle. Affichez-en une avec moins de \`--role-arn\` pour chacun de plusieurs rôles.`,
    };
  }
  return {
    en: `This policy has ${length} characters, and IAM takes at most ${MOST_CHARACTERS_OF_MANAGED_POLICY} in a managed policy. Make it an inline policy of the role that deploys: \`aws iam put-role-policy --role-name <role> --policy-name piste-deployer --policy-document file://policy.json\``,
    fr: `Cette politique a ${length} caractères, et IAM en accepte au plus ${MOST_CHARACTERS_OF_MANAGED_POLICY} dans une politique gérée. Faites-en une politique en ligne du rôle qui déploie : \`aws iam put-role-policy --role-name <rôle> --policy-name piste-deployer --policy-document file://policy.json\``,
  };
}

export function printPolicy(maker: CommandMaker, holder: Holder, options: Options): void {
  const statements = policyOf(holder, checkOptions(holder, options));
  const document = { Version: "2012-10-17", Statement: statements.map(({ statement }) => statement) };
  giveJson(document);
  const width = Math.max(...statements.map(({ statement: { Sid = "" } }) => Sid.length));
  for (const { statement, why } of statements) {
    say(indented(maker.say(why), `${(statement.Sid ?? "").padEnd(width)}  `, textWidth(process.stderr)).join("\n"));
  }
  const advice = adviceOnSize(document);
  if (advice !== undefined) sayWrapped(`\n${maker.say(advice)}`);
}
