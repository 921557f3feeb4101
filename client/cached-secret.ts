/**
 * A secret's value, cached in memory. Concurrent callers share one read. If a read fails, the cached value is used
 * while it is valid.
 */

export interface CachedSecretOptions<T> {
  readonly read: () => Promise<T>;
  /** How long a value is fresh after a read. */
  readonly freshForInSeconds: (value: T) => number;
  /** Seconds since an arbitrary moment. */
  readonly elapsed: () => number;
}

/** Pause after a failed read while the cached value is valid: each try may last until its timeout. */
const PAUSE_WITH_VALUE_IN_SECONDS = 30;
/** Pause after a failed read without a valid value: callers get the last error meanwhile. */
const PAUSE_WITHOUT_VALUE_IN_SECONDS = 1;

export class CachedSecret<T> {
  private held: T | undefined;
  /** By `elapsed`: a valid value is not read again before this. */
  private dueAt = -Infinity;
  /** The same without a valid value. */
  private retryAt = -Infinity;
  private failure: { readonly error: unknown } | undefined;
  private reading: Promise<void> | undefined;

  constructor(private readonly options: CachedSecretOptions<T>) {}

  /** The latest value read, valid or not. */
  get latest(): T | undefined {
    return this.held;
  }

  /**
   * @param isValid true for a value that the caller can use.
   * @returns undefined when the stored value is not valid.
   * @throws the read's error when no valid value is cached.
   */
  async get(isValid: (value: T) => boolean): Promise<T | undefined> {
    const validValue = (): T | undefined => (this.held !== undefined && isValid(this.held) ? this.held : undefined);
    const kept = validValue();
    if (this.options.elapsed() < (kept === undefined ? this.retryAt : this.dueAt)) {
      if (kept === undefined && this.failure !== undefined) throw this.failure.error;
      return kept;
    }
    try {
      await this.readAgain();
    } catch (error) {
      const rest = validValue();
      if (rest === undefined) throw error;
      return rest;
    }
    return validValue();
  }

  /**
   * Reads now, or joins a running read.
   *
   * @throws the read's error.
   */
  readAgain(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    const { read, freshForInSeconds, elapsed } = this.options;
    try {
      this.held = await read();
      this.failure = undefined;
      this.dueAt = elapsed() + freshForInSeconds(this.held);
    } catch (error) {
      this.failure = { error };
      this.dueAt = elapsed() + PAUSE_WITH_VALUE_IN_SECONDS;
      throw error;
    } finally {
      this.retryAt = elapsed() + PAUSE_WITHOUT_VALUE_IN_SECONDS;
    }
  }
}
