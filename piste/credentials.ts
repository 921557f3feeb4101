/**
 * The records in the three kinds of secrets. Values are parsed only where they are used; an error about an invalid
 * record names its fields, never their values.
 */
import { membersOf, parseJson } from "./json";

/** A check for each field of a record. Written by hand, without a library, to keep a consumer's cold start short. */
export type RecordSchema<T> = { readonly [Field in keyof T]: (value: unknown) => value is T[Field] };

const isString = (value: unknown): value is string => typeof value === "string";
const isText = (value: unknown): value is string => isString(value) && value !== "";
/** The last second of an ECMAScript date (section 21.4.1.1). */
const LAST_SECOND = 8.64e12;
const isEpochSeconds = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_SECOND;

/** `piste/<environment>/<application>/client`: the OAuth2 pair of the portal, not its API key pair. */
export interface ClientCredentials {
  client_id: string;
  client_secret: string;
}
export const clientCredentialsSchema: RecordSchema<ClientCredentials> = { client_id: isText, client_secret: isText };

/** `piste/<environment>/<application>/technical-account/<account>`: a Chorus Pro technical account. */
export interface TechnicalAccount {
  login: string;
  password: string;
}
export const technicalAccountSchema: RecordSchema<TechnicalAccount> = { login: isText, password: isText };

/** Characters of 128 bits in base64, the entropy that RFC 6749, section 10.10 asks for. */
const SHORTEST_TOKEN = 22;
/** Half of the 8 KB of headers that servers usually take; `cpro-account` and a program's own need room, too. */
const LONGEST_TOKEN = 4096;

/** RFC 6750, section 2.1. */
function isBearerToken(value: unknown): value is string {
  if (!isString(value) || value.length < SHORTEST_TOKEN || value.length > LONGEST_TOKEN) return false;
  return /^[\w.~+/-]+=*$/.test(value);
}
/** A token of another type, such as `MAC`, is not enough for a call. */
function isBearer(value: unknown): value is string {
  return isString(value) && /^bearer$/i.test(value);
}
/** RFC 6749, section 3.3; any scope is accepted. */
function isScope(value: unknown): value is string {
  return isString(value) && value.length <= LONGEST_TOKEN && /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(value);
}

/**
 * `piste/<environment>/<application>/token`. Times are integers in epoch seconds, as OAuth2 client libraries use
 * them; `issued_at` is taken before the request is sent, so `expires_at` is never later than PISTE's own.
 */
export interface AccessToken {
  access_token: string;
  token_type: string;
  scope: string;
  issued_at: number;
  expires_at: number;
}
export const accessTokenSchema: RecordSchema<AccessToken> = {
  access_token: isBearerToken,
  token_type: isBearer,
  scope: isScope,
  issued_at: isEpochSeconds,
  expires_at: isEpochSeconds,
};

/** A secret that is not JSON, or lacks a field. Its message never repeats the value. */
export class UnreadableSecretError extends Error {
  override readonly name = "UnreadableSecretError";
}

/** The fields that are missing or of the wrong type. */
export function misfits<T>(schema: RecordSchema<T>, record: Readonly<Record<string, unknown>>): string[] {
  return (Object.keys(schema) as (keyof T & string)[]).filter((field) => !schema[field](record[field]));
}

/**
 * @param secretName named in the error.
 * @throws UnreadableSecretError when the text is not JSON of that schema.
 */
export function parseSecret<T>(secretName: string, schema: RecordSchema<T>, value: string): T {
  const json = parseJson(value);
  if (json === undefined) throw new UnreadableSecretError(`the secret ${secretName} does not hold JSON`);
  const record = membersOf(json);
  const wrong = record === undefined ? ["the whole value"] : misfits(schema, record);
  if (record === undefined || wrong.length > 0) {
    throw new UnreadableSecretError(
      `the secret ${secretName} does not have the expected fields; missing or of the wrong type: ${wrong.join(", ")}`,
    );
  }
  return Object.fromEntries(Object.keys(schema).map((field) => [field, record[field]])) as T;
}

/** The stored token, even if expired; undefined if the value is no usable token record. */
export function parseToken(secretName: string, value: string): AccessToken | undefined {
  try {
    return parseSecret(secretName, accessTokenSchema, value);
  } catch (error) {
    if (error instanceof UnreadableSecretError) return undefined;
    throw error;
  }
}

/** The value of the `cpro-account` header: base64 of "login:password" in UTF-8, on one line. */
export function chorusProAccountHeader(account: TechnicalAccount): string {
  return Buffer.from(`${account.login}:${account.password}`, "utf8").toString("base64");
}
