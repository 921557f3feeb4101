import { describe, expect, it } from "@jest/globals";
import { PisteCallError } from "../../client";
import { REFUSED_LABEL } from "../../piste/names";
import { ACCOUNT, ACCOUNT_SECRET, awsError, failureOf, STRUCTURES, World } from "./fixture";

const WRONG = { ...ACCOUNT, password: "canary-wrong" };
const call = { json: {} };
/** Seconds before the client reads a refused version's secret again. */
const HALF_A_MINUTE = 30;

/** Number of wrong passwords that Chorus Pro has received for the account. */
const wrongOnes = (world: World): number =>
  world.passwordsSent.filter((password) => password === WRONG.password).length;

describe("a password that Chorus Pro refuses", () => {
  it("is sent once, for any number of parallel and later calls", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    const client = world.client();
    const calls = Array.from({ length: 100 }, () => failureOf(client.fetch(STRUCTURES, call)));
    for (const error of await Promise.all(calls)) {
      expect(error).toBeInstanceOf(PisteCallError);
      expect(error).toMatchObject({ code: "account-refused", owner: "chorus-pro", retryable: false });
    }
    for (let minutes = 0; minutes < 24 * 60; minutes++) {
      world.now += 61;
      if (minutes % 20 === 0) world.putToken();
      expect(await failureOf(client.fetch(STRUCTURES, call))).toMatchObject({ code: "account-refused" });
    }
    expect(wrongOnes(world)).toBe(1);
  });

  it("causes the error of a refusal the first time, and of a call that was not sent after that", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    const client = world.client();
    const first = await failureOf(client.fetch(STRUCTURES, call));
    expect(first).toMatchObject({ status: 401 });
    expect((first as Error).message).toContain("Chorus Pro refuses the technical account");
    const second = await failureOf(client.fetch(STRUCTURES, call));
    expect(second).toMatchObject({ status: undefined });
    expect((second as Error).message).toContain("not sent: ");
  });

  it("is recognized in a status 200 too, by Chorus Pro's codeRetour", async () => {
    const world = new World();
    world.piste.faults.add({ on: "api", status: 200, codeRetour: 401 });
    const client = world.client();
    expect(await failureOf(client.fetch(STRUCTURES, call))).toMatchObject({ code: "account-refused", status: 200 });
    await failureOf(client.fetch(STRUCTURES, call));
    expect(world.requests).toHaveLength(1);
  });

  it("is not looked for in a long answer, since refusals are short", async () => {
    const world = new World();
    const body = JSON.stringify({ codeRetour: 401, pages: "x".repeat(100_000) });
    world.transport = () => Promise.resolve({ status: 200, body });
    expect(await (await world.client().fetch(STRUCTURES, call)).text()).toBe(body);
  });

  it("does not stop other accounts, or calls without one", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    const other = { login: "TECH_2_12345678901234@cpro.fr", password: "canary-other" };
    world.piste.platform.addAccount(other);
    world.put("piste/qualif/chorus-pro/technical-account/agence-2", other);
    const client = world.client();
    await failureOf(client.fetch(STRUCTURES, call));
    expect((await client.fetch(STRUCTURES, { ...call, account: "agence-2" })).status).toBe(200);
    expect((await client.fetch("transverses/v1/health-check")).status).toBe(200);
  });

  it("is replaced by a newly stored version within half a minute", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    const client = world.client();
    await failureOf(client.fetch(STRUCTURES, call));
    world.put(ACCOUNT_SECRET, ACCOUNT);
    world.now += HALF_A_MINUTE;
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
  });

  it("is sent once more after it was stored again, such as after an unlock", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    const client = world.client();
    await failureOf(client.fetch(STRUCTURES, call));
    world.put(ACCOUNT_SECRET, WRONG);
    world.now += HALF_A_MINUTE;
    await failureOf(client.fetch(STRUCTURES, call));
    await failureOf(client.fetch(STRUCTURES, call));
    expect(wrongOnes(world)).toBe(2);
  });

  it("is recognized by its value if the source gives no versions", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG, { versionId: undefined });
    const client = world.client();
    await failureOf(client.fetch(STRUCTURES, call));
    world.now += HALF_A_MINUTE;
    await failureOf(client.fetch(STRUCTURES, call));
    expect(wrongOnes(world)).toBe(1);
    world.put(ACCOUNT_SECRET, ACCOUNT, { versionId: undefined });
    world.now += HALF_A_MINUTE;
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
  });

  it("stays refused while AWS does not answer, and AWS is not called each time", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    const client = world.client();
    await failureOf(client.fetch(STRUCTURES, call));
    world.awsFails = awsError("TimeoutError");
    for (let tries = 0; tries < 50; tries++) {
      world.now += 1;
      expect(await failureOf(client.fetch(STRUCTURES, call))).toMatchObject({ code: "account-refused" });
    }
    expect(world.reads.filter((name) => name === ACCOUNT_SECRET)).toHaveLength(2);
    expect(wrongOnes(world)).toBe(1);
  });

  it("is not sent while its version has the label REFUSED", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, ACCOUNT, { versionId: "v", labels: ["AWSCURRENT", REFUSED_LABEL] });
    const client = world.client();
    expect(await failureOf(client.fetch(STRUCTURES, call))).toMatchObject({ code: "account-refused" });
    expect(world.requests).toEqual([]);
    world.put(ACCOUNT_SECRET, ACCOUNT, { versionId: "v", labels: ["AWSCURRENT"] });
    world.now += HALF_A_MINUTE;
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
  });

  it("changed on the portal stops every call after the first refusal", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch(STRUCTURES, call);
    world.piste.platform.addAccount({ ...ACCOUNT, password: "canary-new" });
    await failureOf(client.fetch(STRUCTURES, call));
    await Promise.all(Array.from({ length: 50 }, () => failureOf(client.fetch(STRUCTURES, call))));
    expect(world.requests).toHaveLength(2);
  });

  it("does not stop a value that was stored during its call", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch(STRUCTURES, call);
    const { transport } = world;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    world.transport = async (request) => {
      await held;
      return transport(request);
    };
    const underWay = failureOf(client.fetch(STRUCTURES, call));
    world.transport = transport;
    world.piste.platform.addAccount({ ...ACCOUNT, password: "canary-new" });
    world.put(ACCOUNT_SECRET, { ...ACCOUNT, password: "canary-new" });
    world.now += 301;
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
    release();
    expect(await underWay).toMatchObject({ code: "account-refused" });
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
  });
});

describe("an account without an accepted call", () => {
  it("is sent in one call at a time, and in parallel once it was accepted", async () => {
    const world = new World();
    const { transport } = world;
    let [underWay, most] = [0, 0];
    world.transport = async (request) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return transport(request);
    };
    const client = world.client();
    world.piste.faults.add({ on: "api", status: 503, times: 3 });
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => (await client.fetch(STRUCTURES, call)).status),
    );
    expect(statuses.sort()).toEqual([200, 200, 200, 503, 503, 503]);
    // Three without a clear answer, one success, then the two others in parallel.
    expect(most).toBe(2);
  });

  it("is not sent by calls that waited for one without an answer", async () => {
    const world = new World();
    world.piste.faults.add({ on: "api", connection: "hang" });
    const client = world.client();
    const errors = await Promise.all(Array.from({ length: 20 }, () => failureOf(client.fetch(STRUCTURES, call))));
    expect(errors).toEqual(Array.from({ length: 20 }, () => expect.objectContaining({ code: "timeout-read" })));
    expect(world.requests).toHaveLength(1);
    world.piste.faults.clear();
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
  });

  it("is not accepted by a good-looking answer with another status", async () => {
    const world = new World();
    world.put(ACCOUNT_SECRET, WRONG);
    world.piste.faults.add({ on: "gateway", status: 500, codeRetour: 0, times: 1 });
    const client = world.client();
    await client.fetch(STRUCTURES, call);
    await Promise.all(Array.from({ length: 20 }, () => failureOf(client.fetch(STRUCTURES, call))));
    // The first was unclear; one of the others was sent.
    expect(wrongOnes(world)).toBe(2);
  });
});

describe("a technical account", () => {
  it("is cached as long as a token, and longer while AWS does not answer", async () => {
    const world = new World();
    const client = world.client();
    await client.fetch(STRUCTURES, call);
    world.piste.platform.addAccount({ ...ACCOUNT, password: "canary-new" });
    world.put(ACCOUNT_SECRET, { ...ACCOUNT, password: "canary-new" });
    world.now += 301;
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
    expect(world.passwordsSent).toEqual([ACCOUNT.password, "canary-new"]);
    world.awsFails = awsError("TimeoutError");
    world.now += 301;
    expect((await client.fetch(STRUCTURES, call)).status).toBe(200);
  });

  it.each([
    ["nothing", "missing"],
    ["{}", "unreadable"],
    ["not JSON canary", "unreadable"],
  ])("with %p stored causes an error that names the secret", async (value, code) => {
    const world = new World();
    if (value === "nothing") world.secrets.delete(ACCOUNT_SECRET);
    else world.put(ACCOUNT_SECRET, value);
    const error = await failureOf(world.client().fetch(STRUCTURES, call));
    expect(error).toMatchObject({ code, secretId: ACCOUNT_SECRET, name: "PisteSecretError" });
    expect(String(error)).not.toContain("canary");
    expect(world.requests).toEqual([]);
  });
});
