import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Fault } from "../../emulator";
import { FUNCTION_TIMEOUT_IN_SECONDS, TICK_DEADLINE_IN_SECONDS } from "../../lambda/token-refresh/contract";
import { openFunctionFixture, type Bench, type FunctionFixture } from "./function-fixture";

jest.setTimeout(60_000);

/** Times between the arrivals of requests at PISTE. */
function pausesInSeconds({ piste }: Bench): number[] {
  const times = piste.recentCalls().map(({ at }) => Date.parse(at) / 1000);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

/** A timer may fire a little early by another clock. */
const atLeast = (seconds: number): number => seconds - 0.01;

// Concurrent, so that their waiting times overlap.
describe("the bundled function, with a PISTE", () => {
  let fixture: FunctionFixture;
  let elsewhere: Server;
  const requestsElsewhere: string[] = [];
  beforeAll(async () => {
    fixture = await openFunctionFixture("faults of PISTE");
    elsewhere = createServer((request, response) => {
      requestsElsewhere.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    elsewhere.close();
    await fixture.close();
  });

  const benchWith = async (fault: Omit<Fault, "on">): Promise<Bench> => {
    const bench = await fixture.openBench();
    bench.piste.faults.add({ on: "token", ...fault });
    return bench;
  };

  it.concurrent("that never answers: gives up before its deadline and its time-out", async () => {
    const bench = await benchWith({ connection: "hang" });
    const { seconds, ...tick } = await bench.tick();
    expect(tick).toMatchObject({
      result: { outcome: "failed", class: "unavailable", reason: "timeout-read" },
      log: { Unavailable: 1 },
    });
    // Two complete attempts, and a third if the pauses were short.
    expect([2, 3]).toContain(tick.result?.tries);
    expect((tick.result?.milliseconds ?? Infinity) / 1000).toBeLessThan(TICK_DEADLINE_IN_SECONDS);
    expect(seconds).toBeGreaterThan(16);
    expect(seconds).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS - 5);
    expect(await bench.holds()).toBe("the former token");
    await bench.expectToHeal();
  });

  it.concurrent.each([
    ["cuts the connection", { connection: "reset" }, "unavailable", "reset", "Unavailable"],
    ["breaks off during its answer", { connection: "half-body" }, "unavailable", "half-body", "Unavailable"],
    ["throttles without Retry-After", { status: 429 }, "throttled", "throttled", "Throttled"],
  ] as const)(
    "that %s at each attempt: tries three times with pauses, and leaves the token to the next tick",
    async (_, fault, failureClass, reason, metric) => {
      const bench = await benchWith(fault);
      expect(await bench.tick()).toMatchObject({
        result: { outcome: "failed", class: failureClass, reason, tries: 3 },
        log: { [metric]: 1 },
      });
      const [first, second, ...more] = pausesInSeconds(bench);
      expect(first).toBeGreaterThanOrEqual(atLeast(0.5));
      expect(second).toBeGreaterThanOrEqual(atLeast(1));
      expect(more).toEqual([]);
      expect(await bench.holds()).toBe("the former token");
      await bench.expectToHeal();
    },
  );

  it.concurrent.each([
    ["cuts the connection", { connection: "reset" }, 0.5],
    ["breaks off during its answer", { connection: "half-body" }, 0.5],
    ["throttles for three seconds", { retryAfterInSeconds: 3 }, 3],
  ] as const)("that %s once: refreshes in the same tick", async (_, fault, shortestPause) => {
    const bench = await benchWith({ ...fault, times: 1 });
    const tick = await bench.tick();
    expect(tick).toMatchObject({ result: { outcome: "refreshed", reason: "due", tries: 2 }, log: { Refreshes: 1 } });
    expect(tick.log).not.toHaveProperty("Unavailable");
    expect(pausesInSeconds(bench)).toEqual([expect.any(Number)]);
    expect(pausesInSeconds(bench)[0]).toBeGreaterThanOrEqual(atLeast(shortestPause));
    expect(await bench.holds()).toBe("a new token");
    expect(await bench.newVersions()).toBe(1);
  });

  it.concurrent.each([
    ["a web page", { body: "html" }, "invalid-response", "html", "InvalidResponse"],
    ["nothing", { body: "empty" }, "invalid-response", "empty", "InvalidResponse"],
    ["ten megabytes", { body: "huge" }, "invalid-response", "too-large", "InvalidResponse"],
    ["to wait for ten minutes", { retryAfterInSeconds: 600 }, "throttled", "throttled", "Throttled"],
  ] as const)(
    "that answers %s: tries once and leaves the token to the next tick",
    async (_, fault, failureClass, reason, metric) => {
      const bench = await benchWith(fault);
      expect(await bench.tick()).toMatchObject({
        result: { outcome: "failed", class: failureClass, reason, tries: 1 },
        log: { [metric]: 1 },
      });
      expect(bench.piste.recentCalls()).toHaveLength(1);
      expect(await bench.holds()).toBe("the former token");
      await bench.expectToHeal();
    },
  );

  it.concurrent("that redirects to another host: does not send its credentials there", async () => {
    const { port } = elsewhere.address() as AddressInfo;
    // The redirect that keeps method and body.
    const bench = await benchWith({ status: 307, location: `http://127.0.0.1:${port}/api/oauth/token` });
    expect(await bench.tick()).toMatchObject({
      result: { outcome: "failed", class: "invalid-response", reason: "redirect", status: 307, tries: 1 },
      log: { InvalidResponse: 1 },
    });
    expect(requestsElsewhere).toEqual([]);
    expect(await bench.holds()).toBe("the former token");
    await bench.expectToHeal();
    expect(requestsElsewhere).toEqual([]);
  });

  it.concurrent("with a closed port: refreshes once PISTE is back", async () => {
    const bench = await fixture.openBench();
    const comeBack = await bench.stopPiste();
    expect(await bench.tick()).toMatchObject({
      result: { outcome: "failed", class: "unavailable", reason: "refused", tries: 3 },
      log: { Unavailable: 1 },
    });
    expect(bench.piste.recentCalls()).toEqual([]);
    expect(await bench.holds()).toBe("the former token");
    await comeBack();
    await bench.expectToHeal();
  });

  it.concurrent("with a wrong address: reads and sends nothing, and refreshes once the address is right", async () => {
    const bench = await fixture.openBench();
    const wrong = bench.tokenEndpoint.replace("http:", "https:");
    expect(await bench.tick(wrong)).toMatchObject({
      error: expect.stringContaining(`or a loopback address, got ${wrong}`),
      log: { outcome: "error", reason: "platform", Ticks: 1 },
    });
    expect(bench.aws.calls).toEqual([]);
    expect(bench.piste.recentCalls()).toEqual([]);
    expect(await bench.holds()).toBe("the former token");
    await bench.expectToHeal();
  });
});
