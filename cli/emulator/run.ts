import { CONTROL_ACTIONS, Piste, startEmulator, type Emulator } from "../../emulator";
import { DEFAULT_SCOPE } from "../../piste/api-catalogue";
import type { Text } from "../../piste/language";
import { CommandError } from "../command/failure";
import type { CommandMaker } from "../command/options";
import { giveWrapped } from "../command/terminal";
import { messageOf } from "../../piste/user-error";

/** Made-up credentials, valid only in the emulator. */
const DEMO = {
  client: { client_id: "00000000-0000-4000-8000-000000000001", client_secret: "00000000-0000-4000-8000-000000000002" },
  account: { login: "TECH_1_12345678901234@cpro.fr", password: "emulated" },
  structure: { identifier: "12345678901234", identifierType: "SIRET", name: "Structure fictive" },
};

/** A PISTE that knows the demo client, account and structure. */
export function demoPiste(): Piste {
  const piste = new Piste();
  piste.platform.addClient(DEMO.client);
  piste.platform.addAccount(DEMO.account);
  piste.platform.addStructure(DEMO.structure);
  return piste;
}

function notStarted(error: unknown, port: number): CommandError {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  const said = messageOf(error);
  const fr =
    cause?.code === "EADDRINUSE" ? `un autre programme occupe le port ${port} de cette machine` : `« ${said} »`;
  return new CommandError(
    {
      en: `The emulator could not start: ${said}. \`--port 0\` takes a free one.`,
      fr: `L'émulateur n'a pas pu démarrer : ${fr}. \`--port 0\` en prend un libre.`,
    },
    "operator",
    { cause: error },
  );
}

/** Addresses and example calls. */
export function introduction(emulator: Emulator): Text {
  const { tokenEndpoint, apiBaseUrl, controlUrl } = emulator;
  const client = `${DEMO.client.client_id} / ${DEMO.client.client_secret}`;
  const account = `${DEMO.account.login} / ${DEMO.account.password}`;
  const token = `  curl -s ${tokenEndpoint} -d grant_type=client_credentials -d scope=${DEFAULT_SCOPE} \\
    -d client_id=${DEMO.client.client_id} -d client_secret=${DEMO.client.client_secret}`;
  const fault = `  curl -s ${controlUrl}/faults -d '{"on":"token","status":503,"times":2}'`;
  const actions = CONTROL_ACTIONS.join(", ");
  return {
    en: `A local PISTE is running until Ctrl-C.
  token endpoint     ${tokenEndpoint}
  API gateway        ${apiBaseUrl}
  control address    ${controlUrl}
  client             ${client}
  technical account  ${account}

A token:
${token}
A fault, for the next two requests:
${fault}
Other paths of the control address: ${actions}`,
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
Autres chemins de l'adresse de commande : ${actions}`,
  };
}

export interface Options {
  readonly port: number;
  readonly allowHost?: readonly string[];
}

export async function runEmulator(maker: CommandMaker, { port, allowHost = [] }: Options): Promise<void> {
  const emulator = await startEmulator({ port, allowedHosts: allowHost, piste: demoPiste() }).catch(
    (error: unknown) => {
      throw notStarted(error, port);
    },
  );
  giveWrapped(maker.say(introduction(emulator)));
  const stop = (): void => {
    void emulator.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}
