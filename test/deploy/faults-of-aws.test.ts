import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { FUNCTION_TIMEOUT_IN_SECONDS } from "../../lambda/token-refresh/contract";
import { isAhead, refuses, staysSilent, together } from "./aws-proxy";
import { openFunctionFixture, type Bench, type FunctionFixture } from "./function-fixture";

jest.setTimeout(60_000);

const READ = "GetSecretValue token";
const READ_CLIENT = "GetSecretValue client";
const WRITE = "PutSecretValue token";

let fixture: FunctionFixture;
beforeAll(async () => {
  fixture = await openFunctionFixture("faults of AWS");
});
afterAll(async () => {
  await fixture.close();
});

describe("the bundled function, without a fault", () => {
  it("makes three calls of AWS and one of PISTE for a refresh, and one call of AWS while the token is fresh", async () => {
    const bench = await fixture.openBench();
    expect(await bench.tick()).toMatchObject({ result: { outcome: "refreshed" }, log: { Refreshes: 1, Ticks: 1 } });
    expect(bench.aws.calls).toEqual([READ, READ_CLIENT, WRITE]);
    expect(bench.piste.recentCalls()).toEqual([expect.objectContaining({ path: "/api/oauth/token", status: 200 })]);
    expect(await bench.holds()).toBe("a new token");

    bench.aws.calls = [];
    expect(await bench.tick()).toMatchObject({ result: { outcome: "waited", reason: "fresh" }, log: { Ticks: 1 } });
    expect(bench.aws.calls).toEqual([READ]);
    expect(bench.piste.recentCalls()).toHaveLength(1);
  });

  it("distinguishes a secret without a value from a missing one without another read", async () => {
    const bench = await fixture.openEmptyBench();
    expect(await bench.tick()).toMatchObject({ result: { outcome: "failed", reason: "unconfigured" } });
    // Unlike AWS, the emulator gives the same answer for both.
    expect(bench.aws.calls).toEqual([READ, READ_CLIENT, "DescribeSecret client"]);
  });
});

describe("the bundled function, killed", () => {
  it("between PISTE's answer and the write leaves the former token; the next tick refreshes", async () => {
    const bench = await fixture.openBench();
    bench.aws.on(WRITE, (forward) => {
      bench.kill();
      return staysSilent(forward);
    });
    const tick = await bench.tick();
    expect(tick.error).toContain("ended with SIGKILL before it answered");
    expect(tick.log).toBeUndefined();
    expect(bench.piste.recentCalls()).toHaveLength(1);
    expect(bench.aws.calls.filter((call) => call === WRITE)).toHaveLength(1);
    expect(await bench.newVersions()).toBe(0);
    expect(await bench.holds()).toBe("the former token");
    await bench.expectToHeal();
    expect(await bench.newVersions()).toBe(1);
  });

  it("after the write, before AWS's answer, leaves the new token; the next tick waits", async () => {
    const bench = await fixture.openBench();
    bench.aws.on(WRITE, async (forward) => {
      await forward();
      bench.kill();
      return staysSilent(forward);
    });
    const tick = await bench.tick();
    expect(tick.error).toContain("ended with SIGKILL before it answered");
    expect(tick.log).toBeUndefined();
    expect(await bench.holds()).toBe("a new token");
    bench.aws.heal();
    expect(await bench.tick()).toMatchObject({ result: { outcome: "waited", reason: "fresh" } });
    expect(bench.piste.recentCalls()).toHaveLength(1);
    expect(await bench.newVersions()).toBe(1);
  });
});

describe("the bundled function, when AWS", () => {
  const failed = (meaning: string) => ({
    error: expect.stringContaining(meaning),
    log: { outcome: "error", reason: "platform", meaning: expect.stringContaining(meaning), Ticks: 1 },
  });
  const expectUntouched = async (bench: Bench): Promise<void> => {
    expect(await bench.newVersions()).toBe(0);
    expect(await bench.holds()).toBe("the former token");
  };

  it.concurrent.each([
    ["ThrottlingException", "Rate exceeded", 2],
    ["AccessDeniedException", "User is not authorized", 1],
  ])("refuses the write with %s: fails, and the former token stays", async (type, message, tries) => {
    const bench = await fixture.openBench();
    bench.aws.on(WRITE, refuses(type, message));
    const tick = await bench.tick();
    expect(tick).toMatchObject(failed(`/token: ${type}: ${message}`));
    expect(tick).toMatchObject(failed("cannot write the secret piste/qualif/"));
    expect(tick.log).not.toHaveProperty("Refreshes");
    expect(bench.aws.calls.filter((call) => call === WRITE)).toHaveLength(tries);
    expect(bench.piste.recentCalls()).toHaveLength(1);
    await expectUntouched(bench);
    await bench.expectToHeal();
  });

  it.concurrent.each([
    [READ, "ThrottlingException", "token"],
    [READ, "AccessDeniedException", "token"],
    [READ_CLIENT, "AccessDeniedException", "client"],
  ] as const)(
    "refuses %s with %s: fails before PISTE is asked, and the former token stays",
    async (call, type, secret) => {
      const bench = await fixture.openBench();
      bench.aws.on(call, refuses(type, "refused"));
      const tick = await bench.tick();
      expect(tick).toMatchObject(failed(`/${secret}: ${type}: refused`));
      expect(tick).toMatchObject(failed("cannot read the secret piste/qualif/"));
      expect(bench.piste.recentCalls()).toEqual([]);
      await expectUntouched(bench);
      await bench.expectToHeal();
    },
  );

  it.concurrent("throttles the write once: refreshes in the same tick", async () => {
    const bench = await fixture.openBench();
    bench.aws.on(WRITE, refuses("ThrottlingException", "Rate exceeded"), 1);
    expect(await bench.tick()).toMatchObject({ result: { outcome: "refreshed", tries: 1 } });
    expect(await bench.holds()).toBe("a new token");
    expect(await bench.newVersions()).toBe(1);
  });

  it.concurrent(
    "loses its answer to the write: writes again, both writes make one version, and the next tick recognizes it",
    async () => {
      const bench = await fixture.openBench();
      // The function believes it only of its own version.
      bench.piste.platform.settings = { ...bench.piste.platform.settings, tokenLifetimeInSeconds: 2 * 3600 };
      bench.aws.on(WRITE, (forward) => forward().then(() => "cut"), 1);
      expect(await bench.tick()).toMatchObject({ result: { outcome: "refreshed", tries: 1 } });
      expect(bench.aws.calls.filter((call) => call === WRITE)).toHaveLength(2);
      expect(await bench.holds()).toBe("a new token");
      expect(await bench.newVersions()).toBe(1);
      expect(await bench.tick()).toMatchObject({ result: { outcome: "waited", reason: "fresh" } });
    },
  );

  it.concurrent("has a clock an hour ahead: finds the token due by that clock", async () => {
    const bench = await fixture.openBench();
    expect(await bench.tick()).toMatchObject({ result: { outcome: "refreshed" } });
    expect(await bench.tick()).toMatchObject({ result: { outcome: "waited", reason: "fresh" } });
    bench.aws.on(READ, isAhead(3600));
    const { result } = await bench.tick();
    expect(result).toMatchObject({ outcome: "refreshed", reason: "due" });
    // The new token has its dates from the same clock.
    expect(result?.expiresAt).toBeGreaterThan(Date.now() / 1000 + 1.5 * 3600);
  });

  it.concurrent("never answers the write: ends before its time-out, and the former token stays", async () => {
    const bench = await fixture.openBench();
    bench.aws.on(WRITE, staysSilent);
    const tick = await bench.tick();
    expect(tick).toMatchObject(failed("/token: TimeoutError"));
    expect(bench.aws.calls.filter((call) => call === WRITE)).toHaveLength(2);
    expect(tick.seconds).toBeGreaterThan(6);
    expect(tick.seconds).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS - 10);
    await expectUntouched(bench);
    await bench.expectToHeal();
  });
});

describe("two runs of the bundled function at once", () => {
  it("both fetch a token, and one of them writes", async () => {
    const bench = await fixture.openBench();
    bench.aws.on(READ, together(2));
    const ticks = await Promise.all([bench.tick(), bench.tick()]);
    expect(ticks.map(({ result }) => result?.outcome).sort()).toEqual(["kept", "refreshed"]);
    expect(ticks.map(({ result }) => result?.reason)).toContain("written-meanwhile");
    expect(await bench.holds()).toBe("a new token");
    expect(await bench.newVersions()).toBe(1);
    bench.aws.heal();
    expect(await bench.tick()).toMatchObject({ result: { outcome: "waited", reason: "fresh" } });
  });
});

describe("a token secret overwritten by a person", () => {
  const token = (issuedAt: number, expiresAt: number): string =>
    JSON.stringify({
      access_token: "canary-token-made-by-hand",
      token_type: "Bearer",
      scope: "openid",
      issued_at: issuedAt,
      expires_at: expiresAt,
    });
  const now = Math.floor(Date.now() / 1000);
  const tenYears = 10 * 365 * 24 * 3600;

  it.concurrent.each([
    ["with no JSON", "canary-token-made-by-hand", "unreadable"],
    ["with an empty object", "{}", "unreadable"],
    ["with an expiry in ten years, an hour after its issue", token(now - 3600, now + tenYears), "long-lived"],
    ["with an expired token", token(now - 7200, now - 3600), "due"],
  ])("%s is replaced by the next tick", async (_, value, reason) => {
    const bench = await fixture.openBench();
    await bench.spoil(value);
    const tick = await bench.tick();
    expect(tick).toMatchObject({ result: { outcome: "refreshed", reason, tries: 1 }, log: { Refreshes: 1 } });
    expect(JSON.stringify(tick)).not.toContain("canary-token-made-by-hand");
    expect(await bench.holds()).toBe("a new token");
    expect(await bench.newVersions()).toBe(1);
  });
});
