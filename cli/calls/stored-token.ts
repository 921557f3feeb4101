/** The stored token, how long it is valid and, when it is not, why and who must act. */
import { DEFAULT_REFRESH_SETTINGS, SECONDS_PER_MINUTE } from "../../lambda/token-refresh/contract";
import type { AccessToken } from "../../piste/credentials";
import type { Description } from "../../piste/description";
import { joined, type Text } from "../../piste/language";
import type { StoredToken } from "../../piste/stored-token";
import { AwsError, ifAllowed } from "../command/aws-failure";
import { deployCommand } from "../command/deployment-command";
import { CommandError } from "../command/failure";
import type { Party } from "../../piste/party";
import { runFailureText } from "../command/french";
import { ownerOfFailure } from "../command/owners";
import { awsNow, readStoredToken } from "../command/stored-token";
import type { Target } from "../command/target";
import { duration, moment } from "../command/times";
import { doctorCommand, nextCommand } from "./session";

/** The remaining lifetime that every consumer is promised. */
export const RESERVE_IN_SECONDS = DEFAULT_REFRESH_SETTINGS.reserveInMinutes * SECONDS_PER_MINUTE;

/**
 * - `valid`: for the promised reserve, or longer
 * - `short`: for less
 */
export type TokenLook =
  { readonly state: "none" | "unreadable" } | ({ readonly state: "valid" | "short" | "expired" } & StoredToken);

export async function lookAtToken(target: Target, { tokenSecret }: Description): Promise<TokenLook> {
  const found = await readStoredToken(target, tokenSecret);
  if (typeof found === "string") return { state: found };
  const { secondsLeft } = found;
  return { state: secondsLeft >= RESERVE_IN_SECONDS ? "valid" : secondsLeft > 0 ? "short" : "expired", ...found };
}

/** The token, if it has not expired. @throws CommandError that says who can fix it. */
export async function validToken(target: Target, description: Description): Promise<AccessToken> {
  const look = await lookAtToken(target, description);
  if (look.state === "valid" || look.state === "short") return look.token;
  throw await tokenError(target, description, look);
}

/** The error for a token that is not `valid`. */
export async function tokenError(target: Target, description: Description, look: TokenLook): Promise<CommandError> {
  const { environment } = target;
  const { application, tokenSecret } = description;
  if (look.state === "none" && (await isGone(target, tokenSecret))) {
    return new CommandError(
      {
        en: `The secret ${tokenSecret} no longer exists. Deploy again to create it: ${deployCommand(environment)}. The refresher then stores a token within minutes.`,
        fr: `Le secret ${tokenSecret} n'existe plus. Déployez de nouveau pour le recréer : ${deployCommand(environment)}. Le rafraîchisseur y enregistre alors un jeton en quelques minutes.`,
      },
      "aws",
      { code: "token-secret-absent" },
    );
  }
  const reason = await refresherSays(target, description);
  if (look.state === "none" && (reason.failure === undefined || reason.failure === "unconfigured")) {
    const next = nextCommand(target, `credentials set ${environment} client`, application);
    return new CommandError(
      {
        en: `No token is stored in ${tokenSecret} yet. It comes once the client credentials are stored: \`${next}\`; \`${doctorCommand(target)}\` shows what is missing.`,
        fr: `Aucun jeton n'est encore enregistré dans ${tokenSecret}. Il vient dès que les identifiants de l'application sont enregistrés : \`${next}\` ; \`${doctorCommand(target)}\` montre ce qui manque.`,
      },
      "operator",
      { code: "token-none" },
    );
  }
  const code = look.state === "valid" ? "bug" : (`token-${look.state}` as const);
  return new CommandError(joined([stateText(look, tokenSecret), reason.text]), reason.owner, { code });
}

/** Also false when AWS denies the answer. */
const isGone = async ({ aws }: Target, secret: string): Promise<boolean> =>
  (await ifAllowed(aws.versions(secret).then((versions) => versions ?? "gone"))) === "gone";

function stateText(look: TokenLook, secret: string): Text {
  if (look.state === "none") {
    return { en: `No token is stored in ${secret}.`, fr: `Aucun jeton n'est enregistré dans ${secret}.` };
  }
  if (look.state === "unreadable") {
    return {
      en: `The value of ${secret} is not a token.`,
      fr: `La valeur de ${secret} n'est pas un jeton.`,
    };
  }
  if (!("token" in look)) throw new Error("unreachable: only a readable token is left");
  const end = moment(look.end * 1000);
  if (look.state === "expired") {
    return {
      en: `The token in ${secret} expired on ${end.en}.`,
      fr: `Le jeton de ${secret} a expiré le ${end.fr}.`,
    };
  }
  const [left, reserve] = [duration(look.secondsLeft), duration(RESERVE_IN_SECONDS)];
  return {
    en: `The token in ${secret} is valid for ${left} more, less than the promised ${reserve}.`,
    fr: `Le jeton de ${secret} n'est plus valable que ${left}, moins que les ${reserve} promis.`,
  };
}

interface Reason {
  readonly text: Text;
  readonly owner: Party;
  /** The class of its latest run's failure. */
  readonly failure?: string | undefined;
}

/** The reason why the refresher has not stored a better token. */
async function refresherSays(target: Target, description: Description): Promise<Reason> {
  const doctor = doctorCommand(target);
  let latest;
  try {
    latest = await target.aws.latestRun(description);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const text = {
      en: `The reason is in the refresher's log, which cannot be read; \`${doctor}\` may show it. ${error.text.en}`,
      fr: `La raison est dans le journal du rafraîchisseur, qui ne peut pas être lu ; \`${doctor}\` la montrera peut-être. ${error.text.fr}`,
    };
    return { text, owner: error.owner };
  }
  if (latest === undefined) {
    return target.local
      ? {
          text: {
            en: "On this machine `npm start -- --keep` refreshes it: see its terminal.",
            fr: "Sur cette machine, c'est `npm start -- --keep` qui le rafraîchit : regardez son terminal.",
          },
          owner: "operator",
        }
      : {
          text: {
            en: `The refresher, ${description.function}, has logged nothing for a quarter of an hour: \`${doctor}\`.`,
            fr: `Le rafraîchisseur, ${description.function}, n'a rien journalisé depuis un quart d'heure : \`${doctor}\`.`,
          },
          owner: "aws",
        };
  }
  const { outcome, reason, class: failure, meaning } = latest.result;
  const ago = duration(Math.max(0, (awsNow(target) - latest.at) / 1000));
  if (outcome !== "failed" && outcome !== "error") {
    return {
      text: {
        en: `The refresher's latest run, ${ago} ago, succeeded (${outcome}): try again in a minute.`,
        fr: `La dernière exécution du rafraîchisseur, il y a ${ago}, s'est bien passée (${outcome}) : réessayez dans une minute.`,
      },
      owner: "wait",
    };
  }
  const why = runFailureText(reason, meaning ?? reason);
  return {
    text: {
      en: `The refresher's latest run failed ${ago} ago: ${why.en}`,
      fr: `La dernière exécution du rafraîchisseur a échoué il y a ${ago} : ${why.fr}`,
    },
    owner: ownerOfFailure(failure) ?? "aws",
    failure,
  };
}
