/** `piste token renew`: makes the refresher replace the stored token now, and shows the result. */
import type { RunResult } from "../../lambda/token-refresh/report";
import type { Description } from "../../piste/description";
import { joined, type Text } from "../../piste/language";
import type { Aws } from "../command/aws";
import { ifAllowed } from "../command/aws-failure";
import { CommandError } from "../command/failure";
import { notReplacedText, runFailureText } from "../command/french";
import { ownerOfFailure } from "../command/owners";
import { oneApplication } from "../command/target";
import { moment } from "../command/times";
import { wrappedFor } from "../command/terminal";
import { giveFacts, iso, nextCommand, say, type Session } from "./session";

export interface RenewOptions {
  readonly application?: string | undefined;
  /** For programs; never the token. */
  readonly json?: boolean;
}

/** @throws CommandError unless the token was replaced. */
export async function renewToken(session: Session, options: RenewOptions): Promise<void> {
  const { target, output } = session;
  const { description } = await oneApplication(target, options.application);
  const { environment, application, tokenSecret, function: functionName } = description;
  say(session, {
    en: `${functionName} asks PISTE for another token …`,
    fr: `${functionName} demande un autre jeton à PISTE…`,
  });
  const before = await currentVersion(target.aws, tokenSecret);
  const result = await target.aws.invoke(description, "refresh");
  const failure = failureOf(session, description, result);
  // The function's answer is checked against the secret.
  const after =
    failure !== undefined || before === undefined ? undefined : await currentVersion(target.aws, tokenSecret);
  const isSeen = after !== undefined && after !== before;
  const wrong = failure ?? (after !== undefined && !isSeen ? saidToBeReplaced(description) : undefined);
  if (options.json) {
    const { outcome, reason, sameToken = false, expiresAt, writtenLastDay = null, nextWriteAt } = result;
    const times = { expiresAt: iso(expiresAt), nextWriteAt: iso(nextWriteAt) };
    const facts = { outcome, reason, replaced: isSeen, sameToken, writtenLastDay, ...times };
    giveFacts(session, { environment, application, secret: tokenSecret, ...facts }, wrong);
  }
  if (wrong !== undefined) throw wrong;
  if (!options.json)
    output.give(`${wrappedFor(process.stdout, replaced(description, result, isSeen)[session.language])}\n`);
}

const NO_VERSION = "none";

/** @returns undefined when AWS denies listing the versions. */
async function currentVersion(aws: Aws, secret: string): Promise<string | undefined> {
  const versions = await ifAllowed(aws.versions(secret));
  return versions && (versions.find(({ labels }) => labels.includes("AWSCURRENT"))?.versionId ?? NO_VERSION);
}

function failureOf(session: Session, description: Description, result: RunResult): CommandError | undefined {
  const { outcome, reason, class: failureClass, meaning = reason } = result;
  const kept = notReplacedText(result);
  if (kept !== undefined) return new CommandError(kept, "wait", { code: "token-not-replaced" });
  if (outcome === "refreshed" || (outcome === "kept" && reason === "written-meanwhile")) return undefined;
  if (outcome !== "failed") return didNotTry(description);
  const why = runFailureText(reason, meaning);
  const stays: Text = {
    en: "The stored token stays as it is.",
    fr: "Le jeton enregistré reste tel quel.",
  };
  const { environment, application } = description;
  const next = nextCommand(session.target, `credentials set ${environment} client`, application);
  const first: Text[] =
    reason === "unconfigured" ? [{ en: `Store them: \`${next}\`.`, fr: `Enregistrez-les : \`${next}\`.` }] : [stays];
  return new CommandError(joined([why, ...first]), ownerOfFailure(failureClass) ?? "aws", {
    code: "token-not-replaced",
  });
}

const didNotTry = ({ function: functionName }: Description): CommandError =>
  new CommandError(
    {
      en: `The function ${functionName} did not try to replace the token: it is not the refresher, or of another version. Deploy the application again.`,
      fr: `La fonction ${functionName} n'a pas essayé de remplacer le jeton : ce n'est pas le rafraîchisseur, ou il est d'une autre version. Déployez de nouveau l'application.`,
    },
    "aws",
    { code: "not-the-refresher" },
  );

const saidToBeReplaced = ({ function: functionName, tokenSecret }: Description): CommandError =>
  new CommandError(
    {
      en: `The function ${functionName} says that the token was replaced, but the current version of ${tokenSecret} is the same as before: this function is not the refresher.`,
      fr: `La fonction ${functionName} dit que le jeton a été remplacé, mais la version en vigueur de ${tokenSecret} est la même qu'avant : cette fonction n'est pas le rafraîchisseur.`,
    },
    "aws",
    { code: "not-the-refresher" },
  );

function replaced(
  { application, environment, function: functionName }: Description,
  { outcome, expiresAt }: RunResult,
  isSeen: boolean,
): Text {
  const until = expiresAt === undefined ? undefined : moment(expiresAt * 1000);
  const byAnother = outcome === "kept";
  const who: Text = isSeen
    ? { en: "", fr: "" }
    : { en: `The function ${functionName} says: `, fr: `La fonction ${functionName} dit : ` };
  return {
    en: `${application} (${environment}): ${who.en}the token was replaced${byAnother ? " by another run at the same time" : ""}.${until ? ` The new one is valid until ${until.en}.` : ""}`,
    fr: `${application} (${environment}) : ${who.fr}le jeton a été remplacé${byAnother ? " par une autre exécution au même moment" : ""}.${until ? ` Le nouveau est valable jusqu'au ${until.fr}.` : ""}`,
  };
}
