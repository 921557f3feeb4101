/** Lambda's entry point. */
import { accountStore } from "./account-store";
import { createHandler } from "./handler";
import { pendingCredentials } from "./pending-credentials";
import { versionDates } from "./secret-versions";
import { networkOf } from "../shared/network";
import { awsSecretsClient, secretStore, SECRETS_CLIENT_CONFIGURATION } from "../shared/secret-store";

const network = networkOf(process.env);
const client = awsSecretsClient(network.forAws(SECRETS_CLIENT_CONFIGURATION));

let reader: Promise<(name: string) => Promise<string>> | undefined;
async function readParameter(name: string): Promise<string> {
  reader ??= import("./parameters.js").then(({ parametersIn }) => parametersIn(network));
  return (await reader)(name);
}

export const handler = createHandler({
  secrets: secretStore(client),
  pending: pendingCredentials(client),
  listVersions: versionDates(client),
  accounts: accountStore({ secrets: client, readParameter }),
  ...network,
  nowInMilliseconds: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  variables: process.env,
  // console.log would add Lambda's prefix before the JSON.
  log: (line) => process.stdout.write(`${line}\n`),
});
