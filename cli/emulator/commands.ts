/** `piste emulator`: a local PISTE, until Ctrl-C. */
import type { Command } from "commander";
import type { CommandMaker } from "../command/options";
import type * as Run from "./run";

const run = (): typeof Run => require("./run") as typeof Run;

const DEFAULT_PORT = 8787;
const HIGHEST_PORT = 65535;

export function addEmulatorCommand(program: Command, maker: CommandMaker): void {
  program.addCommand(
    maker
      .command("emulator", {
        en: "runs a local PISTE, to test a client of it offline: token endpoint, gateway, Chorus Pro, faults on demand",
        fr: "fait tourner un PISTE local, pour essayer un client hors ligne : jetons, passerelle, Chorus Pro, pannes à la demande",
      })
      .option(
        "--port <number>",
        maker.say({
          en: "where it listens on 127.0.0.1; 0 takes a free one",
          fr: "où il écoute sur 127.0.0.1 ; 0 en prend un libre",
        }),
        maker.wholeNumber(0, HIGHEST_PORT),
        DEFAULT_PORT,
      )
      .action(maker.act((options: { readonly port: number }) => run().runEmulator(maker, options))),
  );
}
