import { setTimeout as sleep } from "node:timers/promises";
import { CHORUS_PRO_APIS, type ApiName } from "../../piste/api-catalogue";
import { packageVersion } from "../../aws/package-folder";
import { platformOf, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { CommandError, EXIT_CODES } from "../command/failure";
import type { CommandMaker, CommonOptions } from "../command/options";
import { checkReceipt, dayOf, writeReceipt } from "../command/receipt";
import { openPiste, openTarget, sameTarget } from "../command/target";
import { give, giveJson, giveWrapped, say, sayWhole, sayWrapped } from "../command/terminal";
import { textWidth } from "../command/wrap";
import { exitCodeOf } from "../doctor/judge";
import { layerLine } from "../doctor/labels";
import { toJson } from "../doctor/report";
import { showReport } from "../doctor/run";
import { interruptibly } from "./interruption";
import { promoteClient, rollBackClient } from "./rollback";
import { sayAccount } from "./say-account";
import { checkWanted } from "./secret-lookup";
import type { Session } from "./session";
import { setAccount } from "./set-account";
import { setClient } from "./set-client";
import { showStatus, statusToJson } from "./show-status";
import { credentialsStatus } from "./status";
import { terminalAsk } from "./terminal-ask";
import { tryCredentials } from "./try";

export type Which = "client" | "technical-account";

export interface ClientOptions extends CommonOptions {
  readonly secret?: string;
}
export interface SetCommandOptions extends ClientOptions {
  readonly account?: string;
  readonly test: boolean;
}
export interface StatusOptions extends CommonOptions {
  readonly json?: boolean;
}
export interface TryOptions extends Pick<CommonOptions, "local"> {
  readonly api?: readonly ApiName[];
  readonly probe?: true;
  readonly json?: true;
  readonly receipt?: string;
}

const onlyClient = (environment: Environment, same: string): Text => ({
  en: `A technical account is current as soon as it is stored, and its former password no longer works: there is nothing to promote or to go back to. Store the right one: \`npx piste credentials set ${environment} technical-account${same}\`.`,
  fr: `Un compte technique est en vigueur dès qu'il est enregistré, et son ancien mot de passe ne fonctionne plus : il n'y a rien à promouvoir ni à rétablir. Enregistrez le bon : \`npx piste credentials set ${environment} technical-account${same}\`.`,
});
const ACCOUNT_OF_CLIENT: Text = {
  en: "`--account` goes with `technical-account`.",
  fr: "`--account` va avec `technical-account`.",
};

const SECRET_OF_ACCOUNT: Text = {
  en: "`--secret` goes with `client`: the secret of a technical account always has the account's name.",
  fr: "`--secret` va avec `client` : le secret d'un compte technique porte toujours le nom du compte.",
};

/** The options to repeat for the same application. An invalid name is left out, since it may be a secret. */
function sameOptions({ application, ...options }: ClientOptions): string {
  const named = application !== undefined && /^[\w.-]+$/.test(application) ? ` --application ${application}` : "";
  return named + sameTarget(options);
}

const afterALine =
  (say: (text: Text) => void) =>
  ({ en, fr }: Text): void => {
    say({ en: `\n${en}`, fr: `\n${fr}` });
  };

async function inSession(
  maker: CommandMaker,
  environment: Environment,
  options: ClientOptions,
  act: (session: Session) => Promise<void>,
): Promise<void> {
  const giveText = (text: Text): void => {
    giveWrapped(maker.say(text));
  };
  const warn = (text: Text): void => {
    sayWrapped(maker.say(text));
  };
  const target = openTarget(environment, options, warn);
  const sameSecret = options.secret === undefined ? "" : ` --secret ${options.secret}`;
  const tell = afterALine(warn);
  const ask = terminalAsk(maker.language);
  await interruptibly(tell, (ifInterrupted) =>
    act({ target, ask, say: giveText, warn, sleep, ifInterrupted, sameOptions: sameOptions(options), sameSecret }),
  );
}

export async function runSet(
  maker: CommandMaker,
  environment: Environment,
  kind: Which,
  options: SetCommandOptions,
): Promise<void> {
  if (kind === "client" && options.account !== undefined) throw new CommandError(ACCOUNT_OF_CLIENT, "operator");
  if (kind !== "client" && options.secret !== undefined) throw new CommandError(SECRET_OF_ACCOUNT, "operator");
  checkWanted(options);
  await inSession(maker, environment, options, async (session) => {
    await sayAccount(session);
    await (kind === "client" ? setClient : setAccount)(session, options);
  });
}

const ACTS = { promote: promoteClient, rollback: rollBackClient };

/** Runs a command that only client credentials have. */
export async function runOnClient(
  name: keyof typeof ACTS,
  maker: CommandMaker,
  environment: Environment,
  kind: Which,
  options: ClientOptions,
): Promise<void> {
  if (kind !== "client") throw new CommandError(onlyClient(environment, sameOptions(options)), "operator");
  await inSession(maker, environment, options, (session) => ACTS[name](session, options));
}

export async function runStatus(
  { language }: CommandMaker,
  environment: Environment,
  { json, ...options }: StatusOptions,
): Promise<void> {
  const target = openTarget(environment, options, (text) => {
    sayWrapped(text[language]);
  });
  const found = await credentialsStatus(target, options);
  if (json) giveJson(statusToJson(found));
  else give(showStatus(found, language, textWidth(process.stdout), target.sameOptions));
  if (found.owner !== undefined) process.exitCode = EXIT_CODES[found.owner];
}

/** Only the result goes to standard output. @param around replaced in tests. */
export async function runTry(
  maker: CommandMaker,
  environment: Environment,
  options: TryOptions,
  around = { open: openPiste, ask: terminalAsk },
): Promise<void> {
  const { api: apis = CHORUS_PRO_APIS, probe = false, json = false, local = false, receipt } = options;
  checkReceipt(receipt, local);
  const sameApis = (options.api ?? []).map((name) => ` --api ${name}`).join("");
  const warn = (text: Text): void => {
    sayWrapped(maker.say(text));
  };
  const target = around.open(environment, { local });
  const ask = around.ask(maker.language);
  await interruptibly(afterALine(warn), async (ifInterrupted) => {
    const session = { target, ask, say: warn, warn, ifInterrupted };
    const report = await tryCredentials(session, { apis, sameApis, probe, debug: sayWhole }, (layer) => {
      if (!json && layer.status !== "not-reached") say(layerLine(layer, maker.language));
    });
    const { found, trial } = report;
    // The environment is not ready: nothing was stored.
    if (json) {
      const steps = toJson({ ...report, ready: false }, maker.language);
      giveJson({ ...steps, works: report.ready, found, next: trial.store });
    } else showReport(maker, report);
    process.exitCode = exitCodeOf(report);
    if (receipt === undefined) return;
    const date = dayOf(target.now());
    const versions = { "cdktf-piste": packageVersion() };
    const { facts } = report;
    const platform = platformOf(environment);
    warn(writeReceipt(receipt, { command: "credentials try", date, platform, versions, facts }));
  });
}
