/** `piste credentials`. */
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { API_NAMES, type ApiName } from "../../piste/api-catalogue";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import type { CommandMaker } from "../command/options";
import { wrappedFor } from "../command/terminal";
import type * as Run from "./run";
import { PIPED_FORMS } from "./session";

const run = (): typeof Run => require("./run") as typeof Run;

const WHICH: readonly Run.Which[] = ["client", "technical-account"];

const WORDS = {
  group: {
    en: "stores, tries and shows the credentials of an environment; never prints a value",
    fr: "enregistre, essaie et montre les identifiants d'un environnement, sans jamais afficher de secret",
  },
  setShort: {
    en: "asks for credentials, tries them and stores them",
    fr: "demande des identifiants, les essaie et les enregistre",
  },
  set: {
    en: `asks for credentials, or reads them as JSON from standard input, tries them and stores them

client: the OAuth2 pair of the application, from the PISTE portal
technical-account: a technical account of Chorus Pro; one that no API could judge is stored, too, and the command ends with 4 (wait)

Piped: ${PIPED_FORMS.client.en} or ${PIPED_FORMS["technical-account"].en}`,
    fr: `demande des identifiants, ou les lit en JSON sur l'entrée standard, les essaie et les enregistre

client : les identifiants de l'application (« OAuth Credentials » sur le portail PISTE)
technical-account : un compte technique de Chorus Pro ; celui qu'aucune API n'a pu juger est enregistré aussi, et la commande finit par 4 (attendre)

Par un tube : ${PIPED_FORMS.client.fr} ou ${PIPED_FORMS["technical-account"].fr}`,
  },
  tryShort: {
    en: "asks for credentials and tries them from here, without AWS; stores nothing",
    fr: "demande des identifiants et les essaie d'ici, sans AWS ; n'enregistre rien",
  },
  try: {
    en: `asks for the OAuth2 pair and for a technical account, or reads them as JSON from standard input, and tries them with PISTE and Chorus Pro from this machine: without AWS, and before anything is deployed

Shows for each step of the guide if it is done and who must act, as \`doctor\` does. Stores nothing; a password is never sent again after a refusal or an unclear answer.

Piped: ${PIPED_FORMS.trial.en}`,
    fr: `demande les identifiants de l'application et un compte technique, ou les lit en JSON sur l'entrée standard, et les essaie auprès de PISTE et de Chorus Pro depuis cette machine : sans AWS, et avant tout déploiement

Dit pour chaque étape du guide si elle est faite et qui doit agir, comme \`doctor\`. N'enregistre rien ; un mot de passe n'est jamais renvoyé après un refus ou une réponse peu claire.

Par un tube : ${PIPED_FORMS.trial.fr}`,
  },
  api: {
    en: "an API to try instead of the four of Chorus Pro; may be repeated",
    fr: "une API à essayer au lieu des quatre de Chorus Pro ; peut se répéter",
  },
  probe: {
    en: "in prod, also sends a made-up login, when only that can show the cause",
    fr: "en prod, envoie aussi un identifiant inventé, quand cela seul permet de trancher",
  },
  local: {
    en: "uses the local PISTE of `npm start -- --keep`",
    fr: "utilise le PISTE local de `npm start -- --keep`",
  },
  receipt: {
    en: "also writes PISTE's answers to a file, as numbers, without names, logins or values",
    fr: "écrit aussi dans un fichier les réponses de PISTE, en nombres, sans nom, identifiant ni valeur",
  },
  stepsJson: { en: "the steps as JSON", fr: "les étapes en JSON" },
  noValues: {
    en: "Values are never given as arguments: they are asked for, or read from standard input (`--help`). What was typed is in the history of this shell: if it was a secret, reset it on the portal.",
    fr: "Les valeurs ne se donnent jamais en argument : elles sont demandées, ou lues sur l'entrée standard (`--help`). Ce qui a été saisi est dans l'historique de ce terminal : si c'était un secret, réinitialisez-le sur le portail.",
  },
  promoteShort: {
    en: "tries the staged client credentials and makes them current; does not ask for them",
    fr: "essaie les identifiants de l'application en attente et les met en vigueur, sans les demander",
  },
  promote: {
    en: `tries the staged client credentials and makes them current; does not ask for them

When: somebody stored them with \`set --no-test\`, or \`set\` could not try them (PISTE down, no right to run the function). \`set\` itself promotes the credentials that PISTE accepts.

Effect on the versions of the secret:
  accepted     the staged one (AWSPENDING) becomes AWSCURRENT, the one that was current AWSPREVIOUS; nothing stays staged
  refused      the id or the secret is wrong: the staged one loses its label; AWSCURRENT stays
  no answer    nothing changes: promote again later`,
    fr: `essaie les identifiants de l'application en attente et les met en vigueur, sans les demander

Quand : quelqu'un les a enregistrés avec \`set --no-test\`, ou \`set\` n'a pas pu les essayer (PISTE en panne, pas le droit d'invoquer la fonction). \`set\` met lui-même en vigueur les identifiants que PISTE accepte.

Ce que deviennent les versions du secret :
  acceptés      celle en attente (AWSPENDING) devient AWSCURRENT, celle qui était en vigueur AWSPREVIOUS ; plus rien n'est en attente
  refusés       identifiant ou secret faux : celle en attente perd son étiquette ; AWSCURRENT reste
  sans réponse  rien ne change : réessayez promote plus tard`,
  },
  rollbackShort: {
    en: "tries the client credentials that were current before, and makes them current again",
    fr: "essaie les identifiants de l'application précédents et les remet en vigueur",
  },
  rollback: {
    en: `tries the client credentials that were current before, and makes them current again

When: the credentials of another application were stored by mistake and PISTE accepted them. After a reset on the PISTE portal, the former secret probably no longer works: \`set\` the new one instead.

Effect on the versions of the secret:
  first        the previous one (AWSPREVIOUS) is also staged (AWSPENDING); what was staged is dropped
  accepted     it becomes AWSCURRENT, and the one that was current AWSPREVIOUS: a second rollback undoes the first
  refused      it loses AWSPENDING; AWSCURRENT and AWSPREVIOUS stay
  no answer    it stays staged: promote later`,
    fr: `essaie les identifiants de l'application précédents et les remet en vigueur

Quand : ceux d'une autre application ont été enregistrés par erreur et PISTE les a acceptés. Après une réinitialisation sur le portail PISTE, l'ancien secret ne fonctionne sans doute plus : enregistrez alors le nouveau avec \`set\`.

Ce que deviennent les versions du secret :
  d'abord       la précédente (AWSPREVIOUS) est aussi mise en attente (AWSPENDING) ; ce qui était en attente est abandonné
  acceptée      elle devient AWSCURRENT, et celle qui était en vigueur AWSPREVIOUS : un second rollback annule le premier
  refusée       elle perd AWSPENDING ; AWSCURRENT et AWSPREVIOUS restent
  sans réponse  elle reste en attente : promote plus tard`,
  },
  status: {
    en: "shows what is stored, since when and for how long; exits with 0 when nothing is missing or refused",
    fr: "montre ce qui est enregistré, depuis quand et pour combien de temps ; code 0 si rien ne manque ni n'est refusé",
  },
  which: { en: "the kind of credentials", fr: "le type d'identifiants" },
  account: {
    en: "the technical account, by its name in the configuration (default: the only one)",
    fr: "le compte technique, par son nom dans la configuration (par défaut : le seul)",
  },
  secret: {
    en: "the name or ARN of another secret than the application's own; must be confirmed on the terminal; never a value",
    fr: "le nom ou l'ARN d'un autre secret que celui de l'application ; à confirmer dans le terminal ; jamais une valeur",
  },
  noTest: {
    en: "stores without trying, for users who may only write",
    fr: "enregistre sans essayer, pour qui a seulement le droit d'écrire",
  },
  json: { en: "the status as JSON", fr: "l'état en JSON" },
} as const satisfies Record<string, Text>;

function eachApi(name: string, names: readonly ApiName[] = []): readonly ApiName[] {
  const api = API_NAMES.find((known) => known === name);
  if (api === undefined) throw new InvalidArgumentError("");
  return names.includes(api) ? names : [...names, api];
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
    .option("--secret <name>", maker.say(WORDS.secret))
    .option("--no-test", maker.say(WORDS.noTest))
    .showHelpAfterError(wrappedFor(process.stderr, maker.say(WORDS.noValues)))
    .action(
      maker.act((environment: Environment, kind: Run.Which, options: Run.SetCommandOptions) =>
        run().runSet(maker, environment, kind, options),
      ),
    );
  const api = new Option("--api <name>", maker.say(WORDS.api)).choices(API_NAMES).argParser(eachApi);
  const tryOut = maker
    .command("try", WORDS.try, [
      "npx piste credentials try qualif",
      "npx piste credentials try prod --api legifrance",
      "pass show piste/qualif | npx piste credentials try qualif --json",
    ])
    .summary(maker.say(WORDS.tryShort))
    .addArgument(maker.environment())
    .addOption(api)
    .option("--probe", maker.say(WORDS.probe))
    .option("--local", maker.say(WORDS.local))
    .option("--json", maker.say(WORDS.stepsJson))
    .option("--receipt <file>", maker.say(WORDS.receipt))
    .showHelpAfterError(wrappedFor(process.stderr, maker.say(WORDS.noValues)))
    .action(
      maker.act((environment: Environment, options: Run.TryOptions) => run().runTry(maker, environment, options)),
    );
  const onlyClient = (name: "promote" | "rollback", examples: readonly string[]): Command =>
    command(name, WORDS[name], [...examples, `npx piste credentials ${name} qualif client`])
      .summary(maker.say(WORDS[`${name}Short`]))
      .addArgument(which())
      .option("--secret <name>", maker.say(WORDS.secret))
      .action(
        maker.act((environment: Environment, kind: Run.Which, options: Run.ClientOptions) =>
          run().runOnClient(name, maker, environment, kind, options),
        ),
      );
  const status = command("status", WORDS.status, ["npx piste credentials status prod"])
    .option("--json", maker.say(WORDS.json))
    .action(
      maker.act((environment: Environment, options: Run.StatusOptions) => run().runStatus(maker, environment, options)),
    );

  const credentials = maker.command("credentials", WORDS.group);
  for (const one of [
    tryOut,
    set,
    status,
    onlyClient("promote", ["npx piste credentials set qualif client --no-test"]),
    onlyClient("rollback", ["npx piste credentials status qualif"]),
  ]) {
    credentials.addCommand(one);
  }
  program.addCommand(credentials);
}
