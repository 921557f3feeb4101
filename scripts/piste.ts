/** The `piste` command. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { startEmulator } from "../emulator";
import { CONTROL_ACTIONS } from "../emulator/control";
import { ENVIRONMENTS, type Environment } from "../piste/environments";
import { alarmsInAws } from "./alarms/aws";
import { show } from "./alarms/show";
import { testAlarms } from "./alarms/test-alarms";
import { fail, messageOf, UserError } from "./local/user-error";

/** Made up, so they can be in the open: they open nothing but an emulator. */
const DEMO = {
  client: { client_id: "00000000-0000-4000-8000-000000000001", client_secret: "00000000-0000-4000-8000-000000000002" },
  account: { login: "TECH_1_12345678901234@cpro.fr", password: "emulated" },
  structure: { identifier: "12345678901234", identifierType: "SIRET", name: "Structure fictive" },
};

/** Sources are one level below package.json, compiled files two. */
function packageVersion(): string {
  const manifest = ["../package.json", "../../package.json"].map((file) => path.join(__dirname, file)).find(existsSync);
  return (JSON.parse(readFileSync(manifest ?? "", "utf8")) as { version: string }).version;
}

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
    throw new UserError(`The emulator could not start: ${messageOf(error)} (\`--port\`).`);
  });
  const { platform } = emulator.piste;
  platform.addClient(DEMO.client);
  platform.addAccount(DEMO.account);
  platform.addStructure(DEMO.structure);
  console.log(`A local PISTE is up until Ctrl-C.
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

interface AlarmsTestOptions {
  readonly region?: string;
  readonly json: boolean;
}

async function runAlarmsTest(environment: Environment, { region, json }: AlarmsTestOptions): Promise<void> {
  const report = await testAlarms(environment, alarmsInAws(region));
  console.log(json ? JSON.stringify(report, undefined, 2) : show(report));
  if (!report.ok) process.exitCode = 1;
}

const program = new Command("piste")
  .description("Tools for the French State's APIs behind PISTE.")
  .version(packageVersion());
program
  .command("emulator")
  .description(
    "runs a local PISTE, to test a client of it offline: token endpoint, gateway, Chorus Pro, faults on demand",
  )
  .option("--port <number>", "where it listens on 127.0.0.1; 0 takes a free one", parsePort, DEFAULT_PORT)
  .action((options: { readonly port: number }) => runEmulator(options).catch(fail));
program
  .command("alarms")
  .description("looks after the alarms of an environment")
  .command("test")
  .description(
    "sends a test message to every alarm topic of the environment's applications, and says who would receive nothing; exits with 1 when a page would reach nobody",
  )
  .addArgument(new Argument("<environment>", "which one").choices(ENVIRONMENTS))
  .option("--region <name>", "the AWS region (default: your AWS environment's)")
  .option("--json", "the report as JSON", false)
  .action((environment: Environment, options: AlarmsTestOptions) => runAlarmsTest(environment, options).catch(fail));
program.parse();
