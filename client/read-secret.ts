/** Reads a secret from any source, with a time limit, and explains failures. */
import { withoutQuotes } from "../piste/json";
import { PisteSecretError, type SecretProblem } from "./errors";
import { ExtensionError } from "./from-extension";
import type { SecretSource, SecretValue } from "./secret-source";

/** Longer than all attempts of the AWS SDK. */
const LONGEST_READ_IN_MILLISECONDS = 15_000;

/** A source's value after validation: sources may be custom, so they are not trusted. */
interface ReadSecret extends SecretValue {
  readonly versionId: string;
  readonly labels: readonly string[];
}

/** @throws PisteSecretError */
export async function readSecret(source: SecretSource, secretId: string): Promise<ReadSecret> {
  let read: unknown;
  try {
    read = await inTime(source(secretId));
  } catch (cause) {
    throw secretError(secretId, cause);
  }
  const secret = (typeof read === "string" ? { value: read } : (read ?? {})) as Record<keyof SecretValue, unknown>;
  const { value, versionId, labels, storedAt, answeredAt } = secret;
  if (typeof value !== "string") {
    throw new PisteSecretError(
      "unreadable",
      secretId,
      "the source returned no text: it must return the secret's value",
    );
  }
  return {
    value,
    versionId: typeof versionId === "string" && versionId !== "" ? versionId : value,
    labels: Array.isArray(labels) ? labels.filter((label) => typeof label === "string") : [],
    storedAt: timeOf(storedAt),
    answeredAt: timeOf(answeredAt),
  };
}

const timeOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

class TooLateError extends Error {
  override readonly name = "TooLateError";
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TooLateError(`no answer within ${LONGEST_READ_IN_MILLISECONDS / 1000} s`));
    }, LONGEST_READ_IN_MILLISECONDS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Meaning {
  readonly code: SecretProblem;
  readonly meaning: string;
}

const MISSING: Meaning = {
  code: "missing",
  meaning:
    "there is no such secret in this account and region, or nothing is stored in it yet; run `npx piste doctor <environment>`",
};
const DENIED: Meaning = {
  code: "denied",
  meaning: "AWS refuses the read: give this program's role `grantRead` of the secret, and of its KMS key if it has one",
};
const NO_CREDENTIALS: Meaning = {
  code: "denied",
  meaning: "the AWS SDK finds no valid credentials: give this program a role",
};

/** By error name or code of the AWS SDK and Node. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ResourceNotFoundException: MISSING,
  ENOENT: { code: "missing", meaning: "there is no such file: check the program that writes it" },
  AccessDeniedException: DENIED,
  DecryptionFailure: DENIED,
  CredentialsProviderError: NO_CREDENTIALS,
  ExpiredTokenException: NO_CREDENTIALS,
  UnrecognizedClientException: NO_CREDENTIALS,
  InvalidSignatureException: NO_CREDENTIALS,
  NoSdkError: {
    code: "no-sdk",
    meaning: "install @aws-sdk/client-secrets-manager (Lambda has it), or pass a `source` to `createPisteClient`",
  },
};

/** By the extension's status, which is AWS's own. */
const MEANINGS_OF_STATUS: ReadonlyMap<number, Meaning> = new Map([
  [401, { code: "denied", meaning: "the extension refuses the token of this function's session" }],
  [403, DENIED],
  [404, MISSING],
]);

function secretError(secretId: string, thrown: unknown): PisteSecretError {
  const cause = withoutQuotes(thrown);
  const { name, code } = (cause ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  const known =
    (cause instanceof ExtensionError ? MEANINGS_OF_STATUS.get(cause.status) : undefined) ??
    [name, code]
      .map((word) => (Object.hasOwn(MEANINGS, String(word)) ? MEANINGS[String(word)] : undefined))
      .find(Boolean);
  const words = describe(cause);
  if (known !== undefined) return new PisteSecretError(known.code, secretId, `${known.meaning}${words}`, { cause });
  return new PisteSecretError("unavailable", secretId, `it could not be read${words}`, { cause });
}

const describe = (cause: unknown): string => (cause instanceof Error ? ` (${cause.name}: ${cause.message})` : "");
