/** With Powertools for AWS Lambda, Parameters. */
import { getSecret } from "@aws-lambda-powertools/parameters/secrets";
import { keptForFiveMinutes, TOKEN_SECRET, tokenIn } from "./secret";

const MAX_AGE_IN_SECONDS = 300;

export async function handler(): Promise<string> {
  const options = keptForFiveMinutes() ? { maxAge: MAX_AGE_IN_SECONDS } : {};
  return tokenIn(await getSecret(TOKEN_SECRET, { transform: "json", ...options }));
}
