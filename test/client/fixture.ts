/** A client with its surroundings in memory: the machine's clocks, AWS, and the local PISTE. */
import { Piste, transportTo } from "../../emulator";
import { clientIn, type PisteClient } from "../../client/piste-client";
import type { PisteClientOptions } from "../../client";
import type { SecretValue } from "../../client/secret-source";
import { VARIABLES } from "../../piste/names";
import type { HttpRequest, HttpTransport } from "../../piste/http";

/** 2026-11-25T10:00:00Z, in epoch seconds. */
export const START = 1_795_600_800;
export const TOKEN_SECRET = "piste/qualif/chorus-pro/token";
export const ACCOUNT_SECRET = "piste/qualif/chorus-pro/technical-account/default";
export const ACCOUNT = { login: "TECH_1_12345678901234@cpro.fr", password: "canary-password-4f1a" };
export const HOUR = 3600;
/** A call that shows whether Chorus Pro accepts the account. */
export const STRUCTURES = "structures/v1/rechercher";

export class World {
  /** The true time, in epoch seconds. */
  now = START;
  /** Error of this machine's date, in seconds. */
  dateAhead = 0;
  /** Seconds during which the monotonic clock stood still. */
  frozen = 0;
  /** True if AWS's answers give its time. */
  awsTellsTime = true;
  /** The error that AWS throws, if any. */
  awsFails: Error | undefined;
  /** Seconds until AWS answers a read, and until its answer arrives. */
  readTakes: readonly [number, number] = [0, 0];
  readonly secrets = new Map<string, Partial<SecretValue> & { value: string }>();
  /** Ids of the secrets that were read. */
  readonly reads: string[] = [];
  readonly requests: HttpRequest[] = [];
  readonly piste = new Piste(() => this.now * 1000);
  transport: HttpTransport = transportTo(this.piste);
  private versions = 0;

  constructor() {
    this.piste.platform.addAccount(ACCOUNT);
    this.piste.platform.addStructure({ identifier: "12345678901234", identifierType: "SIRET", name: "Structure" });
    this.putToken();
    this.put(ACCOUNT_SECRET, ACCOUNT);
  }

  put(name: string, value: unknown, more: Partial<SecretValue> = {}): void {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    this.secrets.set(name, { value: text, versionId: `version-${++this.versions}`, storedAt: this.now, ...more });
  }

  /** Stores a new token as the refresher does. */
  putToken(lifetime = HOUR): string {
    const { settings } = this.piste.platform;
    this.piste.platform.settings = { ...settings, tokenLifetimeInSeconds: lifetime };
    const { token } = this.piste.platform.giveToken("client", ["openid"]);
    this.put(TOKEN_SECRET, {
      access_token: token,
      token_type: "Bearer",
      scope: "openid",
      issued_at: Math.floor(this.now),
      expires_at: Math.floor(this.now) + lifetime,
    });
    return token;
  }

  /** The passwords that Chorus Pro received. */
  get passwordsSent(): string[] {
    return this.requests
      .map(({ headers }) => headers["cpro-account"])
      .filter((header) => header !== undefined)
      .map((header) => Buffer.from(header, "base64").toString("utf8").split(":").slice(1).join(":"));
  }

  client(
    options: PisteClientOptions = {},
    variables: Readonly<Record<string, string>> = { [VARIABLES.environment]: "qualif" },
  ): PisteClient {
    const fixture = {
      variables: { AWS_LAMBDA_FUNCTION_NAME: "consumer", ...variables },
      clocks: {
        date: () => (this.now + this.dateAhead) * 1000,
        monotonic: () => (this.now - START - this.frozen) * 1000,
      },
      transport: (request: HttpRequest) => {
        this.requests.push(request);
        return this.transport(request);
      },
    };
    return clientIn(fixture, { source: (id) => this.read(id), ...options });
  }

  private async read(secretId: string): Promise<SecretValue> {
    this.reads.push(secretId);
    await Promise.resolve();
    const [there, back] = this.readTakes;
    this.now += there;
    const answeredAt = Math.floor(this.now);
    this.now += back;
    if (this.awsFails !== undefined) throw this.awsFails;
    const secret = this.secrets.get(secretId);
    if (secret === undefined) throw awsError("ResourceNotFoundException");
    return { ...secret, ...(this.awsTellsTime && { answeredAt }) };
  }
}

/** An error as the AWS SDK throws it. */
export const awsError = (name: string, message = "of AWS"): Error => Object.assign(new Error(message), { name });

/** The reason of a rejected promise. @throws Error if the promise resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error,
  );
}
