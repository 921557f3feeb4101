/** Checks of rights, policies, topics, keys and subscriptions. */
import { clientSecretName } from "../../piste/names";
import { membersOf, parseJson } from "../../piste/json";
import { finding, judged, type Check, type Finding, type Scene } from "./finding";
import type { Call } from "./observed-aws";

type Expected = readonly [allowed: boolean, call: Call];
const READ = "secretsmanager:GetSecretValue";
const WRITE = "secretsmanager:PutSecretValue";
const CURRENT = { stage: "AWSCURRENT" };

const secretsOf = ({ observed, application: { description } }: Scene) =>
  Promise.all([observed.secret(description.clientSecret), observed.secret(description.tokenSecret)]);

async function rights({ observed }: Scene, roles: readonly string[], expected: readonly Expected[]): Promise<Finding> {
  let [answers, narrow, wide] = [0, 0, 0];
  for (const role of roles) {
    for (const [allowed, call] of expected) {
      const answer = await observed.isAllowed(role, call);
      answers += 1;
      if (allowed && !answer) narrow += 1;
      if (!allowed && answer) wide += 1;
    }
  }
  return judged(
    narrow + wide === 0,
    `${answers} simulated calls: ${narrow} needed ones refused, ${wide} forbidden ones allowed`,
    `${answers} appels simulés : ${narrow} nécessaires refusés, ${wide} interdits autorisés`,
    { answers, tooNarrow: narrow, tooWide: wide },
  );
}

export const refresherRights: Check = async (scene) => {
  const { environment, application, function: name } = scene.application.description;
  const [{ arn: client }, { arn: token }] = await secretsOf(scene);
  const { arn: role } = await scene.observed.functionRole(name);
  // This application does not exist; IAM does not check that.
  const inAccount = token.split(":").slice(0, 6).join(":");
  const other = `${inAccount}:${clientSecretName(environment, `not-${application}`)}-AbCdEf`;
  return rights(
    scene,
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
    return finding("not seen", "needs `--consumer-role-arn`", "demande `--consumer-role-arn`");
  }
  const [{ arn: client }, { arn: token }] = await secretsOf(scene);
  return rights(scene, scene.consumers, [
    [true, { action: READ, resource: token, ...CURRENT }],
    [false, { action: READ, resource: client, ...CURRENT }],
    [false, { action: WRITE, resource: token }],
  ]);
};

const listOf = (one: unknown): unknown[] => (Array.isArray(one) ? one : [one]);
const membersIn = (one: unknown): Readonly<Record<string, unknown>> => membersOf(one) ?? {};

/** Compares action names as IAM does, with the wildcards `*` and `?`. */
const fits = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  ).test(action);

/** Condition keys on a message's source: in AWS's default topic policy, or recommended by AWS. */
const SOURCE = /^aws:Source(?:Owner|Account|Arn)$/i;

/**
 * True if a policy allows CloudWatch, by name or with the principal `*`, and does not deny it. An Allow by name counts with
 * any conditions, an Allow for `*` only with conditions on the message's source, and a Deny only without conditions.
 */
function letsCloudWatch(policy: string, action: string): boolean {
  const about = listOf(membersIn(parseJson(policy))["Statement"])
    .map(membersIn)
    .filter(({ Action: named }) =>
      listOf(named).some((pattern) => typeof pattern === "string" && fits(pattern, action)),
    )
    .map(({ Effect: effect, Principal: principal, Condition: condition }) => {
      const { AWS: accounts, Service: service } = membersIn(principal);
      const keys = Object.values(membersIn(condition)).flatMap((operator) => Object.keys(membersIn(operator)));
      const named = listOf(service).includes("cloudwatch.amazonaws.com");
      return { effect, keys, named, everybody: [principal, ...listOf(accounts)].includes("*") };
    });
  return (
    about.some(
      ({ effect, keys, named, everybody }) =>
        effect === "Allow" && (named || (everybody && keys.every((key) => SOURCE.test(key)))),
    ) &&
    !about.some(({ effect, keys, named, everybody }) => effect === "Deny" && (named || everybody) && keys.length === 0)
  );
}

const TOPIC = /^arn:[^:]+:sns:/;
async function topicsOf({ definitions }: Scene): Promise<string[]> {
  const actions = (await definitions()).flatMap(({ AlarmActions: each = [] }) => each);
  return [...new Set(actions.filter((action) => TOPIC.test(action)))];
}

const allAllow = (allowed: readonly boolean[], en: string, fr: string): Finding => {
  const allowing = allowed.filter(Boolean).length;
  const text = {
    en: `${allowing} of ${allowed.length} ${en} do`,
    fr: `${allowing} ${fr} sur ${allowed.length} le font`,
  };
  return judged(allowing === allowed.length, text.en, text.fr, { [en]: allowed.length, allowing });
};

export const topicsAllow: Check = async (scene) => {
  const topics = await Promise.all((await topicsOf(scene)).map((topic) => scene.observed.topic(topic)));
  if (topics.length === 0) return finding("not seen", "no alarm has a topic", "aucune alarme n'a de sujet");
  const allowed = topics.map(({ policy }) => letsCloudWatch(policy, "SNS:Publish"));
  return allAllow(allowed, "topics", "sujets");
};

/** AWS's own key: its policy allows everybody, on a condition that no service fulfils. GetKeyPolicy accepts no alias. */
const AWS_OWN_KEY = /(?:^|:)alias\/aws\/sns$/;
export const keysAllow: Check = async (scene) => {
  const topics = await Promise.all((await topicsOf(scene)).map((topic) => scene.observed.topic(topic)));
  const keys = [...new Set(topics.flatMap(({ key }) => key ?? []))];
  if (keys.length === 0) return finding("not seen", "no topic is encrypted", "aucun sujet n'est chiffré");
  const allowed = keys.map(async (key) => {
    if (AWS_OWN_KEY.test(key)) return false;
    const policy = await scene.observed.keyPolicy(key);
    return ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => letsCloudWatch(policy, action));
  });
  return allAllow(await Promise.all(allowed), "keys", "clés");
};

const SEVERE = ["ERROR", "SECURITY_WARNING"];

/**
 * Checks the policies of the refresher's role and of its client and token secrets. Topics are left out: they may belong to
 * the landing zone, and Access Analyzer warns that the topic for EventBridge lacks a condition that it cannot have.
 */
export const policiesValid: Check = async (scene) => {
  const { observed, application } = scene;
  const role = await observed.functionRole(application.description.function);
  const ofRole = await observed.rolePolicies(role.arn);
  const ofSecrets = (await secretsOf(scene)).flatMap(({ policy }) => policy ?? []);
  const found = await Promise.all([
    ...ofRole.map((policy) => observed.findings(policy, "IDENTITY_POLICY")),
    ...ofSecrets.map((policy) => observed.findings(policy, "RESOURCE_POLICY")),
  ]);
  if (found.length === 0) return finding("not seen", "no policy to look at", "aucune politique à examiner");
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
    `${unconfirmed} of ${all.flat().length} addresses not confirmed; ${empty} of ${topics.length} topics without subscribers`,
    `${unconfirmed} adresses sur ${all.flat().length} à confirmer ; ${empty} sujets sur ${topics.length} sans abonné`,
    { topics: topics.length, empty, subscriptions: all.flat().length, unconfirmed },
  );
};
