/** Lambda's entry point. */
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SSMClient } from "@aws-sdk/client-ssm";
import { functionInvoker, functionsConfiguration } from "../shared/functions";
import { networkOf } from "../shared/network";
import { parameterReader, PARAMETERS_CLIENT_CONFIGURATION } from "../shared/parameters";
import { awsSecretsClient, secretStore, SECRETS_CLIENT_CONFIGURATION } from "../shared/secret-store";
import { FUNCTION_TIMEOUT_IN_SECONDS as REFRESHER_TIMEOUT_IN_SECONDS } from "../token-refresh/timing";
import { createHandler } from "./handler";
import { versionLabels } from "./version-labels";

const network = networkOf(process.env);
const client = awsSecretsClient(network.forAws(SECRETS_CLIENT_CONFIGURATION));
const functions = new LambdaClient(network.forAws(functionsConfiguration(REFRESHER_TIMEOUT_IN_SECONDS)));

export const handler = createHandler({
  secrets: secretStore(client),
  labels: versionLabels(client),
  readParameter: parameterReader(new SSMClient(network.forAws(PARAMETERS_CLIENT_CONFIGURATION))),
  invokeFunction: functionInvoker(REFRESHER_TIMEOUT_IN_SECONDS, functions),
  ...network,
  nowInMilliseconds: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  variables: process.env,
  // console.log would add Lambda's prefix before the JSON.
  log: (line) => process.stdout.write(`${line}\n`),
});
