/** `piste policy`: an IAM policy on standard output, and why each statement is there on standard error. */
import { Argument, Option, type Command } from "commander";
import { DEFAULT_REGION } from "../../aws/checks";
import { ENVIRONMENTS } from "../../piste/environments";
import { DEFAULT_APPLICATION } from "../../piste/names";
import type { CommandMaker } from "../command/options";
import type * as Run from "./run";
import { HOLDERS, type Holder } from "./statement";

const run = (): typeof Run => require("./run") as typeof Run;

export function addPolicyCommands(program: Command, maker: CommandMaker): void {
  const command = maker.command(
    "policy",
    {
      en: "prints the IAM policy of whoever runs these commands (operator), tests the alarms (alarm-tester), verifies a deployment (verifier), stores credentials only (depositor), calls the APIs (consumer) or deploys the environment (deployer)",
      fr: "affiche la politique IAM de qui utilise ces commandes (operator), essaie les alarmes (alarm-tester), vérifie un déploiement (verifier), ne fait qu'enregistrer des identifiants (depositor), appelle les API (consumer) ou déploie l'environnement (deployer)",
    },
    [
      "npx piste policy operator --environment qualif --account-id 123456789012",
      "npx piste policy consumer --environment prod --account-id 123456789012 > policy.json",
      "npx piste policy deployer --environment prod --account-id 123456789012 --state-bucket our-terraform-state",
      "aws iam create-policy --policy-name piste-prod-consumer --policy-document file://policy.json",
    ],
  );
  program.addCommand(
    command
      .addArgument(
        new Argument("<holder>", maker.say({ en: "whose policy", fr: "à qui est la politique" })).choices(HOLDERS),
      )
      .addOption(
        new Option("--environment <name>", maker.say({ en: "needed: which one", fr: "nécessaire : lequel" })).choices(
          ENVIRONMENTS,
        ),
      )
      .option("--account-id <digits>", maker.say({ en: "needed: the AWS account", fr: "nécessaire : le compte AWS" }))
      .option("--application <name>", maker.say({ en: "the application", fr: "l'application" }), DEFAULT_APPLICATION)
      .option("--region <name>", maker.say({ en: "the AWS region", fr: "la région AWS" }), DEFAULT_REGION)
      .option(
        "--name-prefix <prefix>",
        maker.say({ en: "the `namePrefix` of the landing zone, if it is set", fr: "le `namePrefix`, s'il est défini" }),
      )
      .option(
        "--encryption-key-arn <arn>",
        maker.say({
          en: "the `encryptionKeyArn` of the landing zone, if it is set: your KMS key for secrets and logs",
          fr: "le `encryptionKeyArn`, s'il est défini : votre clé KMS pour secrets et journaux",
        }),
      )
      .option(
        "--topic-arn <arn...>",
        maker.say({
          en: "alarm topics that were brought in",
          fr: "les sujets d'alarme qui existaient déjà",
        }),
      )
      .option(
        "--state-bucket <name>",
        maker.say({
          en: "deployer: the bucket of `state`, when there is one",
          fr: "deployer : le bucket de `state`, s'il y en a un",
        }),
      )
      .option(
        "--encrypt-alarms",
        maker.say({
          en: "deployer: `encryptAlarms` is set, so a KMS key is made",
          fr: "deployer : `encryptAlarms` est activé, une clé KMS est donc créée",
        }),
      )
      .option(
        "--access-alarm",
        maker.say({
          en: "deployer: `accessAlarm` is set, so rules of EventBridge are made",
          fr: "deployer : `accessAlarm` est activé, des règles EventBridge sont donc créées",
        }),
      )
      .option(
        "--permissions-boundary-arn <arn>",
        maker.say({
          en: "deployer: the `permissionsBoundaryArn` of the landing zone; without one the deployer can give roles any right",
          fr: "deployer : le `permissionsBoundaryArn` de toutes les applications ; sans lui, le deployer peut donner tous les droits aux rôles",
        }),
      )
      .option(
        "--role-path <path>",
        maker.say({
          en: "deployer, verifier: the `rolePath`, if it is set",
          fr: "deployer, verifier : le `rolePath`, s'il est défini",
        }),
      )
      .option(
        "--role-arn <arn...>",
        maker.say({
          en: "deployer, verifier: roles that were brought in, or that consume",
          fr: "deployer, verifier : les rôles qui existaient déjà, ou qui consomment",
        }),
      )
      .option(
        "--drill",
        maker.say({
          en: "verifier: may also stop the ticks, for `piste verify --drill`",
          fr: "verifier : peut aussi arrêter les exécutions, pour `piste verify --drill`",
        }),
      )
      .option(
        "--network",
        maker.say({
          en: "deployer: functions are attached to a `network`",
          fr: "deployer : des fonctions sont rattachées à un `network`",
        }),
      )
      .option(
        "--layer-arn <arn...>",
        maker.say({
          en: "deployer: the `layerArn` of `certificateAuthority`, if it is set; all its versions with `:*` at the end",
          fr: "deployer : le `layerArn` de `certificateAuthority`, s'il est défini ; toutes ses versions avec `:*` à la fin",
        }),
      )
      .action(
        maker.act(
          (holder: Holder, options: Run.Options) =>
            new Promise<void>((resolve) => {
              run().printPolicy(maker, holder, options);
              resolve();
            }),
        ),
      ),
  );
}
