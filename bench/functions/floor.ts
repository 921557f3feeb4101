/**
 * The fewest calls that a refresh can do with, by nothing but Node: signed by hand, without a look at any failure. It
 * is here to be measured against, not to be used.
 */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { request } from "node:http";

interface Event {
  readonly environment: string;
  readonly application: string;
}

const { AWS_ENDPOINT_URL = "", AWS_REGION = "", AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = process.env;

function post(url: URL, headers: Record<string, string>, body: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    request(url, { method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => {
        resolve(JSON.parse(text) as Record<string, string>);
      });
    })
      .on("error", reject)
      .end(body);
  });
}

/** AWS Signature Version 4. */
function secretsManager(operation: string, input: object): Promise<Record<string, string>> {
  const url = new URL(AWS_ENDPOINT_URL);
  const body = JSON.stringify(input);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers: Record<string, string> = {
    "content-type": "application/x-amz-json-1.1",
    host: url.host,
    "x-amz-date": time,
    "x-amz-target": `secretsmanager.${operation}`,
  };
  const signed = Object.keys(headers).join(";");
  const canonical = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const scope = [time.slice(0, 8), AWS_REGION, "secretsmanager", "aws4_request"];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const text = [
    "AWS4-HMAC-SHA256",
    time,
    scope.join("/"),
    hash(["POST", "/", "", ...[canonical.join(""), signed, hash(body)]].join("\n")),
  ];
  const signature = hmac(key, text.join("\n")).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope.join("/")}, SignedHeaders=${signed}, Signature=${signature}`;
  return post(url, { ...headers, authorization }, body);
}

const read = async (SecretId: string): Promise<Record<string, string>> => {
  const { SecretString = "" } = await secretsManager("GetSecretValue", { SecretId, VersionStage: "AWSCURRENT" });
  return JSON.parse(SecretString) as Record<string, string>;
};

export async function handler({ environment, application }: Event): Promise<{ readonly outcome: string }> {
  const secret = (kind: string): string => `piste/${environment}/${application}/${kind}`;
  const now = Math.floor(Date.now() / 1000);
  if (Number((await read(secret("token")))["expires_at"]) - now > 2360) return { outcome: "waited" };
  const form = { grant_type: "client_credentials", scope: "openid", ...(await read(secret("client"))) };
  const { expires_in, ...given } = await post(
    new URL(process.env["PISTE_TOKEN_ENDPOINT"] ?? ""),
    { "content-type": "application/x-www-form-urlencoded" },
    new URLSearchParams(form).toString(),
  );
  const SecretString = JSON.stringify({ ...given, issued_at: now, expires_at: now + Number(expires_in) });
  await secretsManager("PutSecretValue", {
    SecretId: secret("token"),
    SecretString,
    ClientRequestToken: randomUUID(),
  });
  return { outcome: "refreshed" };
}
