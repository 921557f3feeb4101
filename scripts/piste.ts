/** The `piste` command. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { addAlarmsCommands } from "./alarms/commands";
import { addCallsCommands } from "./calls/commands";
import { languageOf } from "./command/language";
import { CommandMaker } from "./command/options";
import { addCredentialsCommands } from "./credentials/commands";
import { addDoctorCommand } from "./doctor/commands";
import { addEmulatorCommand } from "./emulator/commands";
import { addInitCommands } from "./init/commands";
import { addPolicyCommands } from "./policy/commands";

/** Sources are one level below package.json, compiled files two. */
function packageVersion(): string {
  const manifest = ["../package.json", "../../package.json"].map((file) => path.join(__dirname, file)).find(existsSync);
  return (JSON.parse(readFileSync(manifest ?? "", "utf8")) as { version: string }).version;
}

const maker = new CommandMaker(languageOf(process.argv.slice(2), process.env));
const program = maker
  .command("piste", {
    en: "Tools for the French State's APIs behind PISTE.",
    fr: "Outils pour les API de l'État derrière PISTE.",
  })
  .version(packageVersion());
addAlarmsCommands(program, maker);
addCallsCommands(program, maker);
addCredentialsCommands(program, maker);
addDoctorCommand(program, maker);
addEmulatorCommand(program, maker);
addInitCommands(program, maker);
addPolicyCommands(program, maker);
void program.parseAsync();
