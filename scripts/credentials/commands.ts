/** `piste credentials`. */
import { setTimeout as sleep } from "node:timers/promises";
import { Argument, type Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { CommandError, EXIT_CODES } from "../command/failure";
import type { CommandMaker, CommonOptions } from "../command/options";
import { openTarget, sameTarget } from "../command/target";
import { give, giveJson, giveProse, proseFor, sayProse } from "../command/terminal";
import { lineWidth } from "../command/wrap";
import { interruptibly } from "./interruption";
import { PIPED_FORMS } from "./piped";
import { promoteClient, rollBackClient } from "./rollback";
import type { Session } from "./session";
import { setAccount } from "./set-account";
import { setClient } from "./set-client";
import { showStatus, statusToJson } from "./show-status";
import { credentialsStatus } from "./status";
import { terminalAsk } from "./terminal-ask";

const WHICH = ["client", "technical-account"] as const;
type Which = (typeof WHICH)[number];

interface SetCommandOptions extends CommonOptions {
  readonly account?: string;
  readonly test: boolean;
}
interface StatusOptions extends CommonOptions {
  readonly json?: boolean;
}

const WORDS = {
  group: {
    en: "stores, tries and shows the credentials of an environment; never prints a value",
    fr: "enregistre, essaie et montre les valeurs secrètes d'un environnement, sans jamais en afficher une",
  },
  setShort: {
    en: "asks for credentials, tries them and stores them",
    fr: "demande des valeurs, les essaie et les enregistre",
  },
  set: {
    en: `asks for credentials, or reads them as JSON from standard input, tries them and stores them

client: the OAuth2 pair of the application, from the PISTE portal
technical-account: of Chorus Pro

Piped: ${PIPED_FORMS.client} or ${PIPED_FORMS["technical-account"]}`,
    fr: `demande des valeurs, ou les lit en JSON sur l'entrée standard, les essaie et les enregistre

client : la paire OAuth2 de l'application, du portail PISTE
technical-account : un compte technique de Chorus Pro

Par un tube : ${PIPED_FORMS.client} ou ${PIPED_FORMS["technical-account"]}`,
  },
  noValues: {
    en: "Values are never given as arguments: they are asked for, or read from standard input (`--help`). What was typed is in the history of this shell: reset it on the portal if it was a secret.",
    fr: "Les valeurs ne se donnent jamais en argument : elles sont demandées, ou lues sur l'entrée standard (`--help`). Ce qui a été saisi est dans l'historique de ce terminal : réinitialisez-le sur le portail si c'était un secret.",
  },
  promote: {
    en: "tries the client credentials that are staged, and makes them current; nobody has to know them",
    fr: "essaie les valeurs du client en attente et les met en vigueur ; nul n'a besoin de les connaître",
  },
  rollback: {
    en: "tries the client credentials that were current before, and makes them current again",
    fr: "essaie les valeurs du client précédentes et les remet en vigueur",
  },
  status: {
    en: "what is stored, since when and for how long; exits with 0 when nothing is missing or refused",
    fr: "ce qui est enregistré, depuis quand et pour combien de temps ; code 0 si rien ne manque ni n'est refusé",
  },
  which: { en: "which ones", fr: "lesquelles" },
  account: {
    en: "the technical account, by its name in the configuration (default: the only one)",
    fr: "le compte technique, par son nom dans la configuration (par défaut : le seul)",
  },
  noTest: {
    en: "store without trying: for whoever may write and nothing else",
    fr: "enregistrer sans essayer : pour qui a le seul droit d'écrire",
  },
  json: { en: "the status as JSON", fr: "l'état en JSON" },
} as const satisfies Record<string, Text>;

const ONLY_CLIENT: Text = {
  en: "A technical account is current as soon as it is stored, and its former password is dead: there is nothing to promote or to go back to. Store the right one: `piste credentials set … technical-account`.",
  fr: "Un compte technique est en vigueur dès qu'il est enregistré, et son ancien mot de passe ne vaut plus rien : il n'y a rien à promouvoir ni à rétablir. Enregistrez le bon : `piste credentials set … technical-account`.",
};
const ACCOUNT_OF_CLIENT: Text = {
  en: "`--account` goes with `technical-account`.",
  fr: "`--account` va avec `technical-account`.",
};

/** What has to be typed again for the same place; what is no name is refused, and not repeated. */
function sameOptions({ application, ...options }: CommonOptions): string {
  const named = application !== undefined && /^[\w.-]+$/.test(application) ? ` --application ${application}` : "";
  return named + sameTarget(options);
}

async function inSession(
  maker: CommandMaker,
  environment: Environment,
  options: CommonOptions,
  act: (session: Session) => Promise<void>,
): Promise<void> {
  const target = openTarget(environment, options);
  const giveText = (text: Text): void => {
    giveProse(maker.say(text));
  };
  const warn = (text: Text): void => {
    sayProse(maker.say(text));
  };
  const tell = ({ en, fr }: Text): void => {
    warn({ en: `\n${en}`, fr: `\n${fr}` });
  };
  const ask = terminalAsk(maker.language);
  await interruptibly(tell, (ifInterrupted) =>
    act({ target, ask, say: giveText, warn, sleep, ifInterrupted, sameOptions: sameOptions(options) }),
  );
}

export function addCredentialsCommands(program: Command, maker: CommandMaker): void {
  const which = (): Argument => new Argument("<which>", maker.say(WORDS.which)).choices(WHICH);
  const command = (name: string, description: Text, examples: readonly string[]): Command =>
    maker.withTarget(maker.command(name, description, examples)).addArgument(maker.environment());

  const set = command("set", WORDS.set, [
    "npx piste credentials set qualif client",
    "npx piste credentials set prod technical-account --account mairie",
    "pass show piste/qualif | npx piste credentials set qualif client",
  ])
    .summary(maker.say(WORDS.setShort))
    .addArgument(which())
    .option("--account <name>", maker.say(WORDS.account))
    .option("--no-test", maker.say(WORDS.noTest))
    .showHelpAfterError(proseFor(process.stderr, maker.say(WORDS.noValues)))
    .action(
      maker.act(async (environment: Environment, kind: Which, options: SetCommandOptions) => {
        if (kind === "client" && options.account !== undefined) throw new CommandError(ACCOUNT_OF_CLIENT, "input");
        await inSession(maker, environment, options, (session) =>
          (kind === "client" ? setClient : setAccount)(session, options),
        );
      }),
    );
  const onlyClient = (name: string, description: Text, act: typeof promoteClient): Command =>
    command(name, description, [`npx piste credentials ${name} qualif client`])
      .addArgument(which())
      .action(
        maker.act(async (environment: Environment, kind: Which, options: CommonOptions) => {
          if (kind !== "client") throw new CommandError(ONLY_CLIENT, "input");
          await inSession(maker, environment, options, (session) => act(session, options));
        }),
      );
  const status = command("status", WORDS.status, ["npx piste credentials status prod"])
    .option("--json", maker.say(WORDS.json))
    .action(
      maker.act(async (environment: Environment, { json, ...options }: StatusOptions) => {
        const found = await credentialsStatus(openTarget(environment, options), options);
        const { isTTY, columns } = process.stdout;
        if (json) giveJson(statusToJson(found));
        else give(showStatus(found, maker.language, isTTY ? lineWidth(columns) : undefined));
        if (found.owner !== undefined) process.exitCode = EXIT_CODES[found.owner];
      }),
    );

  const credentials = maker.command("credentials", WORDS.group);
  for (const one of [
    set,
    status,
    onlyClient("promote", WORDS.promote, promoteClient),
    onlyClient("rollback", WORDS.rollback, rollBackClient),
  ]) {
    credentials.addCommand(one);
  }
  program.addCommand(credentials);
}
