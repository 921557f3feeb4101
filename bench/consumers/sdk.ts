/** With the AWS SDK alone, which keeps nothing. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { TOKEN_SECRET, tokenIn } from "./secret";

const client = new SecretsManagerClient({});

export async function handler(): Promise<string> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: TOKEN_SECRET }));
  return tokenIn(JSON.parse(SecretString));
}
