import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS, dueWhenSecondsLeft } from "../../../lambda/token-refresh/contract";
import { logLine } from "../../../lambda/token-refresh/report";
import type { AccessToken } from "../../../piste/credentials";
import { CREDENTIALS, metricsOf, openWorkshop, START, TOKEN_SECRET, type Workshop } from "./surroundings";

const HOUR = 3600;
const DUE_AGE = HOUR - dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);
const INPUT = { environment: "qualif", application: "chorus-pro", operation: "tick" } as const;

/** The metrics of the run that was reported last. */
const lastMetrics = ({ lines }: Workshop): Record<string, number> => metricsOf(lines.at(-1));

describe("a line of the log", () => {
  it("is one line of JSON that CloudWatch takes its metrics from", () => {
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

  it("has the run's own time and the request's id", async () => {
    const workshop = openWorkshop();
    await workshop.run("tick", "the-id");
    expect(JSON.parse(workshop.lines[0] ?? "")).toMatchObject({
      _aws: { Timestamp: START * 1000 },
      requestId: "the-id",
      operation: "tick",
      outcome: "refreshed",
    });
  });

  it("is the only one of a run, and holds the answer's facts", async () => {
    const workshop = openWorkshop();
    workshop.break({ status: 503, body: "html" });
    await workshop.tick();
    expect(workshop.lines).toHaveLength(1);
    expect(JSON.parse(workshop.lines[0] ?? "")).toMatchObject({ status: 503, contentType: "text/html;charset=utf-8" });
  });
});

describe("the metrics of a tick", () => {
  it("on a first token: the new token's seconds, and the refresh", async () => {
    const workshop = openWorkshop();
    await workshop.tick();
    expect(lastMetrics(workshop)).toEqual({ Ticks: 1, SecondsToExpiry: HOUR, Refreshes: 1, RefreshMilliseconds: 0 });
  });

  it("that waits: the seconds left", async () => {
    const workshop = openWorkshop();
    await workshop.tick();
    workshop.clock.forward(600);
    await workshop.tick();
    expect(lastMetrics(workshop)).toEqual({ Ticks: 1, SecondsToExpiry: HOUR - 600 });
  });

  it("that refreshes: the seconds left at its start, and how long the refresh took with its pauses", async () => {
    const workshop = openWorkshop();
    await workshop.tick();
    workshop.clock.forward(DUE_AGE);
    workshop.break({ status: 503, times: 1 });
    await workshop.tick();
    expect(lastMetrics(workshop)).toEqual({
      Ticks: 1,
      SecondsToExpiry: HOUR - DUE_AGE,
      Refreshes: 1,
      RefreshMilliseconds: 1000,
    });
  });

  it("on an expired token: none left, never less, unless it is healed", async () => {
    const workshop = openWorkshop();
    await workshop.tick();
    workshop.clock.forward(HOUR + 100);
    await workshop.tick();
    expect(lastMetrics(workshop)).toMatchObject({ SecondsToExpiry: HOUR, Refreshes: 1 });
    workshop.clock.forward(HOUR + 100);
    workshop.break({ status: 503 });
    await workshop.tick();
    expect(lastMetrics(workshop)).toMatchObject({ SecondsToExpiry: 0, Unavailable: 1 });
  });

  it("without a token at a slow pace: none left", async () => {
    const workshop = openWorkshop();
    workshop.clock.forward(2 * HOUR + 60);
    await workshop.tick();
    expect(lastMetrics(workshop)).toEqual({ Ticks: 1, SecondsToExpiry: 0 });
  });

  it("when unconfigured: that, and no seconds, since nothing can lapse", async () => {
    const workshop = openWorkshop({ credentials: undefined });
    await workshop.tick();
    expect(lastMetrics(workshop)).toEqual({ Ticks: 1, Unconfigured: 1 });
  });

  it("that keeps a longer token: no refresh", async () => {
    const workshop = openWorkshop();
    await workshop.tick();
    workshop.clock.forward(DUE_AGE);
    workshop.piste.platform.settings = { ...workshop.piste.platform.settings, tokenLifetimeInSeconds: 60 };
    await workshop.tick();
    expect(lastMetrics(workshop)).toEqual({ Ticks: 1, SecondsToExpiry: HOUR - DUE_AGE, RefreshMilliseconds: 0 });
  });
});

describe("the metrics of the operation refresh", () => {
  it("are its refresh alone: it is not a tick and says nothing of expiry", async () => {
    const workshop = openWorkshop();
    await workshop.refresh();
    expect(lastMetrics(workshop)).toEqual({ Refreshes: 1, RefreshMilliseconds: 0 });
    await workshop.refresh();
    expect(lastMetrics(workshop)).toEqual({ Refreshes: 1, RefreshMilliseconds: 0 });
  });

  it("are its failure's class", async () => {
    const workshop = openWorkshop();
    workshop.break({ status: 400, error: "invalid_client" });
    await workshop.refresh();
    expect(lastMetrics(workshop)).toEqual({ Rejected: 1 });
  });
});

describe("no line and no result", () => {
  const LOGIN = "TECH_1_canary-login@cpro.fr";
  const PASSWORD = "canary-password-3f7e";

  it("holds a token, a client secret, a client id, a login or a password, whatever happens", async () => {
    const workshop = openWorkshop();
    workshop.secrets.put("piste/qualif/chorus-pro/technical-account/default", { login: LOGIN, password: PASSWORD });
    const results: unknown[] = [];
    const run = async (): Promise<void> => {
      results.push(await workshop.refresh().catch((error: unknown) => String(error)));
      results.push(await workshop.tick().catch((error: unknown) => String(error)));
      workshop.piste.faults.clear();
      workshop.secrets.refuse = undefined;
      workshop.clock.forward(DUE_AGE);
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
      workshop.break(fault);
      await run();
    }
    for (const refuse of ["read", "write"] as const) {
      workshop.secrets.refuse = refuse;
      await run();
    }
    workshop.secrets.put(TOKEN_SECRET, `{"access_token":"canary-token-55ab"`);
    workshop.break({ status: 503 });
    await run();

    const shown = [...workshop.lines, JSON.stringify(results)].join("\n");
    expect(workshop.lines.length).toBe(2 * (faults.length + 3));
    const tokens = workshop.secrets.writes.map(({ value }) => (JSON.parse(value) as AccessToken).access_token);
    // One that was stored, and one that AWS did not take.
    expect(new Set(tokens).size).toBe(2);
    const secrets = [...tokens, "canary-token-55ab", ...Object.values(CREDENTIALS), LOGIN, PASSWORD];
    for (const secret of secrets) expect(shown).not.toContain(secret);
    for (const line of workshop.lines) {
      expect(line).not.toContain("\n");
      expect(() => metricsOf(line)).not.toThrow();
    }
  });
});
