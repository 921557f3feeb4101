/** The function as Lambda loads it. */
import { callHttp } from "../../piste/http";
import { accountStore } from "./account-store";
import { createHandler } from "./handler";
import { pendingCredentials } from "./pending-credentials";
import { versionDates } from "./secret-versions";
import { awsSecretsClient, secretStore } from "../shared/secret-store";

const client = awsSecretsClient();

let reader: Promise<(name: string) => Promise<string>> | undefined;
async function readParameter(name: string): Promise<string> {
  reader ??= import("./parameters.js").then(({ parameterReader }) => parameterReader());
  return (await reader)(name);
}

export const handler = createHandler({
  secrets: secretStore(client),
  pending: pendingCredentials(client),
  listVersions: versionDates(client),
  accounts: accountStore({ secrets: client, readParameter }),
  transport: callHttp,
  nowInMilliseconds: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  variables: process.env,
  // Lambda's console would put its own words before the JSON.
  log: (line) => process.stdout.write(`${line}\n`),
});
