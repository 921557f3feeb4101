/**
 * Promotes staged client credentials: the function in AWS tries them with PISTE and makes them current when PISTE accepts
 * them. The command invokes the function, shows the result, and removes the label of refused credentials.
 */
import type { RunResult } from "../../lambda/token-refresh/report";
import { joined, type Text } from "../../piste/language";
import { AwsError } from "../command/aws-failure";
import { CommandError, textOf } from "../command/failure";
import type { Party } from "../../piste/party";
import { overspentText, runFailureText } from "../command/french";
import { ownerOfFailure } from "../command/owners";
import { clockTime } from "../command/times";
import { UserError } from "../../piste/user-error";
import type { ClientAct, ClientSecretLocation } from "./client-secret";
import { carrierOf, CURRENT, PENDING, versionsOf } from "./secret";
import { nextCommand, type Session } from "./session";
import { deployCommand } from "../command/deployment-command";

export interface Promotion {
  readonly place: Required<ClientSecretLocation>;
  /** The staged version; undefined for users who may not list versions. */
  readonly versionId: string | undefined;
  /** The command that staged the version. */
  readonly origin: ClientAct;
}

/** Failures of the value itself. With other refusals the value may be right. */
const VALUE_REFUSED: ReadonlySet<string> = new Set(["invalid-client", "malformed-credentials"]);

const MALFORMED: Text = {
  en: 'The staged value is not {"client_id": …, "client_secret": …}.',
  fr: 'La valeur en attente n\'est pas {"client_id": …, "client_secret": …}.',
};

const commandOf = (act: ClientAct, session: Session): string =>
  nextCommand(session, `credentials ${act} ${session.target.environment} client${session.sameSecret ?? ""}`);
export const promoteCommand = (session: Session): string => commandOf("promote", session);
export const setCommand = (session: Session): string => commandOf("set", session);

/** @throws CommandError unless the staged version becomes current. */
export async function promoteStaged(session: Session, promotion: Promotion): Promise<void> {
  const { place, origin } = promotion;
  session.say({
    en: `The function ${place.owner.function} tries them with PISTE …`,
    fr: `La fonction ${place.owner.function} les essaie auprès de PISTE…`,
  });
  session.ifInterrupted(underWay(session));
  const result = await invoke(session, promotion);
  if (result.outcome === "refreshed" || result.outcome === "kept") {
    const isCurrent = await isCurrentNow(session, promotion);
    if (isCurrent === false) throw notCurrentAfterAll(session, place);
    session.say(accepted(place, origin, result, isCurrent));
    return;
  }
  if (result.outcome !== "failed") throw doesNotKnowPromote(session, place);
  throw await notPromoted(session, promotion, result);
}

function underWay(session: Session): Text {
  const { environment } = session.target;
  return {
    en: `The client credentials are stored, and either staged or already current: \`${nextCommand(session, `credentials status ${environment}`)}\` shows which, and \`${promoteCommand(session)}\` tries them again. The current ones are complete, either the old or the new ones.`,
    fr: `Les identifiants de l'application sont enregistrés, en attente ou déjà en vigueur : \`${nextCommand(session, `credentials status ${environment}`)}\` le dit, et \`${promoteCommand(session)}\` les essaie de nouveau. Ceux en vigueur sont complets : les anciens ou les nouveaux.`,
  };
}

async function invoke(session: Session, { place }: Promotion): Promise<RunResult> {
  try {
    return await session.target.aws.invoke(place.owner, "promote");
  } catch (error) {
    const why = textOf(error);
    if (error instanceof AwsError && error.kind === "denied") {
      throw new CommandError(joined([why, staged(session, place)], "\n\n"), "aws", { cause: error });
    }
    const owner: Party = error instanceof CommandError ? error.owner : error instanceof UserError ? "aws" : "bug";
    throw new CommandError(joined([why, underWay(session)], "\n\n"), owner, { cause: error });
  }
}

/** The message for users who may store but not invoke. */
export function staged(session: Session, place: ClientSecretLocation): Text {
  const who = place.owner?.function;
  return {
    en: `The client credentials are stored in ${place.secret} and staged; the current ones stay. A person with the right to invoke ${who ?? "the application's token-refresh function"} makes them current with \`${promoteCommand(session)}\`, without knowing them. (In an empty secret, the first ones are current at once, without a test.)`,
    fr: `Les identifiants de l'application sont enregistrés dans ${place.secret} et en attente ; ceux en vigueur le restent. Une personne qui a le droit d'invoquer ${who ?? "la fonction token-refresh de l'application"} les met en vigueur avec \`${promoteCommand(session)}\`, sans les connaître. (Dans un secret vide, les premiers sont en vigueur aussitôt, sans essai.)`,
  };
}

/** Checks the function's answer against the secret. @returns undefined when AWS does not allow it. */
async function isCurrentNow(session: Session, { place, versionId }: Promotion): Promise<boolean | undefined> {
  if (versionId === undefined) return undefined;
  const versions = await versionsOf(session.target.aws, place.secret).catch(() => undefined);
  return versions && carrierOf(CURRENT, versions)?.versionId === versionId;
}

function notCurrentAfterAll(session: Session, { owner, secret }: Required<ClientSecretLocation>): CommandError {
  const status = nextCommand(session, `credentials status ${session.target.environment}`);
  return new CommandError(
    {
      en: `The function ${owner.function} says that PISTE accepts them, but they are not current in ${secret}: somebody stored others meanwhile, or this function is not the refresher. \`${status}\` shows what is current.`,
      fr: `La fonction ${owner.function} dit que PISTE les accepte, mais ils ne sont pas en vigueur dans ${secret} : quelqu'un en a enregistré d'autres entre-temps, ou cette fonction n'est pas le rafraîchisseur. \`${status}\` montre ce qui est en vigueur.`,
    },
    "aws",
  );
}

function accepted(
  { owner }: Required<ClientSecretLocation>,
  origin: ClientAct,
  result: RunResult,
  isSeen: boolean | undefined,
): Text {
  const { expiresAt } = result;
  const again = origin === "rollback";
  const kept = overspentText(result) ?? { en: "", fr: "" };
  const until = expiresAt === undefined ? undefined : clockTime(expiresAt * 1000);
  const who = isSeen
    ? { en: "", fr: "" }
    : { en: `The function ${owner.function} says: `, fr: `La fonction ${owner.function} dit : ` };
  return {
    en: `${who.en}PISTE accepts them: they are ${again ? "current again" : "the current ones"} for ${owner.application}.${kept.en && `\n${kept.en}`}${until ? `\nToken valid until ${until.en}.` : ""}`,
    fr: `${who.fr}PISTE les accepte : ils sont ${again ? "de nouveau " : ""}en vigueur pour ${owner.application}.${kept.fr && `\n${kept.fr}`}${until ? `\nJeton valable jusqu'à ${until.fr}.` : ""}`,
  };
}

function doesNotKnowPromote(session: Session, { owner }: Required<ClientSecretLocation>): CommandError {
  const { environment } = session.target;
  return new CommandError(
    {
      en: `The function ${owner.function} is older than this command and did not try them: they stay staged. Deploy it (${deployCommand(environment)}), then \`${promoteCommand(session)}\`.`,
      fr: `La fonction ${owner.function} est plus ancienne que cette commande et ne les a pas essayés : ils restent en attente. Déployez-la (${deployCommand(environment)}), puis \`${promoteCommand(session)}\`.`,
    },
    "aws",
  );
}

function meaningOf({ reason, meaning = reason }: RunResult): Text {
  if (reason === "malformed-credentials") return MALFORMED;
  return runFailureText(reason, meaning);
}

async function notPromoted(session: Session, promotion: Promotion, result: RunResult): Promise<CommandError> {
  const { reason, class: failureClass } = result;
  const meaning = meaningOf(result);
  if (reason === "nothing-pending") return nothingPending(session, promotion);
  if (VALUE_REFUSED.has(reason)) return refused(session, promotion, meaning);
  // PISTE may accept them later.
  if (ownerOfFailure(failureClass) === "wait") {
    const tryAgain: Text = {
      en: `PISTE has neither accepted nor refused them. They stay staged, and nothing else has changed: \`${promoteCommand(session)}\` tries them again, without asking for them.`,
      fr: `PISTE ne les a ni acceptés ni refusés. Ils restent en attente, et rien d'autre n'a changé : \`${promoteCommand(session)}\` les essaie de nouveau, sans les ressaisir.`,
    };
    return new CommandError(joined([meaning, tryAgain], "\n\n"), "wait");
  }
  const superseded = reason === "superseded";
  const afterwards: Text = {
    en: `They stay staged, and nothing else has changed. ${superseded ? "To make them current anyway" : "When this is fixed"}: \`${promoteCommand(session)}\`.`,
    fr: `Ils restent en attente, et rien d'autre n'a changé. ${superseded ? "Pour les mettre en vigueur malgré tout" : "Une fois cela corrigé"} : \`${promoteCommand(session)}\`.`,
  };
  return new CommandError(
    joined([meaning, afterwards], "\n\n"),
    reason === "request-refused" ? "piste-portal" : "operator",
  );
}

function nothingPending(session: Session, { place, origin }: Promotion): CommandError {
  const { environment } = session.target;
  if (origin === "promote") return nothingStaged(session, place);
  const status = nextCommand(session, `credentials status ${environment}`);
  return new CommandError(
    {
      en: `They are no longer staged: somebody else has promoted or replaced them meanwhile. \`${status}\` shows what is current.`,
      fr: `Ils ne sont plus en attente : quelqu'un d'autre les a mis en vigueur ou remplacés entre-temps. \`${status}\` montre ce qui est en vigueur.`,
    },
    "operator",
  );
}

export function nothingStaged(session: Session, { secret }: ClientSecretLocation): CommandError {
  return new CommandError(
    {
      en: `No client credentials are staged in ${secret}. Store some: \`${setCommand(session)}\`.`,
      fr: `Aucune valeur n'est en attente dans ${secret}. Enregistrez-en : \`${setCommand(session)}\`.`,
    },
    "operator",
  );
}

/** Removes the label of refused credentials, so that `promote` does not send them again. */
async function refused(session: Session, promotion: Promotion, meaning: Text): Promise<CommandError> {
  const { aws } = session.target;
  const { secret } = promotion.place;
  // AWS's failure must not hide PISTE's refusal.
  const versions = await versionsOf(aws, secret).catch(() => undefined);
  const version = versions?.find(({ versionId }) => versionId === promotion.versionId);
  const isCurrent = version?.labels.includes(CURRENT);
  const texts = [meaning, currentText(session, isCurrent)];
  if (version?.labels.includes(PENDING)) {
    try {
      await aws.moveLabel(secret, PENDING, { from: version.versionId });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      texts.push({
        en: `They are still staged, which is harmless: ${error.text.en}`,
        fr: `Ils sont encore en attente, ce qui ne gêne pas : ${error.text.fr}`,
      });
    }
  }
  return new CommandError(joined(texts, "\n\n"), "operator");
}

function currentText(session: Session, isCurrent: boolean | undefined): Text {
  const next = setCommand(session);
  if (isCurrent) {
    return {
      en: `They are the first ones in this secret, so AWS made them current at once: there is no token until you store others: \`${next}\`.`,
      fr: `Ce sont les premiers de ce secret, AWS les a donc mis en vigueur aussitôt : il n'y a pas de jeton tant que d'autres ne sont pas enregistrés : \`${next}\`.`,
    };
  }
  if (isCurrent === undefined) {
    return {
      en: `If the secret held others before, those stay current; if it was empty, these are. Store others: \`${next}\`.`,
      fr: `Si le secret en contenait d'autres, ceux-là restent en vigueur ; s'il était vide, ce sont ceux-ci. Enregistrez-en d'autres : \`${next}\`.`,
    };
  }
  return {
    en: `The current ones stay, and nothing has changed for the programs that read the token. Store others: \`${next}\`.`,
    fr: `Ceux en vigueur le restent, et rien n'a changé pour les programmes qui lisent le jeton. Enregistrez-en d'autres : \`${next}\`.`,
  };
}
