/** The texts of `npm start`. */
import type { RunResult } from "../../lambda/token-refresh/report";
import { HOSTS, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { textOf } from "../../cli/command/failure";
import { runFailureText } from "../../cli/command/french";
import { moment } from "../../cli/command/times";
import { LOCAL_DESCRIPTION } from "./folders";
import type { ApplicationOutcome, Step } from "./main-job";

export interface StepTime {
  readonly title: Text;
  readonly milliseconds: number;
}

/** A step's title with its expected duration. */
export const titleText = ({ title, expected }: Pick<Step, "title" | "expected">): Text =>
  expected === undefined ? title : { en: `${title.en} (about ${expected})`, fr: `${title.fr} (environ ${expected})` };

export const introduction = (environment: Environment): Text => ({
  en: `The main job, on this machine: ${environment} deployed into an emulated AWS, a token, an API call (about 25 s).\n`,
  fr: `Tout le travail, sur cette machine : ${environment} déployé dans un AWS émulé, un jeton, un appel d'API (environ 25 s).\n`,
});

/** @param now epoch milliseconds. */
export function outcomeText({ application, deployed, token, call }: ApplicationOutcome, now: number): Text {
  const { description, accounts } = application;
  const { application: name, environment, schedule } = description;
  const inColumn = (names: readonly string[]): string => names.join("\n                 ");
  const secrets = inColumn([
    description.clientSecret,
    ...accounts.map(({ secret }) => secret),
    description.tokenSecret,
  ]);
  const alarms = inColumn(description.alarms);
  const end = moment(token.expires_at * 1000);
  const left = `${Math.floor(token.expires_at - now / 1000)} s`;
  const called =
    call === undefined
      ? { en: "None of its APIs has a ping to call", fr: "Aucune de ses API n'a de ping à appeler" }
      : {
          en: `${call.api} answered ${call.request}: ${call.status}, ${call.answer}`,
          fr: `${call.api.replace(/: /, " : ")} a répondu à ${call.request} : ${call.status}, ${call.answer}`,
        };
  return {
    en: `
Application ${name} (${environment})
${called.en}
The token is valid until ${end.en}, ${left} from now.
In the emulated AWS:
    secrets      ${secrets}
    function     ${deployed.name}, CodeSha256 ${deployed.codeSha256}: the zip that was run
    schedule     ${schedule.name}, every 1 min
    alarms       ${alarms}`,
    fr: `
Application ${name} (${environment})
${called.fr}
Le jeton est valable jusqu'au ${end.fr}, soit encore ${left}.
Dans l'AWS émulé :
    secrets      ${secrets}
    fonction     ${deployed.name}, CodeSha256 ${deployed.codeSha256} : le zip qui a été exécuté
    planning     ${schedule.name}, toutes les minutes
    alarmes      ${alarms}`,
  };
}

/** In French. The English text uses the function's own outcomes. */
export const OUTCOMES: Readonly<Record<RunResult["outcome"], string>> = {
  waited: "rien à faire",
  refreshed: "jeton renouvelé",
  kept: "jeton conservé",
  failed: "échec",
  reported: "rapport fait",
};

/** The result of a tick. */
function tickText({ outcome, reason, meaning, expiresAt }: RunResult, now: number): Text {
  const why =
    meaning === undefined ? { en: "", fr: "" } : { en: `. ${meaning}`, fr: `. ${runFailureText(reason, meaning).fr}` };
  const [en, fr] = [`${outcome} (${reason})`, `${OUTCOMES[outcome]} (${reason})`];
  if (expiresAt === undefined) {
    return { en: `${en}, no token yet${why.en}`, fr: `${fr}, pas encore de jeton${why.fr}` };
  }
  const end = moment(expiresAt * 1000);
  return expiresAt * 1000 > now
    ? { en: `${en}, token valid until ${end.en}${why.en}`, fr: `${fr}, jeton valable jusqu'au ${end.fr}${why.fr}` }
    : { en: `${en}, token ended at ${end.en}${why.en}`, fr: `${fr}, jeton expiré le ${end.fr}${why.fr}` };
}

/** Texts about ticks: each state once, then only changes. */
export class Ticks {
  private readonly last = new Map<string, string>();

  /** @param now epoch milliseconds. @returns undefined when nothing has changed. */
  text(name: string, result: RunResult, now: number): Text | undefined {
    const { en, fr } = tickText(result, now);
    return this.changed(name, now, { en: `tick of ${name}: ${en}`, fr: `passage de ${name} : ${fr}` });
  }

  /** For a tick that threw. */
  failedText(name: string, error: unknown, now: number): Text | undefined {
    const { en, fr } = textOf(error);
    return this.changed(name, now, {
      en: `tick of ${name} failed: ${en}`,
      fr: `le passage de ${name} a échoué : ${fr}`,
    });
  }

  private changed(name: string, now: number, { en, fr }: Text): Text | undefined {
    if (this.last.get(name) === en) return undefined;
    this.last.set(name, en);
    const at = moment(now);
    return { en: `${at.en} ${en}`, fr: `${at.fr} ${fr}` };
  }
}

export function timesText(times: readonly StepTime[], inAll: number): Text {
  const all = [...times, { title: { en: "in all", fr: "en tout" }, milliseconds: inAll }];
  const seconds = all.map(({ milliseconds }) => `  ${`${(milliseconds / 1000).toFixed(1)} s`.padStart(7)}  `);
  const lines = (language: keyof Text): string =>
    all.map(({ title }, index) => `\n${seconds[index] ?? ""}${title[language]}`).join("");
  return { en: `\nDurations:${lines("en")}`, fr: `\nDurées :${lines("fr").replace(/(\d)\.(\d s)/g, "$1,$2")}` };
}

/** @param description the content of the description file. */
export function keptText(
  environment: Environment,
  { awsEndpoint, region }: { readonly awsEndpoint: string; readonly region: string },
  description: string,
): Text {
  const exports = `  export AWS_ENDPOINT_URL=${awsEndpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`;
  const doctor = `npx piste doctor ${environment} --local`;
  return {
    en: `
Kept up until Ctrl-C. Addresses, also in ${LOCAL_DESCRIPTION} (the emulated AWS accepts any credentials):
${description}
In another terminal: ${doctor}; also token, call, credentials and alarms test.
For the AWS CLI in that terminal:
${exports}
Each function runs every minute; its result is shown here when it changes.`,
    fr: `
Tout reste en marche jusqu'à Ctrl-C. Adresses, aussi dans ${LOCAL_DESCRIPTION} (l'AWS émulé accepte tous les identifiants) :
${description}
Dans un autre terminal : ${doctor} ; aussi token, call, credentials et alarms test.
Pour l'AWS CLI, dans cet autre terminal :
${exports}
Chaque fonction passe toutes les minutes ; son résultat s'affiche ici quand il change.`,
  };
}

/** The commands to do it for real; undefined when there is no application. */
export function nextText(
  environment: Environment,
  region: string,
  outcomes: readonly Pick<ApplicationOutcome, "application">[],
): Text | undefined {
  const [first, ...others] = outcomes;
  if (first === undefined) return undefined;
  const { description, accounts } = first.application;
  const [account, ...otherAccounts] = accounts;
  const piste = (words: string): string => `     npx piste ${words} --region ${region}`;
  const named = others.length === 0 ? "" : ` --application ${description.application}`;
  const store = (what: string): string => piste(`credentials set ${environment} ${what}${named}`);
  const commands = [store("client")];
  if (account !== undefined) {
    commands.push(store(`technical-account${otherAccounts.length === 0 ? "" : ` --account ${account.name}`}`));
  }
  const deploy = `     npx cdktf deploy ${environment}`;
  const [doctor, test] = [piste(`doctor ${environment}`), piste(`alarms test ${environment}`)];
  const { tokenEndpoint } = HOSTS[environment];
  return {
    en: `
To do it for real (README.md, "Deploy it for real"):
  1. edit stacks/${environment}.ts
  2. deploy (from here on you need AWS credentials and internet):
${deploy}
  3. store the values; the command asks for each and tests it:
${commands.join("\n")}
  4. see which step of the guide is missing, and who must do it:
${doctor}
  5. confirm the e-mail that AWS sends to each of alarmEmails, then
${test}
  The function then runs every minute, and asks for a token when one is due, at
     ${tokenEndpoint}`,
    fr: `
Pour le faire en vrai (README.fr.md, « Déployer en vrai ») :
  1. modifiez stacks/${environment}.ts
  2. déployez (à partir d'ici, il faut des identifiants AWS et internet) :
${deploy}
  3. enregistrez les valeurs ; la commande les demande une à une et les essaie :
${commands.join("\n")}
  4. voyez quelle étape du guide manque, et qui doit la faire :
${doctor}
  5. confirmez le courriel qu'AWS envoie à chaque adresse de alarmEmails, puis
${test}
  La fonction passe ensuite chaque minute, et demande un jeton s'il le faut, à
     ${tokenEndpoint}`,
  };
}
