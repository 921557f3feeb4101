/**
 * What the three secrets hold. Values are parsed where they are used and nowhere else; a message about a value that
 * does not fit names its fields, never what is in them.
 */
import * as v from "valibot";
import { parseJson } from "./json";

const text = v.pipe(v.string(), v.nonEmpty());
/** The last second that a date can be of (ECMAScript, section 21.4.1.1). */
const LAST_SECOND = 8.64e12;
const epochSeconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LAST_SECOND));

/** `piste/<environment>/<application>/client`: the OAuth2 pair of the portal, not its API key pair. */
export const clientCredentialsSchema = v.object({ client_id: text, client_secret: text });
export type ClientCredentials = v.InferOutput<typeof clientCredentialsSchema>;

/** `piste/<environment>/<application>/technical-account/<account>`: a Chorus Pro technical account. */
export const technicalAccountSchema = v.object({ login: text, password: text });
export type TechnicalAccount = v.InferOutput<typeof technicalAccountSchema>;

/**
 * `piste/<environment>/<application>/token`. Times are integers in epoch seconds, as OAuth2 client libraries use
 * them; `issued_at` is taken before the request is sent, so `expires_at` is never later than PISTE's own.
 */
export const accessTokenSchema = v.object({
  access_token: text,
  token_type: text,
  scope: v.string(),
  issued_at: epochSeconds,
  expires_at: epochSeconds,
});
export type AccessToken = v.InferOutput<typeof accessTokenSchema>;

/** A secret that is not JSON, or lacks a field. Its message never repeats the value. */
export class UnreadableSecretError extends Error {
  override readonly name = "UnreadableSecretError";
}

/**
 * @param secretName named in the error.
 * @throws UnreadableSecretError when the text is not JSON of that schema.
 */
export function parseSecret<T>(secretName: string, schema: v.GenericSchema<unknown, T>, value: string): T {
  const json = parseJson(value);
  if (json === undefined) throw new UnreadableSecretError(`the secret ${secretName} does not hold JSON`);
  const result = v.safeParse(schema, json, { abortEarly: false });
  if (!result.success) {
    const fields = new Set(result.issues.map((issue) => v.getDotPath(issue) ?? "the whole value"));
    throw new UnreadableSecretError(
      `the secret ${secretName} does not have the expected fields; missing or of the wrong kind: ${[...fields].join(", ")}`,
    );
  }
  return result.output;
}

/** A token and its type are sent in a header. */
const FIT_FOR_A_HEADER = /^[\x21-\x7e]+ [\x21-\x7e]+$/;

/** The stored token, whatever time it has left; undefined when what is stored could not be sent as one. */
export function parseToken(secretName: string, value: string): AccessToken | undefined {
  try {
    const token = parseSecret(secretName, accessTokenSchema, value);
    return FIT_FOR_A_HEADER.test(`${token.token_type} ${token.access_token}`) ? token : undefined;
  } catch (error) {
    if (error instanceof UnreadableSecretError) return undefined;
    throw error;
  }
}

/** The value of the `cpro-account` header: base64 of "login:password" in UTF-8, on one line. */
export function chorusProAccountHeader(account: TechnicalAccount): string {
  return Buffer.from(`${account.login}:${account.password}`, "utf8").toString("base64");
}
