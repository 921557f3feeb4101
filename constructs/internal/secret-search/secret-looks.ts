/**
 * Names that mark a value as secret, and the look of PISTE's credentials. Only patterns that are worth an error: each
 * can be allowed in its place, and gitleaks and trivy find other secrets.
 */

const SECRET_WORDS = new Set([
  "secret",
  "secrets",
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "pwd",
  "token",
  "credential",
  "credentials",
  "apikey",
]);

const SECRET_KEYS = new Set(["api", "private", "secret", "signing", "access"]);

/** A name that ends with one of these says something about a secret: where it is, how long it lives. */
const ABOUT = new Set(
  (
    "name names arn arns id ids endpoint endpoints url uri host hostname domain domains path prefix suffix file files " +
    "field header type kind mode method policy ttl expiry expiration expires validity lifetime duration age timeout " +
    "interval seconds minutes hours days milliseconds length size count limit number version stage stages label labels " +
    "region alias parameter param provider issuer audience scope scopes algorithm format encoding rotation schedule " +
    "enabled required aud sub validation selection usage source store location bucket table group role configuration settings " +
    "description hint rule rules status state created updated changed date owner account accounts window attributes"
  ).split(" "),
);

/** Tokens by which AWS recognizes a request or a page: no secrets. */
const HARMLESS = new Set(["client token", "creation token", "update token", "next token", "request token"]);

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** `DB_PASSWORD`, `clientSecret`, `X-Api-Key`; not `PISTE_TOKEN_ENDPOINT`, `CLIENT_SECRET_NAME`. */
export function isNameOfSecret(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (ABOUT.has(last) || HARMLESS.has(words.slice(-2).join(" "))) return false;
  return words.some(
    (word, index) => SECRET_WORDS.has(word) || (word === "key" && SECRET_KEYS.has(words[index - 1] ?? "")),
  );
}

/** Stands for an expression that Terraform fills in. */
export const FILLED_IN = "\ufffc";

const isAddress = (value: string): boolean => /^arn:[^:]*:[^:]*:/.test(value) || /^https?:\/\/[^\s@?#]+$/.test(value);

/**
 * True for a pointer to a secret: an ARN, an address without a password, or a name with slashes such as
 * `piste/qualif/chorus-pro/client` or `/app/db`.
 */
export function leadsToSecret(value: string): boolean {
  const name = value.replaceAll(FILLED_IN, "x");
  return (
    isAddress(value) ||
    /^\/?[a-z0-9_.-]+(?:\/[a-z0-9_.-]+)+$/.test(name) ||
    /^\/[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)+$/.test(name)
  );
}

/** Allowed around a filled-in secret: a header's scheme, or an address with the secret as its password. */
const AROUND = new RegExp(
  `^(?:Bearer|Basic) +(?=${FILLED_IN})|^[a-z][a-z0-9+.-]{1,20}://[^\\s/:@]*:${FILLED_IN}@[^\\s@]*$`,
  "i",
);
const hasLiteral = (value: string): boolean => /[\p{L}\p{N}]/u.test(value.replace(AROUND, ""));

/**
 * True if a part of a secret's value is literal text. Separators, and the text allowed around a secret, do not count.
 */
export const isPartlyLiteral = (value: string): boolean => hasLiteral(value) && !isAddress(value);

/** Empty, or a stand-in such as `<password>`. */
export const isPlaceholder = (value: string): boolean => !hasLiteral(value) || /^<[^<>]*>$/.test(value);

/** Fixed values of AWS arguments with a secret's name: `token_validity_units = { access_token = "hours" }`. */
export const isChoice = (value: string): boolean =>
  /^(?:seconds|minutes|hours|days|required|optional|none|true|false|enabled|disabled|default|\d{1,6}|[A-Z]+(?:_[A-Z]+)*)$/.test(
    value,
  );

const LOGIN = "TECH_\\d+_\\d{14}@cpro\\.fr";
const UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";

/** Secret fields of PISTE's secrets, as JSON and forms spell them. */
const FIELDS = "client_secret|password|access_token";

/** Searched for in any text. The value of a field must be neither a placeholder nor a pointer. */
const LOOKS: readonly { readonly what: string; readonly look: RegExp; readonly value?: true }[] = [
  {
    what: "a technical account's login with its password",
    look: new RegExp(`${LOGIN}[:;|\\t]${FILLED_IN}*[^\\s:;|${FILLED_IN}]`, "i"),
  },
  { what: "a client id with its client secret", look: new RegExp(`${UUID}:${UUID}`, "i") },
  { what: "a field of a secret", look: new RegExp(`"(?:${FIELDS})"\\s*:\\s*"([^"\\\\]+)`, "gi"), value: true },
  { what: "a field of a secret", look: new RegExp(`\\b(?:${FIELDS})=([^\\s&"'\`]+)`, "gi"), value: true },
  { what: "an access token in a header", look: /\bBearer +[\w.~+/-]{20,}/i },
  {
    what: "an address with a password",
    look: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,100}:([^\s/@]{1,200})@/gi,
    value: true,
  },
];

/** As `cpro-account` and HTTP Basic carry them. */
const LOGIN_AND_PASSWORD = new RegExp(`^(?:[^\\s:@]+@[^\\s:@]+\\.[^\\s:@]+|${UUID}):.+$`, "i");
const BASE64 = /[A-Za-z0-9+/]{16,}={0,2}/g;

/** Describes what looks like a credential in a literal text; undefined if nothing does. */
export function credentialIn(text: string): string | undefined {
  const found = LOOKS.find(({ look, value }) =>
    value ? [...text.matchAll(look)].some(([, field = ""]) => isValue(field)) : look.test(text),
  );
  if (found !== undefined) return found.what;
  return decodedIn(text).some((inside) => LOGIN_AND_PASSWORD.test(inside) || credentialIn(inside) !== undefined)
    ? "a login with its password, in base64"
    : undefined;
}

const isValue = (value: string): boolean => !isPlaceholder(value) && !leadsToSecret(value);

function decodedIn(text: string): string[] {
  return [...text.matchAll(BASE64)]
    .map(([encoded]) => Buffer.from(encoded, "base64").toString("utf8"))
    .filter((decoded) => /^(?:[\t\n\r]|[^\p{Cc}\ufffd])+$/u.test(decoded));
}

/** `NAME=value` and `name: value` in lines of shells, systemd and cloud-init, also in base64. */
export function assignmentsIn(script: string): { readonly name: string; readonly value: string }[] {
  return [script, ...decodedIn(script)].flatMap((text) =>
    [...text.matchAll(/(?:^|[\s;"'-])([A-Za-z_][\w-]{0,100})(?:=|:[ \t]+)["']?([^\s"';&|]+)/gm)].map(
      ([, name = "", value = ""]) => ({ name, value }),
    ),
  );
}

/** A shell's `$NAME`, `$(command)` or backquoted command: evaluated when the script runs. */
export const isFoundAtRunTime = (value: string): boolean => /^[$`]/.test(value);
