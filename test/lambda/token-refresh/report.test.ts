import { describe, expect, it } from "@jest/globals";
import {
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  lapsingWhenSecondsLeft,
} from "../../../lambda/token-refresh/contract";
import { logLine } from "../../../lambda/token-refresh/report";
import type { AccessToken } from "../../../piste/credentials";
import { CREDENTIALS, metricsOf, openFixture, START, TOKEN_SECRET, type Fixture } from "./fixture";

const HOUR = 3600;
const DUE_AGE = HOUR - dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
const INPUT = { environment: "qualif", application: "chorus-pro", operation: "tick" } as const;

/** The metrics of the latest run. */
const lastMetrics = ({ lines }: Fixture): Record<string, number> => metricsOf(lines.at(-1));

describe("a line of the log", () => {
  it("is one line of JSON in CloudWatch's embedded metric format", () => {
    const line = logLine(
      INPUT,
      { outcome: "waited", reason: "fresh\nnext" },
      { ticks: 1, rejected: 0 },
      1234,
      "the-id",
    );
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual({
      _aws: {
        Timestamp: 1234,
        CloudWatchMetrics: [
          {
            Namespace: "Piste",
            Dimensions: [["Environment", "Application"]],
            Metrics: [
              { Name: "Ticks", Unit: "Count" },
              { Name: "Rejected", Unit: "Count" },
            ],
          },
        ],
      },
      Environment: "qualif",
      Application: "chorus-pro",
      Ticks: 1,
      Rejected: 0,
      operation: "tick",
      outcome: "waited",
      reason: "fresh\nnext",
      requestId: "the-id",
    });
  });

  it("has the run's time and the request id", async () => {
    const fixture = openFixture();
    await fixture.run("tick", "the-id");
    expect(JSON.parse(fixture.lines[0] ?? "")).toMatchObject({
      _aws: { Timestamp: START * 1000 },
      requestId: "the-id",
      operation: "tick",
      outcome: "refreshed",
    });
  });

  it("is the only one of a run, and holds its result", async () => {
    const fixture = openFixture();
    fixture.break({ status: 503, body: "html" });
    await fixture.tick();
    expect(fixture.lines).toHaveLength(1);
    expect(JSON.parse(fixture.lines[0] ?? "")).toMatchObject({ status: 503, contentType: "text/html;charset=utf-8" });
  });
});

describe("the metrics of a tick", () => {
  it("with a first token: the new token's seconds, and the refresh", async () => {
    const fixture = openFixture();
    await fixture.tick();
    expect(lastMetrics(fixture)).toEqual({ Ticks: 1, SecondsToExpiry: HOUR, Refreshes: 1, RefreshMilliseconds: 0 });
  });

  it("that waits: the seconds left", async () => {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.forward(600);
    await fixture.tick();
    expect(lastMetrics(fixture)).toEqual({ Ticks: 1, SecondsToExpiry: HOUR - 600 });
  });

  it("that refreshes: the seconds left at its start, and the refresh's duration with its pauses", async () => {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.forward(DUE_AGE);
    fixture.break({ status: 503, times: 1 });
    await fixture.tick();
    expect(lastMetrics(fixture)).toEqual({
      Ticks: 1,
      SecondsToExpiry: HOUR - DUE_AGE,
      Refreshes: 1,
      RefreshMilliseconds: 1000,
    });
  });

  it("with an expired token: 0 seconds, unless it is replaced", async () => {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.forward(HOUR + 100);
    await fixture.tick();
    expect(lastMetrics(fixture)).toMatchObject({ SecondsToExpiry: HOUR, Refreshes: 1 });
    fixture.clock.forward(HOUR + 100);
    fixture.break({ status: 503 });
    await fixture.tick();
    expect(lastMetrics(fixture)).toMatchObject({ SecondsToExpiry: 0, Unavailable: 1 });
  });

  it("without a token at a slow pace: 0 seconds", async () => {
    const fixture = openFixture();
    fixture.clock.forward(2 * HOUR + 60);
    await fixture.tick();
    expect(lastMetrics(fixture)).toEqual({ Ticks: 1, SecondsToExpiry: 0 });
  });

  it("when unconfigured: `Unconfigured`, and no seconds, since no token can lapse", async () => {
    const fixture = openFixture({ credentials: undefined });
    await fixture.tick();
    expect(lastMetrics(fixture)).toEqual({ Ticks: 1, Unconfigured: 1 });
  });

  it("that keeps a token with a later end: no refresh", async () => {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.forward(DUE_AGE);
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds: 60 };
    await fixture.tick();
    expect(lastMetrics(fixture)).toEqual({ Ticks: 1, SecondsToExpiry: HOUR - DUE_AGE, RefreshMilliseconds: 0 });
  });
});

describe("the seconds left that a tick reports", () => {
  const LAPSING = lapsingWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);

  /** Runs a tick when the token has this many seconds left. */
  async function tickWith(secondsLeft: number, before: (fixture: Fixture) => void = () => undefined): Promise<unknown> {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.forward(HOUR - secondsLeft);
    before(fixture);
    await fixture.tick().catch(() => undefined);
    return lastMetrics(fixture)["SecondsToExpiry"];
  }

  it("are those at its start if the token was healthy, even after a refresh", async () => {
    expect(await tickWith(LAPSING)).toBe(LAPSING);
  });

  it("are the new token's if it has replaced a lapsing one", async () => {
    expect(await tickWith(LAPSING - 1)).toBe(HOUR);
    expect(await tickWith(0)).toBe(HOUR);
  });

  it.each([
    [
      "PISTE is down",
      (fixture: Fixture): void => {
        fixture.break({ status: 503 });
      },
      40,
    ],
    [
      "PISTE refuses the client",
      (fixture: Fixture): void => {
        fixture.break({ error: "invalid_client" });
      },
      40,
    ],
    ["AWS refuses the write", (fixture: Fixture): void => void (fixture.secrets.refuse = "write"), 40],
  ])("are those left if %s and the token is not replaced", async (_, before, left) => {
    expect(await tickWith(left, before)).toBe(left);
  });

  it("are those of PISTE's token if it is short-lived", async () => {
    const lifetime = (fixture: Fixture): void => {
      fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds: 90 };
    };
    expect(await tickWith(40, lifetime)).toBe(90);
  });

  it("are the new token's if the old one's long lifetime was doubted", async () => {
    const doubtful = (fixture: Fixture): void => {
      const now = Math.floor(fixture.clock.now() / 1000);
      const token = { ...fixture.token(), issued_at: now - 1_800, expires_at: now + 10 * HOUR };
      fixture.secrets.put(TOKEN_SECRET, token);
    };
    expect(await tickWith(40, doubtful)).toBe(HOUR);
  });
});

describe("the time of a line", () => {
  it.each([
    [61, START],
    [2 * HOUR, START],
    [-61, START],
    [-2 * HOUR, START],
    [60, START + 60],
    [-60, START - 60],
  ])("is AWS's when the function's clock is off by more than a minute: %d s", async (aheadInSeconds, seconds) => {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.aheadInSeconds = aheadInSeconds;
    await fixture.tick();
    expect(JSON.parse(fixture.lines.at(-1) ?? "")).toMatchObject({ _aws: { Timestamp: seconds * 1000 } });
  });

  it("is AWS's even if the run throws", async () => {
    const fixture = openFixture();
    await fixture.tick();
    fixture.clock.forward(HOUR);
    fixture.clock.aheadInSeconds = 2 * HOUR;
    fixture.secrets.refuse = "write";
    await expect(fixture.tick()).rejects.toThrow("cannot write");
    expect(JSON.parse(fixture.lines.at(-1) ?? "")).toMatchObject({
      _aws: { Timestamp: (START + HOUR) * 1000 },
      outcome: "error",
    });
  });
});

describe("the metrics of the operation refresh", () => {
  it("are only its refresh, without `Ticks` and `SecondsToExpiry`", async () => {
    const fixture = openFixture();
    await fixture.refresh();
    expect(lastMetrics(fixture)).toEqual({ Refreshes: 1, RefreshMilliseconds: 0 });
    await fixture.refresh();
    expect(lastMetrics(fixture)).toEqual({ Refreshes: 1, RefreshMilliseconds: 0 });
  });

  it("have its failure's class", async () => {
    const fixture = openFixture();
    fixture.break({ status: 400, error: "invalid_client" });
    await fixture.refresh();
    expect(lastMetrics(fixture)).toEqual({ Rejected: 1 });
  });
});

describe("a line or result", () => {
  const LOGIN = "TECH_1_canary-login@cpro.fr";
  const PASSWORD = "canary-password-3f7e";

  it("never holds a token, client secret, client id, login or password", async () => {
    const fixture = openFixture();
    fixture.secrets.put("piste/qualif/chorus-pro/technical-account/default", { login: LOGIN, password: PASSWORD });
    const results: unknown[] = [];
    const run = async (): Promise<void> => {
      results.push(await fixture.refresh().catch((error: unknown) => String(error)));
      results.push(await fixture.tick().catch((error: unknown) => String(error)));
      fixture.piste.faults.clear();
      fixture.secrets.refuse = undefined;
      fixture.clock.forward(DUE_AGE);
    };
    const faults = [
      {},
      { status: 400, error: "invalid_client" },
      { status: 401, error: "invalid_client" },
      { status: 429, retryAfterInSeconds: 3 },
      { status: 503, body: "html" },
      { body: "empty" },
      { body: "huge" },
      { connection: "half-body" },
    ] as const;
    for (const fault of faults) {
      fixture.break(fault);
      await run();
    }
    for (const refuse of ["read", "write"] as const) {
      fixture.secrets.refuse = refuse;
      await run();
    }
    fixture.secrets.put(TOKEN_SECRET, `{"access_token":"canary-token-55ab"`);
    fixture.break({ status: 503 });
    await run();

    const shown = [...fixture.lines, JSON.stringify(results)].join("\n");
    expect(fixture.lines.length).toBe(2 * (faults.length + 3));
    const tokens = fixture.secrets.writes.map(({ value }) => (JSON.parse(value) as AccessToken).access_token);
    // A stored token, and one that AWS refused to store.
    expect(new Set(tokens).size).toBe(2);
    const secrets = [...tokens, "canary-token-55ab", ...Object.values(CREDENTIALS), LOGIN, PASSWORD];
    for (const secret of secrets) expect(shown).not.toContain(secret);
    for (const line of fixture.lines) {
      expect(line).not.toContain("\n");
      expect(() => metricsOf(line)).not.toThrow();
    }
  });

  it("never holds control or direction characters", () => {
    const meaning = "a\u009b31mb\u202ec\u2028d\u0085e\u0000";
    const line = logLine(INPUT, { outcome: "error", reason: "platform", meaning }, {}, 0, undefined);
    expect(line).toContain('"meaning":"a\\u009b31mb\\u202ec\\u2028d\\u0085e\\u0000"');
    expect(JSON.parse(line)).toMatchObject({ meaning });
  });
});
