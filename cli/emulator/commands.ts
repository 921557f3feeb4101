/** `piste emulator`: a local PISTE, until Ctrl-C. */
import { InvalidArgumentError, type Command } from "commander";
import { isHost } from "../../emulator/hosts";
import type { CommandMaker } from "../command/options";
import type * as Run from "./run";

const run = (): typeof Run => require("./run") as typeof Run;

const DEFAULT_PORT = 8787;
const HIGHEST_PORT = 65535;

function checkedHost(name: string, maker: CommandMaker): string {
  if (isHost(name)) return name;
  throw new InvalidArgumentError(
    maker.say({
      en: "It must be a host name or an IP address, without a port.",
      fr: "Il faut un nom d'hôte ou une adresse IP, sans port.",
    }),
  );
}

export function addEmulatorCommand(program: Command, maker: CommandMaker): void {
  program.addCommand(
    maker
      .command("emulator", {
        en: "runs a local PISTE, to test a client offline: token endpoint, gateway, Chorus Pro, faults on demand",
        fr: "lance un PISTE local, pour tester un client hors ligne : jetons, passerelle, Chorus Pro, pannes à la demande",
      })
      .option(
        "--port <number>",
        maker.say({
          en: "the port on 127.0.0.1; 0 takes a free one",
          fr: "le port sur 127.0.0.1 ; 0 en prend un libre",
        }),
        maker.wholeNumber(0, HIGHEST_PORT),
        DEFAULT_PORT,
      )
      .option(
        "--allow-host <name>",
        maker.say({
          en: "another host name that clients may use, for example host.docker.internal from a container; may be repeated",
          fr: "un autre nom d'hôte pour les clients, par exemple host.docker.internal depuis un conteneur ; peut se répéter",
        }),
        (name: string, names: readonly string[] | undefined) => [...(names ?? []), checkedHost(name, maker)],
      )
      .action(maker.act((options: Run.Options) => run().runEmulator(maker, options))),
  );
}
