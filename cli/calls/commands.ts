/** `piste token` and `piste call`. */
import { Option, type Command } from "commander";
import type { Environment } from "../../piste/environments";
import { CommandError } from "../command/failure";
import type { CommandMaker, CommonOptions } from "../command/options";
import type * as Run from "./run";
import { METHODS } from "./call-arguments";

const DEFAULT_TIMEOUT_IN_SECONDS = 30;
const LONGEST_TIMEOUT_IN_SECONDS = 600;

const run = (): typeof Run => require("./run") as typeof Run;

export function addCallsCommands(program: Command, maker: CommandMaker): void {
  program.addCommand(tokenCommand(maker));
  program.addCommand(callCommand(maker));
}

function tokenCommand(maker: CommandMaker): Command {
  const command = maker.command(
    "token",
    {
      en: "says how long the stored access token is still valid; exits with 0 when it has the five minutes that every consumer is promised. `token renew` has it replaced now",
      fr: "dit combien de temps le jeton enregistré est encore valable ; code 0 s'il lui reste les cinq minutes promises à tout consommateur. `token renew` le fait remplacer maintenant",
    },
    [
      "npx piste token qualif",
      "npx piste token prod --application chorus-pro --json",
      "token=$(npx piste token qualif --print)",
      "npx piste token renew qualif",
    ],
  );
  return (
    maker
      .withTarget(command)
      // What follows `renew` is its own.
      .enablePositionalOptions()
      .addCommand(renewCommand(maker))
      .addArgument(maker.environment())
      .addOption(
        new Option(
          "--print",
          maker.say({
            en: "the token alone, on standard output; nothing when it is not valid. It is a secret: keep it out of logs",
            fr: "le jeton seul, sur la sortie standard ; rien s'il n'est pas valable. C'est un secret : pas de journaux",
          }),
        ).conflicts("json"),
      )
      .option("--json", maker.say({ en: "for programs, without the token", fr: "pour les programmes, sans le jeton" }))
      .action(
        maker.act((environment: Environment, options: CommonOptions & Run.TokenOptions) =>
          run().runToken(maker, environment, options),
        ),
      )
  );
}

function renewCommand(maker: CommandMaker): Command {
  const command = maker.command(
    "renew",
    {
      en: "has the refresher replace the stored access token now, whatever its age, as when the gateway does not know it any more",
      fr: "fait remplacer maintenant le jeton enregistré, quel que soit son âge, par exemple quand la passerelle ne le connaît plus",
    },
    ["npx piste token renew qualif", "npx piste token renew prod --application chorus-pro --json"],
  );
  return maker
    .withTarget(command)
    .addArgument(maker.environment())
    .option("--json", maker.say({ en: "for programs, without the token", fr: "pour les programmes, sans le jeton" }))
    .action(
      maker.act((environment: Environment, _: object, renew: Command) => {
        // `token` takes what both know, wherever it stands.
        const options = renew.optsWithGlobals<CommonOptions & Run.TokenOptions>();
        if (options.print) throw PRINTS_NONE;
        return run().runRenewal(maker, environment, options);
      }),
    );
}

const PRINTS_NONE = new CommandError(
  {
    en: "`token renew` prints no token. `npx piste token <environment> --print` does, afterwards.",
    fr: "`token renew` n'affiche pas de jeton. `npx piste token <environnement> --print` le fait, ensuite.",
  },
  "operator",
  { code: "usage" },
);

function callCommand(maker: CommandMaker): Command {
  const command = maker.command(
    "call",
    {
      en: "calls an API once, with the stored token and technical account: the answer goes to standard output, and what a failure means to standard error",
      fr: "appelle une API une fois, avec le jeton et le compte technique enregistrés : la réponse va sur la sortie standard, et ce que signifie un échec sur la sortie d'erreur",
    },
    [
      "npx piste call qualif transverses/v1/health-check",
      "npx piste call qualif structures/v1/rechercher",
      `npx piste call qualif structures/v1/rechercher '{"structure":{"identifiantStructure":"12345678901234"}}'`,
      "npx piste call prod factures/v1/rechercher/fournisseur --account agence-2 - < search.json",
      "npx piste call qualif 'judilibre/search?query=bail commercial' --output bail.json",
    ],
  );
  return maker
    .withTarget(command)
    .addArgument(maker.environment())
    .argument(
      "<api/path>",
      maker.say({
        en: "below Chorus Pro (structures/v1/…), an API's name (legifrance/…) or the gateway (cpro/structures/v1/…)",
        fr: "après Chorus Pro (structures/v1/…), le nom d'une API (legifrance/…) ou la passerelle (cpro/structures/v1/…)",
      }),
    )
    .argument(
      "[json]",
      maker.say({
        en: "what to send; - reads standard input (default: what the API's own probe sends)",
        fr: "ce qui est envoyé ; - lit l'entrée standard (par défaut : ce qu'envoie l'essai prévu pour l'API)",
      }),
    )
    .option(
      "--account <name>",
      maker.say({
        en: "the technical account (default: default, or the only one)",
        fr: "le compte technique (par défaut : default, ou le seul)",
      }),
    )
    .addOption(
      new Option(
        "--method <method>",
        maker.say({
          en: "default: GET without JSON, POST with it, or as the API's own probe",
          fr: "par défaut : GET sans JSON, POST avec, ou comme l'essai prévu pour l'API",
        }),
      ).choices(METHODS),
    )
    .option(
      "--force",
      maker.say({
        en: "sends an account that Chorus Pro refused before; wrong passwords probably lock it",
        fr: "envoie un compte que Chorus Pro a déjà refusé ; des mots de passe faux le verrouillent probablement",
      }),
    )
    .option(
      "--probe",
      maker.say({
        en: "in prod too, after a 403 asks once more with a made-up login (in qualif always)",
        fr: "en prod aussi, après un 403, appelle encore avec un identifiant qui n'est à personne (en qualif toujours)",
      }),
    )
    .option(
      "--timeout-in-seconds <number>",
      maker.say({ en: "how long to wait for the whole answer", fr: "combien de temps attendre la réponse complète" }),
      maker.wholeNumber(1, LONGEST_TIMEOUT_IN_SECONDS),
      DEFAULT_TIMEOUT_IN_SECONDS,
    )
    .option(
      "--output <file>",
      maker.say({
        en: "where the answer goes, as it arrives (default: standard output)",
        fr: "où va la réponse, telle qu'elle arrive (par défaut : la sortie standard)",
      }),
    )
    .action(
      maker.act(
        (
          environment: Environment,
          address: string,
          json: string | undefined,
          options: CommonOptions & Run.CallOptions,
        ) => run().runCall(maker, environment, address, json, options),
      ),
    );
}
