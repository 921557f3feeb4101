/** `piste emulator`: a local PISTE, until Ctrl-C. */
import { InvalidArgumentError, type Command } from "commander";
import { CONTROL_ACTIONS, startEmulator } from "../../emulator";
import { CommandError } from "../command/failure";
import type { CommandMaker } from "../command/options";
import { give } from "../command/terminal";
import { messageOf } from "../local/user-error";

/** Made up, so they can be in the open: they open nothing but an emulator. */
const DEMO = {
  client: { client_id: "00000000-0000-4000-8000-000000000001", client_secret: "00000000-0000-4000-8000-000000000002" },
  account: { login: "TECH_1_12345678901234@cpro.fr", password: "emulated" },
  structure: { identifier: "12345678901234", identifierType: "SIRET", name: "Structure fictive" },
};

const DEFAULT_PORT = 8787;
const HIGHEST_PORT = 65535;

function parsePort(value: string): number {
  const port = Number(value);
  if (!(Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT)) {
    throw new InvalidArgumentError(`It must be a whole number from 0 (a free one) to ${HIGHEST_PORT}.`);
  }
  return port;
}

async function runEmulator({ port }: { readonly port: number }): Promise<void> {
  const emulator = await startEmulator({ port }).catch((error: unknown) => {
    const reason = messageOf(error);
    throw new CommandError(
      {
        en: `The emulator could not start: ${reason} (\`--port\`).`,
        fr: `L'émulateur n'a pas pu démarrer : ${reason} (\`--port\`).`,
      },
      "input",
    );
  });
  const { platform } = emulator.piste;
  platform.addClient(DEMO.client);
  platform.addAccount(DEMO.account);
  platform.addStructure(DEMO.structure);
  give(`A local PISTE is up until Ctrl-C.
  token endpoint     ${emulator.tokenEndpoint}
  API gateway        ${emulator.apiBaseUrl}
  control address    ${emulator.controlUrl}
  client             ${DEMO.client.client_id} / ${DEMO.client.client_secret}
  technical account  ${DEMO.account.login} / ${DEMO.account.password}

A token:
  curl -s ${emulator.tokenEndpoint} -d grant_type=client_credentials -d scope=openid \\
    -d client_id=${DEMO.client.client_id} -d client_secret=${DEMO.client.client_secret}
A fault, for the next two requests:
  curl -s ${emulator.controlUrl}/faults -d '{"on":"token","status":503,"times":2}'
The control address also knows: ${CONTROL_ACTIONS.join(", ")}`);
  const stop = (): void => {
    void emulator.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

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
        parsePort,
        DEFAULT_PORT,
      )
      .action(maker.act(runEmulator)),
  );
}
