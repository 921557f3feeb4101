import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { madeUpCredentials, openFunctionFixture, type FunctionFixture } from "./function-fixture";

jest.setTimeout(60_000);

describe("the bundled function, asked to promote pending client credentials", () => {
  let fixture: FunctionFixture;
  beforeAll(async () => {
    fixture = await openFunctionFixture("promote");
  });
  afterAll(async () => {
    await fixture.close();
  });

  it.concurrent("makes them current if PISTE accepts them, and keeps the former ones as previous", async () => {
    const bench = await fixture.openBench();
    const reset = madeUpCredentials();
    bench.piste.platform.addClient(reset);
    await bench.stage(reset);
    expect(await bench.run("promote")).toMatchObject({
      result: { outcome: "refreshed", reason: "promoted", promoted: true, tries: 1 },
      log: { operation: "promote", Refreshes: 1 },
    });
    expect(await bench.clientId("AWSCURRENT")).toBe(reset.client_id);
    expect(await bench.clientId("AWSPREVIOUS")).toBe(bench.credentials.client_id);
    expect(await bench.clientId("AWSPENDING")).toBeUndefined();
    expect(await bench.holds()).toBe("a new token");
    expect(await bench.run("promote")).toMatchObject({ result: { outcome: "failed", reason: "nothing-pending" } });
  });

  it.concurrent("tests the first ones of a secret as current ones", async () => {
    const bench = await fixture.openEmptyBench();
    await bench.stage(bench.credentials);
    expect(await bench.clientId("AWSCURRENT")).toBe(bench.credentials.client_id);
    expect(await bench.run("promote")).toMatchObject({ result: { outcome: "refreshed", promoted: true } });
    expect(await bench.clientId("AWSPENDING")).toBeUndefined();
    expect(await bench.clientId("AWSPREVIOUS")).toBeUndefined();
    expect(await bench.holds()).toBe("a new token");
  });

  it.concurrent("keeps the current ones if PISTE refuses the pending ones or does not answer", async () => {
    const bench = await fixture.openBench();
    const wrong = madeUpCredentials();
    await bench.stage(wrong);
    const refused = await bench.run("promote");
    expect(refused).toMatchObject({ result: { outcome: "failed", reason: "invalid-client", promoted: false } });
    expect(refused.log).not.toHaveProperty("Rejected");
    bench.piste.faults.add({ on: "token", status: 503 });
    expect(await bench.run("promote")).toMatchObject({ result: { class: "unavailable", promoted: false } });
    expect(await bench.clientId("AWSCURRENT")).toBe(bench.credentials.client_id);
    expect(await bench.clientId("AWSPENDING")).toBe(wrong.client_id);
    expect(await bench.holds()).toBe("the former token");
  });
});
