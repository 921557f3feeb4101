/** Checks of rights, policies, topics and keys: who may do what, and who is told. */
import { clientSecretName } from "../../piste/names";
import { membersOf, parseJson } from "../../piste/json";
import { finding, judged, type Check, type Finding, type Scene } from "./finding";
import type { Call, ObservedAws } from "./observed-aws";

type Expected = readonly [allowed: boolean, call: Call];
const READ = "secretsmanager:GetSecretValue";
const WRITE = "secretsmanager:PutSecretValue";
const CURRENT = { stage: "AWSCURRENT" };

async function arnsOf({
  observed,
  application,
}: Scene): Promise<{ readonly client: string; readonly token: string; readonly other: string }> {
  const { clientSecret, tokenSecret, environment, application: name } = application.description;
  const [client, token] = await Promise.all([clientSecret, tokenSecret].map((secret) => observed.secret(secret)));
  const arn = token?.arn ?? "";
  // That there is no such application changes nothing for IAM.
  const other = `${arn.split(":").slice(0, 6).join(":")}:${clientSecretName(environment, `not-${name}`)}-AbCdEf`;
  return { client: client?.arn ?? "", token: arn, other };
}

async function rights(
  observed: ObservedAws,
  roles: readonly string[],
  expected: readonly Expected[],
): Promise<Finding> {
  const answers = await Promise.all(
    roles.flatMap((role) =>
      expected.map(async ([allowed, call]) => [allowed, await observed.isAllowed(role, call)] as const),
    ),
  );
  const narrow = answers.filter(([should, may]) => should && !may).length;
  const wide = answers.filter(([should, may]) => !should && may).length;
  return judged(
    narrow + wide === 0,
    `of ${answers.length} answers, ${narrow} refuse what is needed and ${wide} allow what must be refused; none was really tried`,
    `sur ${answers.length} réponses, ${narrow} refusent le nécessaire et ${wide} autorisent l'interdit ; rien n'a été tenté`,
    { answers: answers.length, tooNarrow: narrow, tooWide: wide },
  );
}

export const refresherRights: Check = async (scene) => {
  const { observed, application } = scene;
  const { client, token, other } = await arnsOf(scene);
  const { arn: role } = await observed.functionRole(application.description.function);
  return rights(
    observed,
    [role],
    [
      [true, { action: READ, resource: client, ...CURRENT }],
      [true, { action: READ, resource: token, ...CURRENT }],
      [true, { action: WRITE, resource: token }],
      [false, { action: READ, resource: client }],
      [false, { action: READ, resource: client, stage: "AWSPREVIOUS" }],
      [false, { action: READ, resource: other, ...CURRENT }],
      [false, { action: WRITE, resource: client }],
      [false, { action: "secretsmanager:DeleteSecret", resource: token }],
    ],
  );
};

export const consumerRights: Check = async (scene) => {
  if (scene.consumers.length === 0) {
    return finding("not seen", "name one: `--consumer-role-arn`", "indiquez-en un : `--consumer-role-arn`");
  }
  const { client, token } = await arnsOf(scene);
  return rights(scene.observed, scene.consumers, [
    [true, { action: READ, resource: token, ...CURRENT }],
    [false, { action: READ, resource: client, ...CURRENT }],
    [false, { action: WRITE, resource: token }],
  ]);
};

interface PolicyStatement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
}

const listOf = (one: unknown): unknown[] => (Array.isArray(one) ? one : [one]);
const statementsOf = (policy: string): PolicyStatement[] =>
  listOf(membersOf(parseJson(policy))?.["Statement"]).map((one): PolicyStatement => membersOf(one) ?? {});

/** Whether a statement names CloudWatch, or everybody, as AWS's default policy of a topic does. Conditions are not judged. */
function letsCloudWatch(policy: string, action: string): boolean {
  return statementsOf(policy).some(({ Effect: effect, Principal: principal, Action: named }) => {
    const { AWS: aws, Service: service } = membersOf(principal) ?? {};
    const who = [...listOf(service), ...listOf(aws), principal];
    const is = (pattern: unknown): boolean =>
      typeof pattern === "string" && new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i").test(action);
    return (
      effect === "Allow" && (who.includes("cloudwatch.amazonaws.com") || who.includes("*")) && listOf(named).some(is)
    );
  });
}

async function topicsOf({ aws, application }: Scene): Promise<string[]> {
  const alarms = await aws.alarms(application.description.alarms);
  return [...new Set([...alarms.values()].flatMap(({ topics }) => topics))];
}

export const topicsAllow: Check = async (scene) => {
  const topics = await topicsOf(scene);
  const policies = await Promise.all(topics.map(async (topic) => (await scene.observed.topic(topic)).policy));
  const allowing = policies.filter((policy) => letsCloudWatch(policy, "SNS:Publish")).length;
  if (topics.length === 0) return finding("not seen", "no alarm has a topic", "aucune alarme n'a de sujet");
  return judged(
    allowing === topics.length,
    `${allowing} of ${topics.length} topics do`,
    `${allowing} sujets sur ${topics.length} le font`,
    { topics: topics.length, allowing },
  );
};

const AWS_OWN_KEY = /(?:^|:)alias\/aws\/sns$/;
export const keysAllow: Check = async (scene) => {
  const topics = await Promise.all((await topicsOf(scene)).map((topic) => scene.observed.topic(topic)));
  const keys = [...new Set(topics.flatMap(({ key }) => key ?? []))];
  if (keys.length === 0) return finding("not seen", "no topic is encrypted", "aucun sujet n'est chiffré");
  const allow = await Promise.all(
    keys.map(async (key) => {
      if (AWS_OWN_KEY.test(key)) return false;
      const policy = await scene.observed.keyPolicy(key);
      return ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => letsCloudWatch(policy, action));
    }),
  );
  const allowing = allow.filter(Boolean).length;
  return judged(
    allowing === keys.length,
    `${allowing} of ${keys.length} keys do`,
    `${allowing} clés sur ${keys.length} le font`,
    {
      keys: keys.length,
      allowing,
    },
  );
};

/** What a topic has that was given none. */
const DEFAULT_TOPIC_POLICY = "__default_policy_ID";
const SEVERE = ["ERROR", "SECURITY_WARNING"];

export const policiesValid: Check = async (scene) => {
  const { observed, application } = scene;
  const { clientSecret, tokenSecret, function: name } = application.description;
  const role = await observed.functionRole(name);
  const ofRole = await observed.rolePolicies(role.arn);
  const secrets = await Promise.all([clientSecret, tokenSecret].map((secret) => observed.secret(secret)));
  const topics = await Promise.all((await topicsOf(scene)).map((topic) => observed.topic(topic)));
  const ofResources = [
    ...secrets.flatMap(({ policy }) => policy ?? []),
    ...topics.flatMap(({ policy }) => (policy.includes(DEFAULT_TOPIC_POLICY) ? [] : [policy])),
  ];
  const found = await Promise.all([
    ...ofRole.map((policy) => observed.findings(policy, "IDENTITY_POLICY")),
    ...ofResources.map((policy) => observed.findings(policy, "RESOURCE_POLICY")),
  ]);
  const severe = found.flat().filter((type) => SEVERE.includes(type)).length;
  return judged(
    severe === 0,
    `${severe} errors and security warnings in ${found.length} policies`,
    `${severe} erreurs et avertissements de sécurité dans ${found.length} politiques`,
    { policies: found.length, severe },
  );
};

export const addresses: Check = async (scene) => {
  const topics = await topicsOf(scene);
  const all = await Promise.all(topics.map((topic) => scene.aws.subscriptions(topic)));
  const empty = all.filter((of) => of.length === 0).length;
  const unconfirmed = all.flat().filter(({ confirmed }) => !confirmed).length;
  return judged(
    topics.length > 0 && empty + unconfirmed === 0,
    `${unconfirmed} of ${all.flat().length} not confirmed; ${empty} of ${topics.length} topics without anybody`,
    `${unconfirmed} sur ${all.flat().length} à confirmer ; ${empty} sujets sur ${topics.length} sans personne`,
    { topics: topics.length, empty, subscriptions: all.flat().length, unconfirmed },
  );
};
