/** One function for many applications: each run is for one, and takes nothing of another's along. */
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings, type Operation } from "../../../lambda/token-refresh/contract";
import { createHandler } from "../../../lambda/token-refresh/handler";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { Piste, transportTo } from "../../../emulator";
import type { AccessToken, ClientCredentials } from "../../../piste/credentials";
import { HOSTS } from "../../../piste/environments";
import type { HttpTransport } from "../../../piste/http";
import { fakeClock, memoryAccounts, memoryStore, metricsOf, NOTHING_PENDING, START, type Clock } from "./surroundings";

const credentialsOf = (name: string): ClientCredentials => ({
  client_id: `canary-id-${name}`,
  client_secret: `canary-secret-${name}`,
});

interface SharedOptions {
  /** What chance gives each run. */
  readonly random?: number;
  readonly spreadInSeconds?: number;
  /** @default - PISTE, at once */
  readonly transport?: (clock: Clock) => HttpTransport;
}

function openShared({ random = 0.5, spreadInSeconds = 4, transport: of }: SharedOptions = {}) {
  const clock = fakeClock();
  const piste = new Piste(clock.now);
  const secrets = memoryStore(clock);
  const lines: string[] = [];
  const asked: string[] = [];
  const transport = of?.(clock) ?? transportTo(piste);
  const handler = createHandler({
    secrets,
    pending: NOTHING_PENDING,
    accounts: memoryAccounts(),
    transport: (request) => {
      asked.push(new URLSearchParams(request.body).get("scope") ?? "");
      return transport(request);
    },
    nowInMilliseconds: clock.now,
    sleep: clock.sleep,
    random: () => random,
    variables: {
      AWS_LAMBDA_FUNCTION_NAME: "the-function",
      ...encodeSettings({
        ...DEFAULT_REFRESH_SETTINGS,
        tokenEndpoint: HOSTS.qualif.tokenEndpoint,
        scope: "openid",
        applications: { third: { scope: "resource.READ", clientSecretName: "piste/qualif/first/client" } },
        spreadInSeconds,
      }),
    },
    log: (line) => lines.push(line),
  });
  return {
    clock,
    secrets,
    lines,
    asked,
    /** PISTE knows its credentials, and they are stored. */
    add(name: string, credentials = credentialsOf(name)): void {
      piste.platform.addClient(credentialsOf(name));
      secrets.put(`piste/qualif/${name}/client`, credentials);
    },
    run: (application: string, operation: Operation = "tick"): Promise<RunResult> =>
      handler({ environment: "qualif", application, operation }),
    token: (name: string): AccessToken | undefined => {
      const value = secrets.stored.get(`piste/qualif/${name}/token`)?.value;
      return value === undefined ? undefined : (JSON.parse(value) as AccessToken);
    },
  };
}

describe("a function that applications share", () => {
  it("keeps a token for each, by its own credentials, in its own secret, with its own metrics", async () => {
    const shared = openShared();
    shared.add("first");
    shared.add("second");
    for (const name of ["first", "second"]) {
      expect(await shared.run(name)).toMatchObject({ outcome: "refreshed", reason: "missing" });
    }
    const [first, second] = ["first", "second"].map((name) => shared.token(name)?.access_token);
    expect(first).toMatch(/^\S{54}$/);
    expect(second).toMatch(/^\S{54}$/);
    expect(first).not.toBe(second);
    expect(shared.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { Application: "first", Refreshes: 1 },
      { Application: "second", Refreshes: 1 },
    ]);
  });

  it("asks with the scope and the credentials that are one application's alone", async () => {
    const shared = openShared();
    shared.add("first");
    await shared.run("first");
    await shared.run("third");
    expect(shared.asked).toEqual(["openid", "resource.READ"]);
    expect(shared.secrets.reads.map(([name]) => name)).toEqual([
      "piste/qualif/first/token",
      "piste/qualif/first/client",
      "piste/qualif/third/token",
      "piste/qualif/first/client",
    ]);
  });

  it("whose run for one fails in any way runs for the next as if nothing had been", async () => {
    const shared = openShared();
    shared.add("first");
    shared.add("wrong", credentialsOf("somebody"));
    expect(await shared.run("wrong")).toMatchObject({ outcome: "failed", class: "rejected" });
    shared.secrets.refuse = "read";
    await expect(shared.run("second")).rejects.toThrow(PlatformError);
    shared.secrets.refuse = undefined;
    expect(await shared.run("first")).toMatchObject({ outcome: "refreshed" });
    expect(shared.lines.map(metricsOf)).toMatchObject([
      { Ticks: 1, Rejected: 1 },
      { Ticks: 1, Errors: 1 },
      { Refreshes: 1 },
    ]);
    expect(metricsOf(shared.lines[2])).not.toHaveProperty("Errors");
    expect(shared.token("wrong")).toBeUndefined();
  });

  it.each([
    [0, 0],
    [0.5, 2000],
    [0.99, 3960],
  ])(
    "that has a token to fetch waits by chance (%d) %d of 4,000 ms, and counts that to the tick",
    async (chance, wait) => {
      const shared = openShared({ random: chance });
      shared.add("first");
      await shared.run("first");
      expect(shared.clock.pauses).toEqual([wait]);
      // The token is dated by when it is asked for.
      expect(shared.token("first")?.issued_at).toBe(START + Math.floor(wait / 1000));
    },
  );

  it("does not wait with a fresh token, nor when somebody asks for one now", async () => {
    const shared = openShared();
    shared.add("first");
    await shared.run("first");
    shared.clock.pauses.length = 0;
    expect(await shared.run("first")).toMatchObject({ outcome: "waited" });
    expect(await shared.run("first", "refresh")).toMatchObject({ outcome: "refreshed" });
    expect(shared.clock.pauses).toEqual([]);
  });

  it("does not ask longer for having waited: the deadline is the tick's", async () => {
    const shared = openShared({
      random: 0.99,
      spreadInSeconds: 5,
      transport: (clock) => (request) => {
        clock.forward(request.timeoutInMilliseconds / 1000);
        return Promise.resolve({ status: 503, body: "" });
      },
    });
    shared.add("first");
    await shared.run("first");
    expect(shared.asked).toHaveLength(2);
    expect(shared.clock.now()).toBeLessThanOrEqual((START + 20) * 1000);
  });
});
