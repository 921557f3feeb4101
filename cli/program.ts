/** The `piste` command with its subcommands. */
import type { Command } from "commander";
import { packageVersion } from "../aws/package-folder";
import type { Language } from "../piste/language";
import { addAlarmsCommands } from "./alarms/commands";
import { addCallsCommands } from "./calls/commands";
import { CommandMaker } from "./command/options";
import { addCredentialsCommands } from "./credentials/commands";
import { addDoctorCommand } from "./doctor/commands";
import { addEmulatorCommand } from "./emulator/commands";
import { addPolicyCommands } from "./policy/commands";
import { addVerifyCommand } from "./verify/commands";

/** The commands of the first day, in order. */
const FIRST_COMMANDS = [
  "npx piste credentials try qualif",
  "npx cdktf deploy qualif",
  "npx piste credentials set qualif client",
  "npx piste doctor qualif",
  "npx piste credentials set --help",
];

export function pisteProgram(language: Language): Command {
  const maker = new CommandMaker(language);
  const program = maker
    .command(
      "piste",
      {
        en: "Tools for the French State's APIs behind PISTE.",
        fr: "Outils pour les API de l'État derrière PISTE.",
      },
      FIRST_COMMANDS,
    )
    .version(packageVersion(), "-V, --version", maker.say({ en: "shows the version", fr: "affiche la version" }));
  addAlarmsCommands(program, maker);
  addCallsCommands(program, maker);
  addCredentialsCommands(program, maker);
  addDoctorCommand(program, maker);
  addEmulatorCommand(program, maker);
  addPolicyCommands(program, maker);
  addVerifyCommand(program, maker);
  return program;
}
