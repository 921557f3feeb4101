/** `piste credentials`. */
import { setTimeout as sleep } from "node:timers/promises";
import { Argument, type Command } from "commander";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { CommandError, EXIT_CODES } from "../command/failure";
import type { CommandMaker, CommonOptions } from "../command/options";
import { openTarget, sameTarget } from "../command/target";
import { give, giveJson, giveWrapped, wrappedFor, sayWrapped } from "../command/terminal";
import { textWidth } from "../command/wrap";
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
  promoteShort: {
    en: "tries the client credentials that are staged, and makes them current; nobody has to know them",
    fr: "essaie les valeurs du client en attente et les met en vigueur ; nul n'a besoin de les connaître",
  },
  promote: {
    en: `tries the client credentials that are staged, and makes them current; nobody has to know them

When: somebody stored them with \`set --no-test\`, or \`set\` could not try them (PISTE down, no right to run the function). \`set\` itself promotes what PISTE accepts.

What becomes of the versions of the secret:
  accepted     the staged one (AWSPENDING) becomes AWSCURRENT, the one that was
               current AWSPREVIOUS; nothing is staged any more
  refused      id or secret are wrong: the staged one loses its label;
               AWSCURRENT stays
  no answer    all stay as they are: promote again later`,
    fr: `essaie les valeurs du client en attente et les met en vigueur ; nul n'a besoin de les connaître

Quand : quelqu'un les a enregistrées avec \`set --no-test\`, ou \`set\` n'a pas pu les essayer (PISTE en panne, pas le droit d'invoquer la fonction). \`set\` met lui-même en vigueur ce que PISTE accepte.

Ce que deviennent les versions du secret :
  acceptées    celle en attente (AWSPENDING) devient AWSCURRENT, celle qui était
               en vigueur AWSPREVIOUS ; plus rien n'est en attente
  refusées     identifiant ou secret faux : celle en attente perd son
               étiquette ; AWSCURRENT reste
  sans réponse toutes restent telles quelles : réessayez promote plus tard`,
  },
  rollbackShort: {
    en: "tries the client credentials that were current before, and makes them current again",
    fr: "essaie les valeurs du client précédentes et les remet en vigueur",
  },
  rollback: {
    en: `tries the client credentials that were current before, and makes them current again

When: those of another application were stored by mistake and PISTE took them. After a reset on the PISTE portal the former secret is probably dead: then \`set\` the new one instead.

What becomes of the versions of the secret:
  first        the one before (AWSPREVIOUS) is staged, too (AWSPENDING); what
               was staged is given up
  accepted     it becomes AWSCURRENT, and the one that was current AWSPREVIOUS:
               a second rollback undoes the first
  refused      it loses AWSPENDING; AWSCURRENT and AWSPREVIOUS stay
  no answer    it stays staged: promote later`,
    fr: `essaie les valeurs du client précédentes et les remet en vigueur

Quand : celles d'une autre application ont été enregistrées par erreur et PISTE les a acceptées. Après une réinitialisation sur le portail PISTE, l'ancien secret ne vaut sans doute plus rien : enregistrez alors le nouveau avec \`set\`.

Ce que deviennent les versions du secret :
  d'abord      la précédente (AWSPREVIOUS) est aussi mise en attente
               (AWSPENDING) ; ce qui était en attente est abandonné
  acceptée     elle devient AWSCURRENT, et celle qui était en vigueur
               AWSPREVIOUS : un second rollback annule le premier
  refusée      elle perd AWSPENDING ; AWSCURRENT et AWSPREVIOUS restent
  sans réponse elle reste en attente : promote plus tard`,
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
    giveWrapped(maker.say(text));
  };
  const warn = (text: Text): void => {
    sayWrapped(maker.say(text));
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
    .showHelpAfterError(wrappedFor(process.stderr, maker.say(WORDS.noValues)))
    .action(
      maker.act(async (environment: Environment, kind: Which, options: SetCommandOptions) => {
        if (kind === "client" && options.account !== undefined) throw new CommandError(ACCOUNT_OF_CLIENT, "input");
        await inSession(maker, environment, options, (session) =>
          (kind === "client" ? setClient : setAccount)(session, options),
        );
      }),
    );
  const onlyClient = (
    name: "promote" | "rollback",
    act: typeof promoteClient,
    examples: readonly string[] = [],
  ): Command =>
    command(name, WORDS[name], [...examples, `npx piste credentials ${name} qualif client`])
      .summary(maker.say(WORDS[`${name}Short`]))
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
        if (json) giveJson(statusToJson(found));
        else give(showStatus(found, maker.language, textWidth(process.stdout)));
        if (found.owner !== undefined) process.exitCode = EXIT_CODES[found.owner];
      }),
    );

  const credentials = maker.command("credentials", WORDS.group);
  for (const one of [
    set,
    status,
    onlyClient("promote", promoteClient, ["npx piste credentials set qualif client --no-test"]),
    onlyClient("rollback", rollBackClient, ["npx piste credentials status qualif"]),
  ]) {
    credentials.addCommand(one);
  }
  program.addCommand(credentials);
}
