/** Reads the access token from its secret. */
import { storedToken } from "../piste/stored-token";
import { CachedSecret } from "./cached-secret";
import type { Clock } from "./clock";
import { PisteSecretError } from "./errors";
import { readSecret } from "./read-secret";
import type { SecretSource } from "./secret-source";

export interface Token {
  readonly access_token: string;
  readonly token_type: string;
  /** The believed end, in epoch seconds. */
  readonly expiresAt: number;
}

export interface TokensOptions {
  readonly source: SecretSource;
  readonly secretId: string;
  readonly clock: Clock;
  /** How long a token is kept in memory. */
  readonly reserveInSeconds: number;
}

export class Tokens {
  private readonly secret: CachedSecret<Token>;

  constructor(private readonly options: TokensOptions) {
    const { clock, reserveInSeconds } = options;
    this.secret = new CachedSecret({
      read: () => this.read(),
      // Near its end, a token is read again more often.
      freshForInSeconds: (token) => Math.min(reserveInSeconds, (token.expiresAt - clock.now()) / 2),
      elapsed: () => clock.elapsed(),
    });
  }

  /** @throws PisteSecretError when no token is valid for that long. */
  async get(minimumSecondsLeft: number): Promise<Token> {
    const token = await this.secret.get(({ expiresAt }) => this.isValid(expiresAt, minimumSecondsLeft));
    return token ?? this.failExpired(minimumSecondsLeft);
  }

  /**
   * Reads the token again after the gateway refused one that has not expired. It may be the same.
   *
   * @throws PisteSecretError as {@link get}, and when it cannot be read.
   */
  async replace(refused: Token, minimumSecondsLeft: number): Promise<Token> {
    // Each read makes a new object: if it differs, another call has already read it again.
    if (this.secret.latest === refused) await this.secret.readAgain();
    return this.get(minimumSecondsLeft);
  }

  private isValid(expiresAt: number, minimumSecondsLeft: number): boolean {
    return expiresAt - this.options.clock.now() > minimumSecondsLeft;
  }

  private async read(): Promise<Token> {
    const { source, secretId, clock } = this.options;
    const asked = clock.elapsed();
    const { value, storedAt, answeredAt } = await readSecret(source, secretId);
    const stored = storedToken(secretId, { value, storedAt }, clock.now());
    if (stored === undefined) {
      throw new PisteSecretError(
        "unreadable",
        secretId,
        'the stored value is not a token {"access_token","token_type","scope","issued_at","expires_at"}; the refresher replaces it',
      );
    }
    const { access_token, token_type, issued_at } = stored.token;
    // AWS's date of the version is more reliable than the writer's.
    if (answeredAt === undefined) clock.setToDate(storedAt ?? issued_at);
    else clock.set(answeredAt, asked);
    return { access_token, token_type, expiresAt: stored.end };
  }

  private failExpired(minimumSecondsLeft: number): never {
    const left = Math.floor((this.secret.latest?.expiresAt ?? -Infinity) - this.options.clock.now());
    const has = left > 0 ? `has ${left} s left` : "has expired";
    throw new PisteSecretError(
      "expired",
      this.options.secretId,
      `the token ${has}, and ${minimumSecondsLeft} s are needed: PISTE gives no new one, or the refresher does ` +
        "not run; check its alarm, or run `npx piste doctor <environment>`",
    );
  }
}
