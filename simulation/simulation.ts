/**
 * Simulates days of an application on a fake clock: the deployed handler's code runs on its schedule, with the
 * emulator's PISTE and a model of Secrets Manager, under the disturbances of a history.
 */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  DEFAULT_REFRESH_SETTINGS,
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  type Operation,
  type RefreshSettings,
} from "../lambda/token-refresh/contract";
import { decide, type TokenState } from "../lambda/token-refresh/decision";
import { createHandler, type Handler } from "../lambda/token-refresh/handler";
import { pendingCredentials } from "../lambda/token-refresh/pending-credentials";
import { readToken } from "../lambda/token-refresh/refresh";
import type { RunResult } from "../lambda/token-refresh/report";
import { PlatformError, secretStore } from "../lambda/shared/secret-store";
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import { HOSTS, type Environment } from "../piste/environments";
import { DEFAULT_APPLICATION } from "../piste/names";
import { Application } from "./application";
import { describedApplication } from "./described";
import type { FunctionRun } from "./function-run";
import { MINUTES_PER_DAY, TRIES_AFTER_IN_SECONDS, type Disturbance, type History } from "./history";
import type { Measured } from "./measures";
import type { Version } from "./secrets-manager";
import { DisturbedPiste } from "./disturbed-piste";
import { disturbedSecrets } from "./disturbed-secrets";
import { VirtualTime } from "./virtual-time";
import {
  tickCondition,
  touchRead,
  ActiveDisturbances,
  type TickCondition,
  type TimedDisturbance,
} from "./disturbances";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Any day would do. */
const BEGINNING = Date.UTC(2026, 0, 1);
const MINUTES_PER_HOUR = 60;
/** Start of the hourly password check: its schedule's minute, and Scheduler's flexible window. */
const PASSWORDS_AT_MINUTE = 5;
const PASSWORDS_WINDOW_IN_MINUTES = 50;
/** The function's setting: Lambda's minimum. */
const MAXIMUM_EVENT_AGE_IN_MILLISECONDS = 60 * SECOND;
/** Maximum delay of a duplicate. */
const DUPLICATE_WITHIN_IN_MILLISECONDS = 3 * SECOND;

/** Receives the events of a simulation, for charts and alarms. Epoch milliseconds. */
export interface Observer {
  begins?(now: number): void;
  /** @param surelyLeft seconds of validity, counting no more than the usual lifetime. */
  minute?(now: number, secondsLeft: number, within: boolean, surelyLeft: number): void;
  refreshed?(now: number, secondsLeftBefore: number, secondsLeft: number): void;
  disturbance?(kind: Disturbance["kind"], start: number, end: number): void;
  /** A line that the function logged. */
  line?(now: number, line: string): void;
  /** A tick was missed or its run failed. */
  troubled?(now: number): void;
  /** A run ended; `failed` if it threw or was killed: Lambda's `Errors`. */
  ran?(startedAt: number, failed: boolean): void;
  /** Lambda dropped an event: no attempt started the function, or its only run failed. */
  dropped?(now: number): void;
}

export interface SimulationOptions {
  /** @default "qualif" */
  readonly environment?: Environment;
  readonly settings?: Partial<RefreshSettings>;
  readonly observer?: Observer;
  /** Ends at the first broken promise. */
  readonly untilBroken?: boolean;
  /**
   * Also runs the handler at ticks that find the same token fresh again; always true with an observer of lines.
   *
   * @default false
   */
  readonly playsAllTicks?: boolean;
}

export async function simulate(history: History, options: SimulationOptions = {}): Promise<Measured> {
  return new World(history, options).run();
}

class World {
  private readonly settings: RefreshSettings;
  private readonly environment: Environment;
  private readonly observer: Observer;
  private readonly untilBroken: boolean;
  private readonly time = new VirtualTime<FunctionRun>(BEGINNING);
  private readonly chance: () => number;
  /** For events that only observers see, so that they do not change the sequence of `chance`. */
  private readonly chanceBeside: () => number;
  private readonly ongoing: ActiveDisturbances;
  private readonly application: Application;
  private readonly handler: Handler;
  private readonly playsAllTicks: boolean;
  /** The last version that the handler found fresh. */
  private seen: { readonly version: Version; readonly state: TokenState } | undefined;

  constructor(
    private readonly history: History,
    options: SimulationOptions,
  ) {
    this.environment = options.environment ?? "qualif";
    this.untilBroken = options.untilBroken ?? false;
    this.settings = { ...DEFAULT_REFRESH_SETTINGS, ...options.settings };
    this.observer = options.observer ?? {};
    const chances = (seed: number): (() => number) => {
      const generator = xoroshiro128plus(seed);
      return () => uniformFloat64(generator);
    };
    this.chance = chances(history.seed);
    this.chanceBeside = chances(history.seed + 1);
    this.ongoing = new ActiveDisturbances(history.disturbances, BEGINNING);
    this.application = new Application(this.time, this.ongoing, history, this.settings, this.environment);
    this.playsAllTicks = options.playsAllTicks === true || this.observer.line !== undefined;
    this.handler = this.createHandler();
  }

  async run(): Promise<Measured> {
    const { time } = this;
    this.observer.begins?.(BEGINNING);
    const { promised, measures } = this.application;
    this.planRunsByHand();
    for (let minute = 0; minute < this.history.days * MINUTES_PER_DAY; minute++) {
      const now = BEGINNING + minute * MINUTE;
      await time.runUntil(now);
      if (minute > 0) {
        promised.minuteEnds(now);
        if (this.untilBroken && measures.isBroken(promised)) break;
        this.observer.minute?.(now, promised.secondsLeft(now), promised.isWithin, promised.surelyLeft(now));
      }
      // Password checks are slow, and only alarms see them.
      if (this.observer.line !== undefined && minute % MINUTES_PER_HOUR === 0) this.planPasswords(now);
      this.planTick(minute, now);
    }
    await time.runUntil(time.now + MINUTE);
    promised.minuteEnds(time.now);
    return measures.result(promised, this.history.days);
  }

  private createHandler(): Handler {
    const piste = new DisturbedPiste(this.application.piste, this.ongoing, this.time, this.chance);
    const client = disturbedSecrets({
      model: this.application.secrets,
      ongoing: this.ongoing,
      time: this.time,
      tokenSecret: this.application.tokenSecret,
      onWrite: (input, run) => {
        const { secondsLeftBefore } = this.application.store(input, run);
        this.observer.refreshed?.(
          this.time.now,
          secondsLeftBefore,
          this.application.promised.secondsLeft(this.time.now),
        );
      },
    });
    const readParameter = describedApplication(this.environment);
    return createHandler({
      secrets: secretStore(client),
      pending: pendingCredentials(client),
      listVersions: (name) =>
        Promise.resolve(
          this.application.secrets
            .list({ SecretId: name, IncludeDeprecated: true })
            .map(({ VersionId, CreatedDate }) => ({ versionId: VersionId, storedAt: CreatedDate.getTime() / SECOND })),
        ),
      accounts: {
        readParameter: (name) =>
          this.ongoing.find("password-checks-fail", this.time.now) === undefined
            ? readParameter(name)
            : Promise.reject(new PlatformError("AccessDeniedException")),
        currentVersion: () => Promise.resolve({ labels: ["AWSCURRENT"], storedAt: BEGINNING }),
      },
      transport: (request) => {
        const run = this.running();
        run.requests += 1;
        return piste.call(request, run).then((answer) => {
          // With a wrong clock, the slow pace uses other minutes.
          const slowPaceFrom =
            this.application.clockError === 0 ? this.application.promised.slowPaceAtTheLatest : Infinity;
          this.application.measures.answered(run, answer.status, slowPaceFrom);
          return answer;
        });
      },
      nowInMilliseconds: () => this.time.now + this.application.clockError * SECOND,
      sleep: this.time.sleep,
      random: this.chance,
      variables: {
        AWS_LAMBDA_FUNCTION_NAME: "the-function",
        ...encodeSettings({
          ...this.settings,
          environment: this.environment,
          application: DEFAULT_APPLICATION,
          tokenEndpoint: HOSTS[this.environment].tokenEndpoint,
          scope: DEFAULT_SCOPE,
        }),
      },
      log: (line) => {
        if (this.observer.line !== undefined && this.time.active?.killed === false) {
          this.observer.line(this.time.now, line);
        }
      },
    });
  }

  private planTick(minute: number, now: number): void {
    const startedAt = Math.floor(now + this.lateness());
    this.time.at(startedAt, () => {
      this.tick(minute);
    });
  }

  /** Less than a minute. */
  private lateness(): number {
    const chance = this.chance();
    switch (this.history.lateness) {
      case "prompt":
        return chance * 2 * SECOND;
      case "any":
        return chance * MINUTE;
      case "extreme":
        return chance < 0.5 ? chance * 2 * SECOND : MINUTE - (1 - chance) * 10 * SECOND;
    }
  }

  private tick(minute: number): void {
    const { now } = this.time;
    if (now >= this.application.promised.dueAt) this.ongoing.tokenIsDue(now);
    const active = this.ongoing.at(now, FUNCTION_TIMEOUT_IN_SECONDS * SECOND);
    for (const timed of active) this.disturbanceBegins(timed);
    const condition = this.application.hasCredentials ? tickCondition(active) : "stopped";
    this.application.promised.tickBegins(now, condition, this.application.offer());
    if (this.ongoing.find("missed-ticks", now) !== undefined) {
      this.observer.troubled?.(now);
      return;
    }
    const room = this.ongoing.find("no-room", now)?.disturbance.seconds ?? 0;
    const startsAfter = TRIES_AFTER_IN_SECONDS.find((seconds) => seconds >= room);
    if (startsAfter === undefined) {
      this.observer.troubled?.(now);
      const dropped = now + MAXIMUM_EVENT_AGE_IN_MILLISECONDS;
      this.time.at(dropped, () => this.observer.dropped?.(dropped));
      return;
    }
    this.start(now + startsAfter * SECOND, minute, condition, false);
    if (this.ongoing.find("duplicate-ticks", now) !== undefined) {
      const later = Math.floor(this.chance() * DUPLICATE_WITHIN_IN_MILLISECONDS);
      this.start(now + later, minute, condition, true);
    }
  }

  private readonly begun = new Set<object>();
  private readonly underWay = new Set<FunctionRun>();

  private disturbanceBegins(timed: TimedDisturbance): void {
    if (this.begun.has(timed)) return;
    this.begun.add(timed);
    this.observer.disturbance?.(timed.disturbance.kind, timed.start, timed.end);
    if (timed.disturbance.kind === "outage") this.application.promised.outageBegins(timed);
  }

  private planRunsByHand(): void {
    for (const { kind, from } of this.history.disturbances) {
      if (kind !== "refresh-by-hand") continue;
      this.time.at(BEGINNING + from * MINUTE, () => {
        this.startBeside("refresh");
      });
    }
  }

  private planPasswords(hour: number): void {
    const minutes = PASSWORDS_AT_MINUTE + this.chanceBeside() * PASSWORDS_WINDOW_IN_MINUTES;
    this.time.at(Math.floor(hour + minutes * MINUTE), () => {
      if (this.ongoing.find("no-password-checks", this.time.now) !== undefined) {
        this.observer.troubled?.(this.time.now);
        return;
      }
      this.startBeside("passwords");
    });
  }

  /** A run that is not a tick: the promise does not cover it. */
  private startBeside(operation: Exclude<Operation, "tick">): void {
    const minute = Math.floor((this.time.now - BEGINNING) / MINUTE);
    this.start(this.time.now, minute, "clear", true, operation);
  }

  private start(
    startedAt: number,
    minute: number,
    condition: TickCondition,
    duplicate: boolean,
    operation: Operation = "tick",
  ): void {
    const run: FunctionRun = {
      startedAt,
      minute,
      duplicate,
      condition,
      leadingFailures: operation === "tick" ? Math.floor(this.chance() * 3) : 0,
      reads: 0,
      writes: 0,
      requests: 0,
      mayThrow: operation === "passwords",
      killed: false,
    };
    const input = { environment: this.environment, application: DEFAULT_APPLICATION, operation };
    this.time.startAt(startedAt, run, () => {
      this.underWay.add(run);
      if (operation === "tick" && !this.playsAllTicks && this.findsFreshAgain()) {
        run.reads = 1;
        this.ended(run, { outcome: "waited", reason: "fresh" });
        return undefined;
      }
      return this.handler(input).then(
        (result) => {
          this.ended(run, result);
        },
        (error: unknown) => {
          this.ended(run, error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** A run that starts now would read the same version without disturbance, and find it fresh again. */
  private findsFreshAgain(): boolean {
    const { now } = this.time;
    const { seen, settings } = this;
    return (
      seen !== undefined &&
      seen.version === this.application.tokenVersion &&
      !touchRead(this.ongoing.at(now)) &&
      decide({ token: seen.state, now: Math.floor(now / SECOND), settings }).reason === "fresh"
    );
  }

  /** The handler found the stored token fresh. */
  private foundFresh(): void {
    const { tokenVersion: version, tokenSecret } = this.application;
    if (version === undefined || version === this.seen?.version) return;
    const storedAt = Math.floor(version.createdAt / SECOND);
    const stored = { value: version.value, storedAt, versionId: version.id };
    this.seen = { version, state: readToken(tokenSecret, stored, Math.floor(this.time.now / SECOND)).state };
  }

  private ended(run: FunctionRun, result: RunResult | Error): void {
    const { now } = this.time;
    this.application.measures.runEnded(run, result, now);
    const hasThrown = result instanceof Error;
    this.observer.ran?.(run.startedAt, hasThrown);
    // Lambda does not retry the event.
    if (hasThrown) this.observer.dropped?.(now);
    if (hasThrown || (result.outcome === "failed" && result.reason !== "unconfigured")) {
      this.observer.troubled?.(run.startedAt);
    } else if (result.reason === "fresh") this.foundFresh();
    this.underWay.delete(run);
    if (run.condition === "clear" && !run.duplicate) {
      const isLast = [...this.underWay].every(({ startedAt, duplicate }) => duplicate || startedAt > run.startedAt);
      this.application.promised.clearTickEnds(now, isLast);
    }
  }

  private running(): FunctionRun {
    if (this.time.active === undefined) throw new Error("no run is active");
    return this.time.active;
  }
}
