/**
 * Finds the secret for an application's client credentials: the one named after it, or one that a person names and
 * confirms. A description alone is not trusted: somebody else may have written it.
 */
import { secretNameOf } from "../../piste/believed-description";
import type { Description } from "../../piste/description";
import { SECRET_NAME_PATTERN } from "../../piste/description-schemas";
import { ENVIRONMENTS, type Environment } from "../../piste/environments";
import { joined, type Text } from "../../piste/language";
import { clientSecretName, DEFAULT_APPLICATION, environmentPrefix, NAME_PATTERN } from "../../piste/names";
import { CommandError } from "../command/failure";
import { described, type Wanted } from "./secret-lookup";
import type { Session } from "./session";

/** The place of an application's client credentials. */
export interface ClientSecretLocation {
  readonly environment: Environment;
  readonly application: string;
  readonly secret: string;
  /** The application whose function tries them; undefined for users who may not read descriptions. */
  readonly owner?: Description;
}

export interface WantedClient extends Wanted {
  /** The name or ARN of a secret that is not the application's own. */
  readonly secret?: string | undefined;
}

export type ClientAct = "set" | "promote" | "rollback";

/**
 * @param byName whether the names alone are enough, for users who may not read descriptions.
 * @throws CommandError unless it is the application's own secret, or was named and confirmed.
 */
export async function findClientSecret(
  session: Session,
  act: ClientAct,
  wanted: WantedClient,
  byName: boolean,
): Promise<ClientSecretLocation> {
  const { environment } = session.target;
  const { secret } = wanted;
  if (secret !== undefined) checkForm(secret);
  const owner = (await described(session.target, wanted, byName))?.description;
  const application = owner?.application ?? wanted.application ?? DEFAULT_APPLICATION;
  const own = clientSecretName(environment, application);
  const place = { environment, application, ...(owner && { owner }) };
  if (secret === undefined) {
    if (owner !== undefined && owner.clientSecret !== own) throw notOwn(session, act, owner, own);
    return { ...place, secret: own };
  }
  if (secret === own) return { ...place, secret };
  checkOwner(session, act, application, secret);
  const elsewhere = await placeElsewhere(session.target.aws, secret);
  if (elsewhere === undefined && secretNameOf(secret) === own) return { ...place, secret };
  await confirm(session, place, { secret, own, elsewhere });
  return { ...place, secret };
}

/** PISTE's client secrets have this form. */
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** @throws CommandError when it may be the secret value; the message does not repeat it. */
function checkForm(secret: string): void {
  if (SECRET_NAME_PATTERN.test(secret) && !UUID.test(secret)) return;
  throw new CommandError(
    {
      en: "--secret must be the name or the ARN of a secret in Secrets Manager. Values are never given as arguments.",
      fr: "--secret doit être le nom ou l'ARN d'un secret de Secrets Manager. Les valeurs ne se donnent jamais en argument.",
    },
    "operator",
  );
}

const UNCHANGED: Text = { en: "Nothing was changed.", fr: "Rien n'a été changé." };

/** The application that owns the client secret. */
function applicationOf(environment: Environment, secret: string): string | undefined {
  const name = secretNameOf(secret);
  const [, , application = ""] = name.split("/");
  return NAME_PATTERN.test(application) && name === clientSecretName(environment, application)
    ? application
    : undefined;
}

/** @throws CommandError when the secret belongs to another application, environment or kind of credentials. */
function checkOwner({ target }: Session, act: ClientAct, application: string, secret: string): void {
  const { environment } = target;
  const owner = applicationOf(environment, secret);
  if (owner !== undefined && owner !== application) {
    const command = commandOf(target, act, owner);
    throw new CommandError(
      {
        en: `${secret} is the secret of the application ${owner}: \`${command}\`. ${UNCHANGED.en}`,
        fr: `${secret} est le secret de l'application ${owner} : \`${command}\`. ${UNCHANGED.fr}`,
      },
      "operator",
    );
  }
  const name = secretNameOf(secret);
  const isOfAnother = ENVIRONMENTS.some((each) => each !== environment && name.startsWith(environmentPrefix(each)));
  const isAnotherKind = /^piste\/[^/]+\/[^/]+\/(?:token|technical-account\/[^/]+)$/.test(name);
  if (!isOfAnother && !isAnotherKind) return;
  throw new CommandError(
    {
      en: `${secret} is not for client credentials of ${environment}. ${UNCHANGED.en}`,
      fr: `${secret} n'est pas fait pour des identifiants d'application de ${environment}. ${UNCHANGED.fr}`,
    },
    "operator",
  );
}

const commandOf = ({ environment, sameOptions = "" }: Session["target"], act: ClientAct, application: string): string =>
  `npx piste credentials ${act} ${environment} client --application ${application}${sameOptions}`;

/** The error when a description names another secret: the description is not followed. */
function notOwn(
  { target }: Session,
  act: ClientAct,
  { application, clientSecret }: Description,
  own: string,
): CommandError {
  const other = applicationOf(target.environment, clientSecret);
  if (other !== undefined) {
    const command = commandOf(target, act, other);
    const text: Text = {
      en: `The description of ${application} says that it uses the client credentials of ${other}, which are stored there: \`${command}\`.`,
      fr: `La description de ${application} dit qu'elle utilise les identifiants de l'application ${other}, qui s'enregistrent là : \`${command}\`.`,
    };
    return new CommandError(joined([text, UNCHANGED]), "operator");
  }
  const text: Text = {
    en: `The description of ${application} says that its client credentials are in ${clientSecret}, not in its own secret ${own}. A description alone is not followed, since others may have changed it. If the configuration (\`clientCredentials\`) names that secret too, name it with \`--secret\`, on a terminal.`,
    fr: `La description de ${application} dit que les identifiants de l'application sont dans ${clientSecret}, et non dans son propre secret ${own}. Une description seule n'est pas suivie, car d'autres peuvent l'avoir changée. Si la configuration (\`clientCredentials\`) nomme aussi ce secret, indiquez-le avec \`--secret\`, dans un terminal.`,
  };
  return new CommandError(joined([text, UNCHANGED]), "operator");
}

/** An ARN may name a secret in another AWS account or region, with the same name as the application's own. */
async function placeElsewhere(aws: Session["target"]["aws"], secret: string): Promise<Text | undefined> {
  const [arn, , , region = "", account = ""] = secret.split(":");
  if (arn !== "arn") return undefined;
  const here = await aws.identity();
  if (account === here.account && region === (await aws.region())) return undefined;
  return {
    en: `It is not in the AWS account and region of this command (account ${account}, region ${region}). `,
    fr: `Il n'est pas dans le compte AWS et la région de cette commande (compte ${account}, région ${region}). `,
  };
}

const YES = /^\s*(?:yes|oui)\s*$/i;

interface Named {
  readonly secret: string;
  readonly own: string;
  readonly elsewhere: Text | undefined;
}

/** @throws CommandError unless a person types yes. */
async function confirm(
  { ask }: Session,
  { application, environment, owner }: Omit<ClientSecretLocation, "secret">,
  { secret, own, elsewhere = { en: "", fr: "" } }: Named,
): Promise<void> {
  if (!ask.person) {
    const text: Text = {
      en: "`--secret` must be confirmed on a terminal, and there is none here.",
      fr: "`--secret` doit être confirmé dans un terminal, et il n'y en a pas ici.",
    };
    throw new CommandError(joined([text, UNCHANGED]), "operator");
  }
  const isNamed =
    elsewhere.en === "" && owner !== undefined && secretNameOf(owner.clientSecret) === secretNameOf(secret);
  const claim: Text = isNamed
    ? { en: "Its description names it, too.", fr: "Sa description le nomme aussi." }
    : { en: "Its description does not name it.", fr: "Sa description ne le nomme pas." };
  const answer = await ask.shown({
    text: {
      en: `${secret} is not ${application}'s own secret (${own}). ${elsewhere.en}${owner === undefined ? "" : `${claim.en} `}Everybody who can read it gets the client credentials of ${application} (${environment}). Type yes to use it`,
      fr: `${secret} n'est pas le secret de ${application} (${own}). ${elsewhere.fr}${owner === undefined ? "" : `${claim.fr} `}Quiconque peut le lire obtient les identifiants de l'application ${application} (${environment}). Tapez oui pour l'utiliser`,
    },
    refuse: () => undefined,
  });
  if (YES.test(answer)) return;
  throw new CommandError(
    joined([{ en: "It was not confirmed.", fr: "Cela n'a pas été confirmé." }, UNCHANGED]),
    "operator",
  );
}
