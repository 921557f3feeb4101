/** A local PISTE without a network, and requests to it. */
import { Piste } from "../../emulator";
import type { Answer, Request } from "../../emulator/messages";
import { chorusProAccountHeader, type TechnicalAccount } from "../../piste/credentials";
import { TOKEN_ENDPOINT_PATH } from "../../piste/environments";

export const CLIENT = { client_id: "the-id", client_secret: "the-secret" };
export const ACCOUNT: TechnicalAccount = { login: "TECH_1_73282932000074@cpro.fr", password: "a:b é" };
export const STRUCTURE = { identifier: "73282932000074", identifierType: "SIRET", name: "Mairie" };

/** Knows the client, the account and the structure. */
export function somePiste(now?: () => number): Piste {
  const piste = new Piste(now);
  piste.platform.addClient(CLIENT);
  piste.platform.addAccount(ACCOUNT);
  piste.platform.addStructure(STRUCTURE);
  return piste;
}

export const request = (method: string, path: string, changes: Partial<Request> = {}): Request => ({
  method,
  path,
  headers: {},
  body: "",
  ...changes,
});

/** A request to the control address; sends a body that is not text as JSON. */
export function control(piste: Piste, call: string, body?: unknown): Answer {
  const [method = "", path = ""] = call.split(" ");
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return piste.handle(request(method, `/_emulator${path}`, { body: text })).answer;
}

export const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** The token request, without undefined fields. */
export function tokenRequest(
  fields: Readonly<Record<string, string | undefined>> = {},
  headers: Request["headers"] = FORM,
): Request {
  const form = new URLSearchParams({ grant_type: "client_credentials", ...CLIENT, scope: "openid" });
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) form.delete(key);
    else form.set(key, value);
  }
  return request("POST", TOKEN_ENDPOINT_PATH, { headers, body: form.toString() });
}

export interface TokenBody {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number | string;
  readonly scope: string;
}

export const bodyOf = ({ body }: Answer): unknown => JSON.parse(body);
export const tokenBodyOf = (answer: Answer): TokenBody => bodyOf(answer) as TokenBody;
export const errorOf = (answer: Answer): string => (bodyOf(answer) as { readonly error: string }).error;

export const tokenOf = (piste: Piste, scope = "openid"): string =>
  tokenBodyOf(piste.handle(tokenRequest({ scope })).answer).access_token;

export const bearer = (token: string): Request["headers"] => ({ authorization: `Bearer ${token}` });

export const withAccount = (token: string, account: TechnicalAccount = ACCOUNT): Request["headers"] => ({
  ...bearer(token),
  "cpro-account": chorusProAccountHeader(account),
});
