/** `piste emulator`: a local PISTE, until Ctrl-C. */
import type { Command } from "commander";
import { CONTROL_ACTIONS, startEmulator, type Emulator } from "../../emulator";
import type { Text } from "../../piste/language";
import { CommandError } from "../command/failure";
import type { CommandMaker } from "../command/options";
import { giveWrapped } from "../command/terminal";
import { messageOf } from "../../piste/user-error";

/** Made up, so they can be in the open: they open nothing but an emulator. */
const DEMO = {
  client: { client_id: "00000000-0000-4000-8000-000000000001", client_secret: "00000000-0000-4000-8000-000000000002" },
  account: { login: "TECH_1_12345678901234@cpro.fr", password: "emulated" },
  structure: { identifier: "12345678901234", identifierType: "SIRET", name: "Structure fictive" },
};

const DEFAULT_PORT = 8787;
const HIGHEST_PORT = 65535;

function notStarted(error: unknown, port: number): CommandError {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  const said = messageOf(error);
  const fr = cause?.code === "EADDRINUSE" ? `un autre programme occupe le port ${port} de cette machine` : said;
  return new CommandError(
    {
      en: `The emulator could not start: ${said}. \`--port 0\` takes a free one.`,
      fr: `L'émulateur n'a pas pu démarrer : ${fr}. \`--port 0\` en prend un libre.`,
    },
    "input",
    { cause: error },
  );
}

/** What is up, and how to try it. */
export function introduction(emulator: Emulator): Text {
  const { tokenEndpoint, apiBaseUrl, controlUrl } = emulator;
  const client = `${DEMO.client.client_id} / ${DEMO.client.client_secret}`;
  const account = `${DEMO.account.login} / ${DEMO.account.password}`;
  const token = `  curl -s ${tokenEndpoint} -d grant_type=client_credentials -d scope=openid \\
    -d client_id=${DEMO.client.client_id} -d client_secret=${DEMO.client.client_secret}`;
  const fault = `  curl -s ${controlUrl}/faults -d '{"on":"token","status":503,"times":2}'`;
  const actions = CONTROL_ACTIONS.join(", ");
  return {
    en: `A local PISTE is up until Ctrl-C.
  token endpoint     ${tokenEndpoint}
  API gateway        ${apiBaseUrl}
  control address    ${controlUrl}
  client             ${client}
  technical account  ${account}

A token:
${token}
A fault, for the next two requests:
${fault}
The control address also knows: ${actions}`,
    fr: `Un PISTE local tourne, jusqu'à Ctrl-C.
  service des jetons   ${tokenEndpoint}
  passerelle des API   ${apiBaseUrl}
  adresse de commande  ${controlUrl}
  client               ${client}
  compte technique     ${account}

Un jeton :
${token}
Une panne, pour les deux prochaines requêtes :
${fault}
L'adresse de commande connaît aussi : ${actions}`,
  };
}

export async function runEmulator(maker: CommandMaker, { port }: { readonly port: number }): Promise<void> {
  const emulator = await startEmulator({ port }).catch((error: unknown) => {
    throw notStarted(error, port);
  });
  const { platform } = emulator.piste;
  platform.addClient(DEMO.client);
  platform.addAccount(DEMO.account);
  platform.addStructure(DEMO.structure);
  giveWrapped(maker.say(introduction(emulator)));
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
        maker.wholeNumber(0, HIGHEST_PORT),
        DEFAULT_PORT,
      )
      .action(maker.act((options: { readonly port: number }) => runEmulator(maker, options))),
  );
}
