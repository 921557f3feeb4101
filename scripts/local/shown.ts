/** What `npm start` says, as text. */
import type { RunResult } from "../../lambda/token-refresh/report";
import { HOSTS, type Environment } from "../../piste/environments";
import { moment } from "../../cli/command/times";
import type { ApplicationOutcome } from "./main-job";

export interface StepTime {
  readonly title: string;
  readonly milliseconds: number;
}

/** Once it is done, without what was expected of it. */
export const doneTitle = (title: string): string => title.replace(/ \(about .*\)$/, "");

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

export const introduction = (environment: Environment): string =>
  `The main job, on this machine: ${environment} deployed into an emulated AWS, a token, an API call (about 25 s).\n`;

/** @param now epoch milliseconds. */
export function outcomeText({ application, deployed, token, call }: ApplicationOutcome, now: number): string {
  const { description, accounts } = application;
  return `
Application ${description.application} (${description.environment})
  ${call === undefined ? "No API of it has a ping to call" : `${call.api} answered ${call.request}: ${call.status}, ${call.answer}`}
  The token is valid until ${moment(token.expires_at * 1000).en}, ${Math.floor(token.expires_at - now / 1000)} s from now.
  What exists in the emulated AWS:
    secrets      ${[description.clientSecret, ...accounts.map(({ secret }) => secret), description.tokenSecret].join("\n                 ")}
    function     ${deployed.name}, CodeSha256 ${deployed.codeSha256}: the zip that was run
    schedule     ${description.schedule.name}, every 1 min
    alarms       ${description.alarms.join("\n                 ")}`;
}

/** @param now epoch milliseconds. */
export function tickText(
  name: string,
  { outcome, reason, meaning, expiresAt }: Pick<RunResult, "outcome" | "reason" | "meaning" | "expiresAt">,
  now: number,
): string {
  const end = expiresAt === undefined ? undefined : expiresAt * 1000;
  const token =
    end === undefined ? "no token yet" : `token ${end > now ? "valid until" : "ended at"} ${moment(end).en}`;
  const why = meaning === undefined ? "" : `. ${meaning}`;
  return `${moment(now).en} tick of ${name}: ${outcome} (${reason}), ${token}${why}`;
}

export function timesText(times: readonly StepTime[], inAll: number): string {
  const all = [...times, { title: "in all", milliseconds: inAll }];
  const lines = all.map(({ title, milliseconds }) => `  ${seconds(milliseconds).padStart(7)}  ${title}`);
  return ["\nHow long it took:", ...lines].join("\n");
}

/** What to type to do it for real; undefined when there is no application. */
export function nextText(
  environment: Environment,
  region: string,
  outcomes: readonly Pick<ApplicationOutcome, "application">[],
): string | undefined {
  const [first, ...others] = outcomes;
  if (first === undefined) return undefined;
  const { description, accounts } = first.application;
  const named = others.length === 0 ? "" : ` --application ${description.application}`;
  const store = (what: string): string => `     npx piste credentials set ${environment} ${what}${named}`;
  const [account, ...otherAccounts] = accounts;
  const commands = [store("client")];
  if (account !== undefined) {
    commands.push(store("technical-account") + (otherAccounts.length === 0 ? "" : ` --account ${account.name}`));
  }
  return `
To do it for real, with your AWS credentials (README.md, "Deploy it for real"):
  1. edit stacks/${environment}.ts
  2. npx cdktf deploy ${environment}
  3. store the values; each is asked for, and tried before it counts:
     export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
${commands.join("\n")}
  4. npx piste doctor ${environment} says which step of the guide is missing, and whose it is
  5. confirm the e-mail that AWS sends to each of alarmEmails, then npx piste alarms test ${environment}
  The function then runs every minute, and asks ${HOSTS[environment].tokenEndpoint} for a token when one is due.`;
}
