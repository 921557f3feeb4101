/** The function as Lambda loads it. */
import { callHttp } from "../../piste/http";
import { accountStore } from "./account-store";
import { createHandler } from "./handler";
import { pendingCredentials } from "./pending-credentials";
import { awsSecretsClient, secretStore } from "./secret-store";

const client = awsSecretsClient();

export const handler = createHandler({
  secrets: secretStore(client),
  pending: pendingCredentials(client),
  accounts: accountStore(),
  transport: callHttp,
  nowInMilliseconds: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  variables: process.env,
  // Lambda's console would put its own words before the JSON.
  log: (line) => process.stdout.write(`${line}\n`),
});
