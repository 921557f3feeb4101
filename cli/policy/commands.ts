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
      en: "prints the IAM policy for a person who uses these commands (operator), tests the alarms (alarm-tester), verifies a deployment (verifier) or only stores credentials (depositor), for a program that calls the APIs (consumer), or for deploying the environment (deployer)",
      fr: "affiche la politique IAM d'une personne qui utilise ces commandes (operator), essaie les alarmes (alarm-tester), vérifie un déploiement (verifier) ou ne fait qu'enregistrer des identifiants (depositor), d'un programme qui appelle les API (consumer), ou du déploiement de l'environnement (deployer)",
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
        new Argument(
          "<holder>",
          maker.say({ en: "the holder of the policy", fr: "le titulaire de la politique" }),
        ).choices(HOLDERS),
      )
      .addOption(
        new Option(
          "--environment <name>",
          maker.say({ en: "required: the environment", fr: "obligatoire : l'environnement" }),
        ).choices(ENVIRONMENTS),
      )
      .option(
        "--account-id <digits>",
        maker.say({ en: "required: the AWS account", fr: "obligatoire : le compte AWS" }),
      )
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
          en: "existing alarm topics of your own",
          fr: "vos sujets d'alarme existants",
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
          en: "deployer: `encryptAlarms` is set, so a KMS key is created",
          fr: "deployer : `encryptAlarms` est activé, une clé KMS est donc créée",
        }),
      )
      .option(
        "--access-alarm",
        maker.say({
          en: "deployer: `accessAlarm` is set, so EventBridge rules are created",
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
          en: "deployer, verifier: existing roles, and roles of consumers",
          fr: "deployer, verifier : les rôles existants, et ceux des consommateurs",
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
