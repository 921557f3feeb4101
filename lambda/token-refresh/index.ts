/** The function as Lambda loads it. */
import { callHttp } from "../../piste/http";
import { accountStore } from "./account-store";
import { createHandler } from "./handler";
import { secretStore } from "./secret-store";

export const handler = createHandler({
  secrets: secretStore(),
  accounts: accountStore(),
  transport: callHttp,
  nowInMilliseconds: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
  variables: process.env,
  // Lambda's console would put its own words before the JSON.
  log: (line) => process.stdout.write(`${line}\n`),
});
