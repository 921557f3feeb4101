/** The layers before PISTE: this machine's clock, AWS, the deployed applications and their secrets. */
import { counted, type Text } from "../../piste/language";
import { secretNameOf } from "../../piste/believed-description";
import { clientSecretName } from "../../piste/names";
import type { DescribedApplication } from "../described-applications";
import { AwsError } from "../command/aws-failure";
import { applicationsOf } from "../command/target";
import { applicationsOfQualif, noteWhatEqualsQualif } from "./qualif";
import { Subject } from "./subject";
import { shortList } from "./message-parts";
import { found } from "./findings";
import { configuration, deploy, testAlarms, type CommandContext } from "./findings/finding";
import { stop, type Visit } from "./visit";
import { inParallel } from "../../piste/in-parallel";

/** The doctor itself uses AWS's clock, but a clock that is off by more than this misleads other tools. */
const CLOCK_TOLERANCE_IN_MILLISECONDS = 60_000;
const SECRETS_AT_ONCE = 4;

/** The other application whose client secret this one uses. */
function ownerOfClient(
  { description }: DescribedApplication,
  all: readonly DescribedApplication[],
): string | undefined {
  const { environment, application, clientSecret } = description;
  const others = all.flatMap((other) => (other.description.application === application ? [] : [other.description]));
  return others.find(
    (other) =>
      other.clientSecret === clientSecretName(environment, other.application) &&
      other.clientSecret === secretNameOf(clientSecret),
  )?.application;
}

/** Checks this machine's clock against AWS's first answer. The options were checked when they were read. */
export async function lookAtConfiguration(visit: Visit): Promise<Text> {
  const { aws } = visit.target;
  try {
    visit.identity = await aws.identity();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    visit.identity = error;
  }
  const ahead = aws.clockAheadInMilliseconds();
  if (ahead === undefined) return { en: "AWS's clock is not known", fr: "l'horloge d'AWS n'est pas connue" };
  if (Math.abs(ahead) > CLOCK_TOLERANCE_IN_MILLISECONDS) {
    throw stop("clock-off", visit.context, { behindInSeconds: Math.round(ahead / 1000) });
  }
  return { en: "the clock agrees with AWS's", fr: "l'horloge s'accorde avec celle d'AWS" };
}

/** @throws CommandError when an application is named that does not exist. */
export async function lookAtAws(visit: Visit): Promise<Text> {
  const { target, options, identity } = visit;
  const { aws, environment } = target;
  if (identity === undefined || identity instanceof AwsError) {
    throw identity ?? new Error("unreachable: the configuration layer asks AWS for the identity");
  }
  const region = await aws.region();
  const { applications: all, disbelieved, elsewhere } = await aws.applications(environment);
  if (elsewhere !== undefined) throw stop("deployed-elsewhere", visit.context, { region, elsewhere });
  if (all.length === 0 && disbelieved.length === 0) throw stop("not-deployed", visit.context, { region });
  const { application: name } = options;
  const named = all.filter(({ description }) => name === undefined || description.application === name);
  const chosen = name === undefined || named.length > 0 ? named : (await applicationsOf(target, name)).applications;
  if (name === undefined) {
    const stops = all.length === 0;
    for (const { text } of disbelieved) {
      visit.found.push(found("description-not-believed", visit.context, { text }, { stops }));
    }
  }
  visit.subjects = chosen.map((application) => {
    const { application: own } = application.description;
    const several = all.length + disbelieved.length > 1;
    return new Subject(application, {
      ...visit.context,
      application: several ? own : undefined,
      clientOwner: ownerOfClient(application, all),
    });
  });
  if (name !== undefined) visit.subjects[0]?.notes.push(...disbelieved.map(({ text }) => text));
  visit.ofQualif = await applicationsOfQualif(visit);
  for (const subject of visit.subjects) {
    noteWhatEqualsQualif(visit, subject);
    const failure = await visit.guard("aws", subject.context, () => describeSecrets(visit, subject));
    if (failure !== undefined) subject.push(failure);
  }
  const secrets = visit.subjects.reduce((sum, { versions }) => sum + versions.size, 0);
  const names = shortList(visit.subjects.map((subject) => subject.name));
  const secretsText = counted(secrets, "secret", "secret");
  return {
    en: `account ${identity.account}, ${region}: ${names.en}, ${secretsText.en}`,
    fr: `compte ${identity.account}, ${region} : ${names.fr}, ${secretsText.fr}`,
  };
}

/** Lists the versions of each secret, without reading a value. */
async function describeSecrets({ target: { aws } }: Visit, subject: Subject): Promise<void> {
  const { description, accounts } = subject.application;
  const names = [description.clientSecret, description.tokenSecret, ...accounts.map(({ secret }) => secret)];
  await inParallel(names, SECRETS_AT_ONCE, async (secret) => {
    const versions = await aws.versions(secret);
    if (versions === undefined) throw stop("secret-absent", subject.context, { secret });
    subject.versions.set(secret, versions);
  });
}

/** Finds unconfirmed mail addresses of alarms; returns a note when a topic has no subscriber or AWS refuses the check. */
export async function lookAtAlarms({ target: { aws } }: Visit, subject: Subject): Promise<Text | undefined> {
  try {
    const alarms = await aws.alarms(subject.application.description.alarms);
    const topics = [...new Set([...alarms.values()].flatMap((alarm) => alarm.topics))];
    const byTopic = await Promise.all(topics.map((topic) => aws.subscriptions(topic)));
    const subscriptions = byTopic.flat();
    const pending = subscriptions.filter(({ protocol, confirmed }) => protocol.startsWith("email") && !confirmed);
    const addresses = [...new Set(pending.map(({ endpoint }) => endpoint))];
    if (addresses.length > 0) subject.add("alarm-mail-unconfirmed", { addresses });
    return unheardText(
      topics.filter((_, index) => byTopic[index]?.length === 0),
      subject.context,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return {
      en: `The subscribers of the alarms could not be read: ${error.text.en}`,
      fr: `Impossible de lire les abonnés des alarmes : ${error.text.fr}`,
    };
  }
}

/** The note about topics without a subscriber; undefined when each has one. */
function unheardText(topics: readonly string[], context: CommandContext): Text | undefined {
  if (topics.length === 0) return undefined;
  const names = shortList(topics.map((topic) => topic.slice(topic.lastIndexOf(":") + 1)));
  return {
    en: `No subscriber for ${names.en}, so nobody receives these alarms: add an address to \`alarmEmails\` in ${configuration(context)}, then ${deploy(context)}; or subscribe somebody (${testAlarms(context)}).`,
    fr: `Aucun abonné pour ${names.fr}, personne ne reçoit donc ces alarmes : ajoutez une adresse à \`alarmEmails\` dans ${configuration(context)}, puis ${deploy(context)} ; ou abonnez quelqu'un (${testAlarms(context)}).`,
  };
}
