/** Failures of AWS or of the network path to it, with the next step. */
import { withoutQuotes } from "../../piste/json";
import { ENVIRONMENTS, type Environment } from "../../piste/environments";
import { DEFAULT_APPLICATION } from "../../piste/names";
import { joined, type Text } from "../../piste/language";
import type { Holder } from "../policy/statement";
import { CommandError, type ErrorCode } from "./failure";
import { shellWord } from "./shell-word";
import { placeOptions, type TargetOptions } from "./target";
import type { Party } from "../../piste/party";

/** The attempted request: `en` fits after "to", `fr` after « de ». */
export interface Action extends Text {
  /** As IAM names it, such as `secretsmanager:GetSecretValue`. */
  readonly permission: string;
  /** The holder whose policy from `piste policy` has that right. @default "operator" */
  readonly holder?: Holder | "verifier --drill";
  /** Another possible cause when AWS answers that there are too many calls. */
  readonly whenThrottled?: Text;
  /** The name of the secret that is asked for. */
  readonly secret?: string;
  /** @default the secret's */
  readonly application?: string | undefined;
}

export type AwsFailureKind =
  "no-region" | "no-credentials" | "denied" | "deleted" | "unreachable" | "throttled" | "other";

/** The same codes as the doctor's findings. */
const CODES: Readonly<Record<AwsFailureKind, ErrorCode>> = {
  "no-region": "aws-no-region",
  "no-credentials": "aws-no-credentials",
  denied: "aws-denied",
  deleted: "secret-deleted",
  unreachable: "aws-unreachable",
  throttled: "aws-throttled",
  other: "aws-failed",
};

/** The meaning of AWS's refusal. */
interface Judged {
  readonly kind: AwsFailureKind;
  readonly text: Text;
  readonly owner: Party;
  /** The command that fixes it, if there is one. */
  readonly fix?: Text | undefined;
}

export class AwsError extends CommandError {
  override readonly name = "AwsError";
  readonly kind: AwsFailureKind;
  readonly fix: Text | undefined;

  constructor(
    { kind, text, owner, fix }: Judged,
    cause: unknown,
    /** The refused request. */
    readonly action: Action,
    /** The place that was asked. */
    readonly place: Place,
  ) {
    super(text, owner, { cause, code: CODES[kind], next: fix });
    this.kind = kind;
    this.fix = fix;
  }

  /** The message of AWS or of the network: half a sentence. */
  get said(): Text {
    if (!(this.cause instanceof Error)) return { en: "unknown", fr: "inconnu" };
    const { name, message } = this.cause;
    if (this.kind !== "unreachable") return { en: `${name}: ${message}`, fr: `${name}: ${message}` };
    return networkFailure(name, (this.cause as NodeJS.ErrnoException).code);
  }
}

/** The answer; undefined when AWS denies it. */
export async function ifAllowed<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof AwsError && error.kind === "denied") return undefined;
    throw error;
  }
}

/** The SDK's error when the answer is a web page and not AWS's. */
const NOT_OF_AWS = "SyntaxError";

function networkFailure(name: string, code = ""): Text {
  if (name === NOT_OF_AWS) {
    return {
      en: "the answer is a web page, for example of a proxy, and not AWS's",
      fr: "la réponse est une page web, d'un proxy par exemple, et non celle d'AWS",
    };
  }
  return { en: code || name, fr: code || name };
}

const DENIED = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized)/;
const BAD_CREDENTIALS =
  /^(UnrecognizedClient|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|IncompleteSignature|InvalidSignature)/;
const THROTTLED = /^(Throttling|TooManyRequests|RequestLimitExceeded)/;
/** Node's and the SDK's names of a network that failed. */
const UNREACHABLE =
  /^(TimeoutError|NetworkingError|ECONN|ENOTFOUND|EAI_|EPROTO|HPE_|ERR_TLS|CERT_|SELF_SIGNED|ERR_PROXY|UNABLE_TO_|DEPTH_)/;

/** The SDK's packages `credential-provider-sso` and `token-providers`; the latter is what IAM Identity Center answers. */
const EXPIRED_SSO = /aws sso login|Session token not found or invalid/;
/** The SDK's package `credential-provider-login`. */
const EXPIRED_LOGIN = /aws login|Please reauthenticate/;
/** The SDK's packages `credential-provider-node` and `credential-provider-ini`. */
const NO_CREDENTIALS = /^Could not (load|resolve) credentials/;
/** AWS: "because it was marked for deletion"; its emulator moto: "that's currently marked deleted". */
const MARKED_FOR_DELETION = /marked (for deletion|deleted)/;

const listProfiles = (profile: string): Text => ({
  en: `\`aws configure list-profiles\` lists your profiles: name one with \`--profile\`, or set this one up with \`aws configure sso --profile ${shellWord(profile)}\`.`,
  fr: `\`aws configure list-profiles\` liste vos profils : indiquez-en un avec \`--profile\`, ou configurez celui-ci avec \`aws configure sso --profile ${shellWord(profile)}\`.`,
});

export interface Place extends Pick<TargetOptions, "region" | "profile" | "application"> {
  readonly environment?: Environment | undefined;
  /** Of the landing zone. */
  readonly namePrefix?: string | undefined;
}

/** The command that prints the policy, with the options that are known; AWS's message names the account. */
export function policyCommand(holder: string, message: string, place: Place): Text {
  const { environment = `<${ENVIRONMENTS.join("|")}>`, region, application, namePrefix } = place;
  const account = /arn:[\w-]+:(?:iam|sts)::(\d{12}):/.exec(message)?.[1];
  const more = [
    placeOptions({ region }),
    application === undefined || application === DEFAULT_APPLICATION ? "" : ` --application ${shellWord(application)}`,
    namePrefix === undefined ? "" : ` --name-prefix ${shellWord(namePrefix)}`,
  ].join("");
  const command = (digits: string): string =>
    `\`npx piste policy ${holder} --environment ${environment} --account-id ${account ?? digits}${more}\``;
  return { en: command("<12 digits>"), fr: command("<12 chiffres>") };
}

export const restoreCommand = (secret: string, where = ""): string =>
  `aws secretsmanager restore-secret --secret-id ${shellWord(secret)}${where}`;

export function restoreText(secret: string, place: Place): Text {
  const command = restoreCommand(secret, placeOptions(place));
  return { en: `Restore it: \`${command}\`.`, fr: `Restaurez-le : \`${command}\`.` };
}

export const deletedText = (secret: string): Text => ({
  en: `The secret ${secret} is scheduled for deletion, so AWS does not return it.`,
  fr: `Le secret ${secret} est en attente de suppression, AWS ne le donne donc pas.`,
});

/** The fault of a profile and the command that fixes it; undefined for any other fault. */
function profileFailure(message: string, profile: string | undefined): { what: Text; fix: Text } | undefined {
  const isSso = EXPIRED_SSO.test(message);
  if (isSso || EXPIRED_LOGIN.test(message)) {
    const command = `\`aws ${isSso ? "sso " : ""}login --profile ${shellWord(profile ?? "default")}\``;
    const session = isSso ? "AWS SSO" : "AWS";
    return {
      what: { en: `The ${session} session has expired.`, fr: `La session ${session} a expiré.` },
      fix: { en: `Log in again: ${command}.`, fr: `Reconnectez-vous : ${command}.` },
    };
  }
  if (!NO_CREDENTIALS.test(message)) return undefined;
  if (profile === undefined) {
    return {
      what: { en: "This shell has no AWS credentials.", fr: "Ce terminal n'a pas d'identifiants AWS." },
      fix: {
        en: "`aws configure sso` sets up a profile and logs in; `aws sso login --profile <name>` logs in again. Then add `--profile <name>`.",
        fr: "`aws configure sso` crée un profil et vous connecte ; `aws sso login --profile <nom>` vous reconnecte. Ajoutez ensuite `--profile <nom>`.",
      },
    };
  }
  return {
    what: {
      en: `The AWS configuration files have no credentials for the profile ${profile}.`,
      fr: `Les fichiers de configuration AWS n'ont pas d'identifiants pour le profil ${profile}.`,
    },
    fix: listProfiles(profile),
  };
}

/**
 * @param thrown as the SDK threw it; its message may name ARNs, never a value.
 * @param place for the commands in the message.
 */
export function awsError(action: Action, thrown: unknown, place: Place = {}): AwsError {
  if (thrown instanceof AwsError) return thrown;
  const error = withoutQuotes(thrown);
  return new AwsError(judged(action, error, place), error, action, place);
}

function judged(action: Action, error: unknown, place: Place): Judged {
  const { name, message } = error instanceof Error ? error : new Error("unknown");
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (/^Region (is missing|not accepted)/.test(message)) return noRegion(place);
  if (/^(Credentials|Token)ProviderError$/.test(name) || BAD_CREDENTIALS.test(name)) {
    return noCredentials(message, place);
  }
  if (DENIED.test(name)) {
    const policy = policyCommand(action.holder ?? "operator", message, place);
    return {
      kind: "denied",
      text: {
        en: `AWS does not allow you to ${action.en} (${action.permission}). Ask for that right: ${policy.en} prints the policy. AWS's message: ${message}`,
        fr: `AWS ne vous autorise pas à ${action.fr} (${action.permission}). Demandez ce droit : ${policy.fr} affiche la politique. Message d'AWS : « ${message} ».`,
      },
      owner: "aws",
      fix: {
        en: `Ask the administrator of the AWS account for that right: ${policy.en} prints the policy.`,
        fr: `Demandez ce droit à la personne qui gère le compte AWS : ${policy.fr} affiche la politique.`,
      },
    };
  }
  if (action.secret !== undefined && name === "InvalidRequestException" && MARKED_FOR_DELETION.test(message)) {
    const fix = restoreText(action.secret, place);
    return { kind: "deleted", text: joined([deletedText(action.secret), fix]), owner: "aws", fix };
  }
  if (THROTTLED.test(name)) {
    const text: Text = {
      en: `AWS receives too many calls at once and refused to ${action.en}. Try again in a minute.`,
      fr: `AWS reçoit trop d'appels à la fois et a refusé de ${action.fr}. Réessayez dans une minute.`,
    };
    return {
      kind: "throttled",
      text: action.whenThrottled ? joined([text, action.whenThrottled]) : text,
      owner: "wait",
    };
  }
  if (name === NOT_OF_AWS || UNREACHABLE.test(name) || UNREACHABLE.test(code)) {
    const failure = networkFailure(name, code);
    return {
      kind: "unreachable",
      text: {
        en: `AWS cannot be reached from here to ${action.en}: ${failure.en}. Check the network, HTTPS_PROXY and, behind a private certificate authority, NODE_EXTRA_CA_CERTS.`,
        fr: `AWS est injoignable d'ici pour ${action.fr} : ${failure.fr}. Vérifiez le réseau, HTTPS_PROXY et, derrière une autorité de certification privée, NODE_EXTRA_CA_CERTS.`,
      },
      owner: "operator",
    };
  }
  return {
    kind: "other",
    text: {
      en: `AWS refused to ${action.en}. Show this message to the administrator of the AWS account: ${name}: ${message}`,
      fr: `AWS a refusé de ${action.fr}. Montrez ce message à la personne qui gère le compte AWS. Message d'AWS : « ${name}: ${message} ».`,
    },
    owner: "aws",
  };
}

function noRegion({ profile }: Place): Judged {
  const text: Text = {
    en: "No AWS region is named. Name it: `--region eu-west-3`, or `export AWS_REGION=eu-west-3`.",
    fr: "Aucune région AWS n'est indiquée. Indiquez-la : `--region eu-west-3`, ou `export AWS_REGION=eu-west-3`.",
  };
  if (profile === undefined) return { kind: "no-region", text, owner: "operator" };
  const profiles = listProfiles(profile);
  // The SDK finds no region in a profile that does not exist, and says no more.
  const fix: Text = {
    en: `The profile ${profile} has none, or does not exist. ${profiles.en}`,
    fr: `Le profil ${profile} n'en a pas, ou n'existe pas. ${profiles.fr}`,
  };
  return { kind: "no-region", text: joined([text, fix]), owner: "operator", fix };
}

function noCredentials(message: string, { profile }: Place): Judged {
  const failure = profileFailure(message, profile);
  if (failure !== undefined) {
    const { what, fix } = failure;
    return { kind: "no-credentials", text: joined([what, fix]), owner: "aws", fix };
  }
  return {
    kind: "no-credentials",
    text: {
      en: `This shell has no valid AWS credentials. Log in to AWS, or name a profile with \`--profile\`; \`aws sts get-caller-identity\` shows who you are. AWS's message: ${message}`,
      fr: `Ce terminal n'a pas d'identifiants AWS valides. Connectez-vous à AWS, ou indiquez un profil avec \`--profile\` ; \`aws sts get-caller-identity\` dit sous quel nom. Message d'AWS : « ${message} ».`,
    },
    owner: "aws",
  };
}
