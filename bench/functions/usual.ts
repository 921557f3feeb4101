/**
 * A refresher as it is usually written, for comparison: the SDK and global `fetch`, bundled with esbuild's defaults.
 * It handles a due and a fresh token as ours does, but does not classify failures.
 */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

interface Event {
  readonly environment: string;
  readonly application: string;
}
interface Token {
  readonly expires_at: number;
}

const client = new SecretsManagerClient({});

async function read<T>(SecretId: string): Promise<T> {
  const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString) as T;
}

export async function handler({ environment, application }: Event): Promise<{ readonly outcome: string }> {
  const secret = (kind: string): string => `piste/${environment}/${application}/${kind}`;
  const token = await read<Token>(secret("token"));
  const now = Math.floor(Date.now() / 1000);
  if (token.expires_at - now > 2360) return report("waited", token.expires_at - now);
  const credentials = await read<Record<string, string>>(secret("client"));
  const answer = await fetch(process.env["PISTE_TOKEN_ENDPOINT"] ?? "", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "openid", ...credentials }),
  });
  const { expires_in, ...given } = (await answer.json()) as Record<string, string>;
  const renewed = { ...given, issued_at: now, expires_at: now + Number(expires_in) };
  await client.send(new PutSecretValueCommand({ SecretId: secret("token"), SecretString: JSON.stringify(renewed) }));
  return report("refreshed", Number(expires_in));

  function report(outcome: string, SecondsToExpiry: number): { readonly outcome: string } {
    const metrics = { Namespace: "Piste", Dimensions: [["Environment", "Application"]] };
    const _aws = {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ ...metrics, Metrics: [{ Name: "SecondsToExpiry", Unit: "Seconds" }] }],
    };
    const dimensions = { Environment: environment, Application: application };
    console.log(JSON.stringify({ _aws, ...dimensions, SecondsToExpiry, outcome }));
    return { outcome };
  }
}
