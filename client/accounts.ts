/**
 * Technical accounts. Wrong passwords lock an account, so a new version is sent by one call at a time until Chorus Pro
 * accepts it, and is never sent again after a refusal.
 */
import {
  parseSecret,
  technicalAccountSchema,
  UnreadableSecretError,
  type TechnicalAccount,
} from "../piste/credentials";
import { NetworkError } from "../piste/http";
import { REFUSED_LABEL } from "../piste/names";
import { CachedSecret } from "./cached-secret";
import type { Clock } from "./clock";
import { PisteSecretError } from "./errors";
import { readSecret } from "./read-secret";
import type { SecretSource } from "./secret-source";

interface StoredAccount {
  readonly account: TechnicalAccount;
  readonly versionId: string;
  /** True if another program, such as the connection check, has labelled this version as refused. */
  readonly isLabelledRefused: boolean;
}

/** An answer's verdict on the account; `neither` for most failures. */
export type AccountVerdict = "accepted" | "refused" | "neither";

export interface AccountsOptions {
  readonly source: SecretSource;
  readonly secretId: string;
  readonly clock: Clock;
  /** How long an account is kept in memory. */
  readonly reserveInSeconds: number;
}

/** Interval between checks for a new password after a refusal. */
const RECHECK_AFTER_REFUSAL_IN_SECONDS = 30;

interface Refused {
  readonly versionId: string;
  /** `label`: another program got the refusal. */
  readonly by: "answer" | "label";
  /** When to look for a new version. */
  readonly lookAt: number;
}

/** Chorus Pro refused the stored version earlier. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

export class Account {
  private readonly secret: CachedSecret<StoredAccount>;
  private refused: Refused | undefined;
  /** The version that Chorus Pro accepted. */
  private accepted: string | undefined;
  private trial: Promise<unknown> | undefined;

  constructor(private readonly options: AccountsOptions) {
    const { clock, reserveInSeconds } = options;
    this.secret = new CachedSecret({
      read: () => this.read(),
      freshForInSeconds: () => reserveInSeconds,
      elapsed: () => clock.elapsed(),
    });
  }

  /**
   * Makes a call with the account.
   *
   * @param call sends it once.
   * @throws RefusedError when Chorus Pro refused the account before, so that it is not sent; PisteSecretError when it
   * cannot be read.
   */
  async send<T extends { readonly account: AccountVerdict }>(
    call: (account: TechnicalAccount) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const stored = await this.stored();
      this.checkNotRefused(stored);
      if (stored.versionId === this.accepted) return this.sendOnce(stored, call);
      if (this.trial === undefined) {
        const trial = this.sendOnce(stored, call);
        this.trial = trial.catch((error: unknown) => error).finally(() => (this.trial = undefined));
        return trial;
      }
      // Fail all waiting calls on a network error: otherwise each would wait for its own timeout in turn.
      const met = await this.trial;
      if (met instanceof NetworkError) throw met;
    }
  }

  private async sendOnce<T extends { readonly account: AccountVerdict }>(
    { account, versionId }: StoredAccount,
    call: (account: TechnicalAccount) => Promise<T>,
  ): Promise<T> {
    const answer = await call(account);
    // Ignore an answer about a version that was replaced in the meantime.
    if (this.secret.latest?.versionId === versionId) {
      if (answer.account === "accepted") this.accepted = versionId;
      if (answer.account === "refused") this.refuse(versionId, "answer");
    }
    return answer;
  }

  private refuse(versionId: string, by: Refused["by"]): void {
    this.refused = { versionId, by, lookAt: this.options.clock.elapsed() + RECHECK_AFTER_REFUSAL_IN_SECONDS };
  }

  /** @throws RefusedError when it is too early to look for a new version, or the read fails. */
  private async stored(): Promise<StoredAccount> {
    const { clock, secretId } = this.options;
    if (this.refused !== undefined) {
      if (clock.elapsed() < this.refused.lookAt) throw new RefusedError();
      this.refuse(this.refused.versionId, this.refused.by);
      await this.secret.readAgain().catch((cause: unknown) => {
        throw new RefusedError("", { cause });
      });
    }
    const stored = await this.secret.get(() => true);
    if (stored === undefined) throw new PisteSecretError("missing", secretId, "nothing is stored");
    return stored;
  }

  /** @throws RefusedError when this version was refused. */
  private checkNotRefused({ versionId, isLabelledRefused }: StoredAccount): void {
    const wasRefused = this.refused?.by === "answer" && this.refused.versionId === versionId;
    if (!wasRefused && !isLabelledRefused) {
      this.refused = undefined;
      return;
    }
    this.refuse(versionId, wasRefused ? "answer" : "label");
    throw new RefusedError();
  }

  private async read(): Promise<StoredAccount> {
    const { source, secretId } = this.options;
    const { value, versionId, labels } = await readSecret(source, secretId);
    try {
      const account = parseSecret(secretId, technicalAccountSchema, value);
      return { account, versionId, isLabelledRefused: labels.includes(REFUSED_LABEL) };
    } catch (error) {
      if (!(error instanceof UnreadableSecretError)) throw error;
      throw new PisteSecretError("unreadable", secretId, `${error.message}; store {"login","password"}`);
    }
  }
}
