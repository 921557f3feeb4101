/**
 * A secret's value, kept in memory: one read at a time however many ask, read again before it is too old, and kept while
 * it is still of use where it cannot be read.
 */

export interface CachedSecretOptions<T> {
  readonly read: () => Promise<T>;
  /** For how long a value that was just read is not read again. */
  readonly freshForInSeconds: (value: T) => number;
  /** Seconds since some moment. */
  readonly elapsed: () => number;
}

/** While what is kept is of use, a source that fails is left alone for a while: each try may last as long as a time-out. */
const PAUSE_WITH_VALUE_IN_SECONDS = 30;
/** Without one, everybody is told the last failure for a moment. */
const PAUSE_WITHOUT_VALUE_IN_SECONDS = 1;

export class CachedSecret<T> {
  private held: T | undefined;
  /** By `elapsed`: before it, what is held and of use is not read again. */
  private dueAt = -Infinity;
  /** The same where nothing of use is held. */
  private retryAt = -Infinity;
  private failure: { readonly error: unknown } | undefined;
  private flight: Promise<void> | undefined;

  constructor(private readonly options: CachedSecretOptions<T>) {}

  /** The latest that was read, of use or not. */
  get latest(): T | undefined {
    return this.held;
  }

  /**
   * @param isOfUse whether a value is what the caller needs.
   * @returns undefined when what is stored is of no use.
   * @throws what the read threw, when it failed and nothing of use is held.
   */
  async get(isOfUse: (value: T) => boolean): Promise<T | undefined> {
    const ofUse = (): T | undefined => (this.held !== undefined && isOfUse(this.held) ? this.held : undefined);
    const kept = ofUse();
    if (this.options.elapsed() < (kept === undefined ? this.retryAt : this.dueAt)) {
      if (kept === undefined && this.failure !== undefined) throw this.failure.error;
      return kept;
    }
    try {
      await this.readAgain();
    } catch (error) {
      const rest = ofUse();
      if (rest === undefined) throw error;
      return rest;
    }
    return ofUse();
  }

  /**
   * Reads now, or joins a read that is under way.
   *
   * @throws what the read threw.
   */
  readAgain(): Promise<void> {
    this.flight ??= this.read().finally(() => (this.flight = undefined));
    return this.flight;
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
