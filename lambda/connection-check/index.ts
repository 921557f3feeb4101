/** The function as Lambda loads it. */
import { callHttp } from "../../piste/http";
import { functionInvoker } from "../shared/functions";
import { parameterReader } from "../shared/parameters";
import { awsSecretsClient, secretStore } from "../shared/secret-store";
import { FUNCTION_TIMEOUT_IN_SECONDS as REFRESHER_TIMEOUT_IN_SECONDS } from "../token-refresh/timing";
import { createHandler } from "./handler";
import { versionLabels } from "./version-labels";

const client = awsSecretsClient();

export const handler = createHandler({
  secrets: secretStore(client),
  labels: versionLabels(client),
  readParameter: parameterReader(),
  invokeFunction: functionInvoker(REFRESHER_TIMEOUT_IN_SECONDS),
  transport: callHttp,
  nowInMilliseconds: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  variables: process.env,
  // Lambda's console would put its own words before the JSON.
  log: (line) => process.stdout.write(`${line}\n`),
});
