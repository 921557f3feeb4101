/** PISTE's OAuth2 token endpoint. */
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import type { ClientCredentials } from "../piste/credentials";
import { json, type Answer, type Request } from "./messages";
import type { Platform } from "./platform";

const refused = (error: string): Answer => json(400, { error }, { "cache-control": "no-store" });

/** Reads the body, or HTTP Basic with form-encoded id and secret (RFC 6749, section 2.3.1) [fact: pair-in-basic]. */
function credentialsOf(request: Request, form: URLSearchParams): ClientCredentials | undefined {
  const inBody = { client_id: form.get("client_id"), client_secret: form.get("client_secret") };
  if (inBody.client_id !== null && inBody.client_secret !== null) {
    return { client_id: inBody.client_id, client_secret: inBody.client_secret };
  }
  const basic = /^basic +([a-z0-9+/=_-]+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
  if (basic === undefined) return undefined;
  const [id, ...secret] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return { client_id: formDecode(id ?? ""), client_secret: formDecode(secret.join(":")) };
}

function formDecode(value: string): string {
  return new URLSearchParams(`v=${value.replaceAll("&", "%26")}`).get("v") ?? "";
}

export function answerToken(platform: Platform, request: Request): Answer {
  if (request.method !== "POST") return json(405, { error: "invalid_request" }, { allow: "POST" });
  if (!(request.headers["content-type"] ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    return refused("invalid_request");
  }
  const form = new URLSearchParams(request.body);
  if (form.get("grant_type") !== "client_credentials") return refused("unsupported_grant_type");
  const credentials = credentialsOf(request, form);
  // PISTE answers a wrong id, a wrong secret and missing credentials with the same bytes.
  if (credentials === undefined || !platform.knowsClient(credentials)) return refused("invalid_client");
  const scopes = (form.get("scope") ?? DEFAULT_SCOPE).split(" ").filter((scope) => scope !== "");
  if (!scopes.every((scope) => platform.settings.scopes.includes(scope))) return refused("invalid_scope");

  const { token, seconds } = platform.giveToken(credentials.client_id, scopes);
  return json(
    200,
    {
      access_token: token,
      token_type: "Bearer",
      expires_in: platform.settings.expiresInAsString ? String(seconds) : seconds,
      scope: scopes.join(" "),
    },
    { "cache-control": "no-store" },
  );
}
