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
      en: "shows how long the stored access token is still valid; exits with 0 when it is valid for the promised five minutes or more. `token renew` replaces it now",
      fr: "dit combien de temps le jeton enregistré est encore valable ; code 0 s'il est valable au moins les cinq minutes promises. `token renew` le remplace maintenant",
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
      // Options after `renew` belong to `renew`.
      .enablePositionalOptions()
      .addCommand(renewCommand(maker))
      .addArgument(maker.environment())
      .addOption(
        new Option(
          "--print",
          maker.say({
            en: "prints only the token; nothing when it is not valid. It is a secret: keep it out of logs",
            fr: "affiche seulement le jeton ; rien s'il n'est pas valable. C'est un secret : ne le mettez pas dans des journaux",
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
      en: "makes the refresher replace the stored access token now, for example when the gateway no longer knows it",
      fr: "fait remplacer maintenant le jeton enregistré, par exemple quand la passerelle ne le connaît plus",
    },
    ["npx piste token renew qualif", "npx piste token renew prod --application chorus-pro --json"],
  );
  return maker
    .withTarget(command)
    .addArgument(maker.environment())
    .option("--json", maker.say({ en: "for programs, without the token", fr: "pour les programmes, sans le jeton" }))
    .action(
      maker.act((environment: Environment, _: object, renew: Command) => {
        // `token` takes the options that both have, wherever they stand.
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
      en: "calls an API once, with the stored token and technical account: the answer goes to standard output, the meaning of a failure to standard error",
      fr: "appelle une API une fois, avec le jeton et le compte technique enregistrés : la réponse va sur la sortie standard, la signification d'un échec sur la sortie d'erreur",
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
        en: "the JSON to send; - reads standard input (default: the JSON of the API's probe)",
        fr: "le JSON à envoyer ; - lit l'entrée standard (par défaut : celui de l'essai prévu pour l'API)",
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
          en: "default: GET without JSON, POST with JSON, or the method of the API's probe",
          fr: "par défaut : GET sans JSON, POST avec, ou la méthode de l'essai prévu pour l'API",
        }),
      ).choices(METHODS),
    )
    .option(
      "--force",
      maker.say({
        en: "sends an account that Chorus Pro refused before; wrong passwords probably lock it",
        fr: "envoie un compte que Chorus Pro a déjà refusé ; des mots de passe faux le bloquent probablement",
      }),
    )
    .option(
      "--probe",
      maker.say({
        en: "after a 403, calls once more with a made-up login in prod too (in qualif always)",
        fr: "après un 403, appelle encore une fois avec un identifiant inventé, en prod aussi (en qualif toujours)",
      }),
    )
    .option(
      "--timeout-in-seconds <number>",
      maker.say({ en: "the time to wait for the complete answer", fr: "le temps d'attente de la réponse complète" }),
      maker.wholeNumber(1, LONGEST_TIMEOUT_IN_SECONDS),
      DEFAULT_TIMEOUT_IN_SECONDS,
    )
    .option(
      "--output <file>",
      maker.say({
        en: "writes the answer to this file, unchanged (default: standard output)",
        fr: "écrit la réponse dans ce fichier, telle quelle (par défaut : la sortie standard)",
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
