/** The simulated application: its secrets, its client at PISTE, its operators, and the measures of its token. */
import { randomUUID } from "node:crypto";
import { Piste } from "../emulator";
import type { RefreshSettings } from "../lambda/token-refresh/contract";
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import { accessTokenSchema, parseSecret, parseToken } from "../piste/credentials";
import type { Environment } from "../piste/environments";
import { clientSecretName, DEFAULT_APPLICATION, tokenSecretName } from "../piste/names";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../piste/token-endpoint";
import type { FunctionRun } from "./function-run";
import type { History } from "./history";
import { Measures } from "./measures";
import { planOperatorActions } from "./operator-actions";
import { NO_TOKEN, Promised, type StoredToken } from "./promise";
import { SecretsManagerModel, type PutInput, type Version } from "./secrets-manager";
import type { VirtualTime } from "./virtual-time";
import type { ActiveDisturbances } from "./disturbances";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export class Application {
  readonly secrets = new SecretsManagerModel(() => this.time.now);
  readonly piste = new Piste(() => this.time.now);
  readonly promised: Promised;
  readonly measures: Measures;
  readonly tokenSecret: string;
  private readonly clientSecret: string;
  private credentials = { client_id: randomUUID(), client_secret: randomUUID() };
  /** The function wrote the stored token, with a correct clock. */
  private tokenIsSound = false;

  constructor(
    private readonly time: VirtualTime<FunctionRun>,
    private readonly ongoing: ActiveDisturbances,
    history: History,
    settings: RefreshSettings,
    environment: Environment,
  ) {
    this.tokenSecret = tokenSecretName(environment, DEFAULT_APPLICATION);
    this.clientSecret = clientSecretName(environment, DEFAULT_APPLICATION);
    this.promised = new Promised(settings);
    this.measures = new Measures(time.now);
    this.secrets.create(this.clientSecret);
    this.secrets.create(this.tokenSecret);
    this.piste.platform.addClient(this.credentials);
    this.plan(history);
  }

  get hasCredentials(): boolean {
    return this.secrets.peek(this.clientSecret) !== undefined;
  }

  /** The version that the function reads. */
  get tokenVersion(): Version | undefined {
    return this.secrets.current(this.tokenSecret);
  }

  /** Seconds by which the function's clock is ahead. */
  get clockError(): number {
    return this.ongoing.find("clock-error", this.time.now)?.disturbance.aheadInSeconds ?? 0;
  }

  /** Lifetime of a token that PISTE would issue now, in milliseconds. */
  offer(): number {
    const { tokenLifetimeInSeconds, sameTokenWhileValid } = this.piste.platform.settings;
    const whole = tokenLifetimeInSeconds * SECOND;
    if (!sameTokenWhileValid) return whole;
    const given = this.piste.platform.validToken(this.credentials.client_id, [DEFAULT_SCOPE])?.seconds;
    const toKeep = this.promised.secondsToKeep(this.time.now, given ?? whole / SECOND) * SECOND;
    if (toKeep > 0) return Math.min(whole, toKeep);
    // A token of doubtful lifetime may be replaced, even by an older one that PISTE gives again.
    return given === undefined ? whole : given * SECOND;
  }

  /** The function's write. */
  store(input: PutInput, run: FunctionRun): { readonly secondsLeftBefore: number } {
    const { now } = this.time;
    const before = this.promised.secondsLeft(now);
    this.measures.versionsOfLastDay(this.secrets.versionsOfLastDay(this.tokenSecret) + 1, now);
    this.secrets.put(input);
    const token = this.storedToken();
    const toKeep = this.promised.secondsToKeep(now, token.lifetime / SECOND);
    const isSound = this.clockError === 0 && Number.isFinite(token.end);
    this.measures.tokenWritten(run, { token, secondsLeftBefore: this.tokenIsSound && isSound ? toKeep : 0 }, now);
    this.tokenIsSound = isSound;
    this.promised.tokenStored(now, token);
    return { secondsLeftBefore: before };
  }

  private plan(history: History): void {
    const { time, promised } = this;
    const beginning = time.now;
    const planAt = (minutes: number, act: () => void): void => {
      time.at(beginning + minutes * MINUTE, act);
    };
    planAt(history.credentialsAfterInMinutes, () => {
      this.storeCredentials();
    });
    planOperatorActions(history.disturbances, planAt, {
      resetClientSecret: () => {
        // PISTE refuses the old secret from now on.
        this.credentials = { ...this.credentials, client_secret: randomUUID() };
        this.piste.platform.addClient(this.credentials);
      },
      storeCredentials: () => {
        this.storeCredentials();
      },
      storeClientSecret: (value) => {
        this.storeClientSecret(value);
      },
      corruptToken: (corrupt) => {
        this.secrets.put({
          SecretId: this.tokenSecret,
          SecretString: corrupt(this.secrets.peek(this.tokenSecret), time.now / SECOND),
        });
        this.tokenIsSound = false;
        promised.tokenCorrupted(time.now, this.storedToken(), this.seemsValid());
      },
    });
    for (const { kind, from, minutes } of history.disturbances) {
      if (kind !== "other-lifetime" && kind !== "same-token") continue;
      for (const when of [from, from + minutes]) {
        planAt(when, () => {
          this.followDisturbances();
        });
      }
    }
  }

  private storeCredentials(): void {
    this.storeClientSecret(JSON.stringify(this.credentials));
  }

  private storeClientSecret(value: string): void {
    this.secrets.put({ SecretId: this.clientSecret, SecretString: value });
    this.promised.clientSecretStored(this.time.now);
  }

  /** Sets how PISTE issues tokens from now on. */
  private followDisturbances(): void {
    const { platform } = this.piste;
    const other = this.ongoing.find("other-lifetime", this.time.now)?.disturbance;
    platform.settings = {
      ...platform.settings,
      tokenLifetimeInSeconds: (other?.lifetimeInMinutes ?? USUAL_TOKEN_LIFETIME_IN_MINUTES) * 60,
      expiresInAsString: other?.asString ?? false,
      sameTokenWhileValid: this.ongoing.find("same-token", this.time.now) !== undefined,
    };
  }

  /** The stored value claims to be a token that has not expired. */
  private seemsValid(): boolean {
    const token = parseToken(this.tokenSecret, this.secrets.peek(this.tokenSecret) ?? "");
    return token !== undefined && token.expires_at * SECOND > this.time.now;
  }

  /** The stored token, with PISTE's record of it. */
  private storedToken(): StoredToken {
    const { now } = this.time;
    try {
      const token = parseSecret(this.tokenSecret, accessTokenSchema, this.secrets.peek(this.tokenSecret) ?? "");
      const end = this.piste.platform.endOf(token.access_token) ?? -Infinity;
      if (end > now) return { writtenAt: now, end, lifetime: end - now, claimedEnd: token.expires_at * SECOND };
    } catch {
      // The value is not a token.
    }
    return { ...NO_TOKEN, writtenAt: now };
  }
}
