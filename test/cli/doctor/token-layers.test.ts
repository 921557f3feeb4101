import { describe, expect, it } from "@jest/globals";
import type { Fault } from "../../../emulator";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { NetworkError, type NetworkFailure } from "../../../piste/http";
import { UserError } from "../../../piste/user-error";
import type { Schedule } from "../../../cli/command/aws";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { stopped } from "../../../cli/verify/drill-mark";
import { failedSteps, CLIENT, DoctorFixture, open, stepOf } from "./fixture";

const WRONG = { client_id: "canary-wrong-id", client_secret: "canary-wrong-secret" };
const NOT_REACHED = ["Q1", "Q2", "Q3", "Q5", "Q6"].map((id) => `${id} not-reached`);

describe("a refresher without a log", () => {
  const saidAfter = async (minutes: number | undefined): Promise<string[]> => {
    const fixture = new DoctorFixture();
    const { aws, application } = fixture;
    const deployedAt = minutes === undefined ? undefined : aws.clock.now() - minutes * 60_000;
    aws.deployed.set("qualif/chorus-pro", { ...application, deployedAt });
    const { layers, notes } = await fixture.examine();
    const said = layers.find(({ layer }) => layer === "refresher")?.said;
    return [said?.en ?? "", said?.fr ?? "", ...notes.flatMap(({ en, fr }) => [en, fr])];
  };

  it("leads to `wait` for two minutes after a deployment", async () => {
    const [en, fr, ...notes] = await saidAfter(1.5);
    expect(en).toBe("deployed 1 min 30 s ago, nothing logged yet");
    expect(fr).toContain("déployé il y a 1 min 30 s");
    expect(notes.join("\n")).toMatch(/wait two minutes, then `npx piste doctor qualif`[^]*attendez deux minutes, puis/);
    expect(notes.join("\n")).not.toContain("quarter");
  });

  it.each([15, 600, undefined])("is a finding when it was deployed %p minutes ago", async (minutes) => {
    const said = await saidAfter(minutes);
    expect(said[0]).toBe("has logged nothing for a quarter of an hour");
    expect(said.join("\n")).not.toContain("two minutes");
  });
});

describe("a killed drill", () => {
  async function consulted(prepare: (fixture: DoctorFixture, name: string) => void) {
    const fixture = new DoctorFixture();
    const { name } = fixture.application.description.schedule;
    const kept = { Name: name, Description: "Ticks" } as Schedule;
    fixture.aws.schedules.set(name, stopped(kept, fixture.aws.clock.now()));
    prepare(fixture, name);
    return fixture.examine();
  }

  it("is found, with its time, its end and the command", async () => {
    const report = await consulted(() => undefined);
    expect(open(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toMatch(
      /^A drill stopped the refresher's schedule \(.*ticks start again at/,
    );
    expect(stepOf(report, "Q7").next?.en).toContain("`npx piste verify qualif --drill`");
  });

  it("is not looked for without the right to read schedules", async () => {
    const report = await consulted(({ aws }) => {
      aws.refuse("scheduler:GetSchedule");
    });
    expect(open(report)).toEqual([]);
  });
});

describe("the latest run", () => {
  it("is described in both languages, with the log's reason", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.clock.forward(4);
    const { layers } = await fixture.examine();
    const said = layers.find(({ layer }) => layer === "refresher")?.said;
    expect(said?.en).toBe("latest run 4 s ago: refreshed, missing");
    expect(said?.fr).toBe("dernière exécution il y a 4 s : jeton renouvelé (missing)");
  });
});

describe("client credentials", () => {
  it("must be stored first; later steps are not seen yet", async () => {
    const fixture = new DoctorFixture();
    const { clientSecret } = fixture.application.description;
    fixture.aws.remove(clientSecret);
    fixture.aws.deploy({ environment: "qualif", name: "chorus-pro", pisteApplicationName: "APP_SANDBOX_a@b.fr" });
    const report = await fixture.examine();
    expect(open(report)).toEqual([
      ...["Q1", "Q2", "Q3", "Q5", "Q6"].map((id) => `${id} not-seen-yet`),
      "Q7 missing operator",
    ]);
    expect(stepOf(report, "Q1")).toMatchObject({
      begins: true,
      next: { en: "If nothing is set up yet, begin here: https://piste.gouv.fr, « Inscription »." },
    });
    for (const id of ["Q2", "Q3", "Q5", "Q6"]) {
      expect(stepOf(report, id).next?.en).toBe("It shows after Q7: store the client credentials.");
    }
    expect(stepOf(report, "Q7").next?.en).toContain("`npx piste credentials set qualif client`");
    expect(fixture.aws.done).toEqual([]);
  });

  it("refused by PISTE, as the function reports, must be stored again", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.application.description.clientSecret, WRONG);
    const report = await fixture.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 missing operator"]);
    expect(stepOf(report, "Q7")).toMatchObject({
      seenFrom: "aws",
      cause: { en: expect.stringContaining("never says which") },
    });
    expect(exitCodeOf(report)).toBe(2);
    expect(fixture.requests).toEqual([]);
    expect(fixture.aws.done.filter((what) => what === "invoke chorus-pro refresh")).toHaveLength(1);
  });

  it("with a malformed value must be stored again", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.application.description.clientSecret, { client_id: "x" });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain('not {"client_id"');
  });

  it("that PISTE refuses are a finding even while the token still works", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.put(fixture.application.description.clientSecret, WRONG, ["AWSCURRENT"], 120);
    fixture.aws.clock.forward(30 * 60);
    await fixture.tick();
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toMatch(/The stored token is still valid until \d\d:\d\d \(Paris time\)/);
    expect(fixture.aws.done).not.toContain("invoke chorus-pro refresh");
    expect(report.layers.find(({ layer }) => layer === "refresher")?.status).toBe("failed");
  });

  it("newer than the latest run are not judged by it", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.put(fixture.application.description.clientSecret, WRONG, ["AWSCURRENT"], 120);
    fixture.aws.clock.forward(30 * 60);
    await fixture.tick();
    fixture.aws.clock.forward(30);
    fixture.aws.put(fixture.application.description.clientSecret, CLIENT, ["AWSCURRENT"], 0);
    expect((await fixture.examine()).ready).toBe(true);
  });

  it("refused while they were only staged are not a finding", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.clock.forward(60);
    const refused = { outcome: "failed", reason: "invalid-client", class: "rejected" };
    const run = { at: fixture.aws.clock.now(), operation: "promote", result: refused };
    fixture.aws.runs.set(fixture.application.description.function, [run]);
    expect((await fixture.examine()).ready).toBe(true);
  });

  it("with a first 401 may be the platform's problem, with a second one are wrong", async () => {
    const fixture = new DoctorFixture();
    fixture.break("token", { status: 401, error: "invalid_client" });
    const first = await fixture.examine();
    expect(failedSteps(first)).toEqual(["Q7 not-seen-yet wait"]);
    expect(exitCodeOf(first)).toBe(4);
    fixture.aws.clock.forward(60);
    const second = await fixture.examine();
    expect(failedSteps(second)).toEqual(["Q7 missing operator"]);
    expect(stepOf(second, "Q7").cause?.en).toContain("probably");
  });

  it("shared by two applications are stored once, in the owner's secret", async () => {
    const fixture = new DoctorFixture({ empty: true });
    const { description } = fixture.aws.deploy({ environment: "qualif", name: "captcha", apis: ["captchetat"] });
    description.clientSecret = fixture.application.description.clientSecret;
    const { next } = stepOf(await fixture.examine(), "Q7");
    expect(next?.en).toBe(
      "Store the application's OAuth2 pair: `npx piste credentials set qualif client --application chorus-pro`.",
    );
    description.clientSecret = "piste/qualif/another/client";
    fixture.aws.create(description.clientSecret);
    expect(stepOf(await fixture.examine(), "Q7").next?.en).toMatch(
      /^chorus-pro, captcha: .* --application chorus-pro`\. Then the same for the others\.$/,
    );
  });

  it("with a scope that PISTE does not know are a fault of the configuration", async () => {
    const report = await new DoctorFixture({ configuration: { scope: "open-id" } }).examine();
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("`open-id`");
    expect(stepOf(report, "Q7").next?.en).toContain("stacks/qualif.ts");
  });

  it("with the scope that the API needs are not a fault of the configuration", async () => {
    const fixture = new DoctorFixture({ accounts: [], apis: ["captchetat"] });
    fixture.aws.piste.platform.settings = { ...fixture.aws.piste.platform.settings, scopes: ["openid"] };
    const { next } = stepOf(await fixture.examine(), "Q7");
    expect(next?.en).toMatch(/^`scope` is already what the API asks for\..*selected/);
    expect(next?.en).not.toContain("stacks/qualif.ts");
  });
});

describe("PISTE's token endpoint", () => {
  it.each<[string, Omit<Fault, "on">]>([
    ["down", { status: 503 }],
    ["throttled", { status: 429 }],
    ["a web page", { body: "html" }],
    ["a redirect", { location: "https://elsewhere.example/" }],
    ["empty", { body: "empty" }],
    ["cut off", { connection: "reset" }],
    ["silent", { connection: "hang" }],
    ["breaking off", { connection: "half-body" }],
  ])("leads to `wait` while it is %s", async (_, fault) => {
    const fixture = new DoctorFixture();
    fixture.break("token", fault);
    const report = await fixture.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 not-seen-yet wait"]);
    expect(exitCodeOf(report)).toBe(4);
    expect(stepOf(report, "Q7").next?.en).toContain("`npx piste doctor qualif`");
  });

  it.each<NetworkFailure>(["dns", "refused", "tls", "timeout-connect", "proxy", "network"])(
    "out of the function's reach is a fault of AWS's network: %s",
    async (failure) => {
      const functionTransport = (): Promise<never> => Promise.reject(new NetworkError(failure));
      const report = await new DoctorFixture({ functionTransport }).examine();
      expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
      expect(stepOf(report, "Q7")).toMatchObject({ seenFrom: "aws", next: { fr: expect.stringContaining("VPC") } });
    },
  );

  it("out of reach for the function's proxy leads to `wait`", async () => {
    const functionTransport = (): Promise<never> => Promise.reject(new NetworkError("behind-proxy"));
    const report = await new DoctorFixture({ functionTransport }).examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("the proxy on the way says that it cannot reach the host");
  });

  it("blocked by the function's network must be fixed there, not by a deployment", async () => {
    const refused = new PlatformError(
      "the proxy proxy.example:3128 answered CONNECT sandbox-oauth.piste.gouv.fr:443 with 407",
    );
    const functionTransport = (): Promise<never> => Promise.reject(refused);
    const report = await new DoctorFixture({ functionTransport }).examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("the proxy proxy.example:3128 answered CONNECT");
    expect(stepOf(report, "Q7").next?.fr).toContain("La cause est le réseau de la fonction");
    expect(stepOf(report, "Q7").next?.en).not.toContain("AWS refuses");
  });

  it("down for hours in a working environment is reported with its start, and gives nobody a task", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    const lastTokenAt = fixture.aws.clock.now();
    fixture.break("token", { status: 503 });
    fixture.aws.clock.forward(3 * 3600);
    const report = await fixture.examine();
    expect(report.worked).toEqual({ lastTokenAt });
    expect(exitCodeOf(report)).toBe(4);
    expect(["Q1", "Q2", "Q3", "Q7"].map((id) => stepOf(report, id).status)).toEqual([
      "done",
      "done",
      "not-reached",
      "not-seen-yet",
    ]);
    expect(stepOf(report, "Q7").next?.fr).toMatch(/Si cela dure depuis une heure.*https:\/\/piste\.gouv\.fr/);
  });

  it.each<[string, (fixture: DoctorFixture) => string]>([
    ["without a token so far", ({ application }) => application.description.tokenSecret],
    ["without its technical account", (fixture) => fixture.secretOf()],
  ])("that is down does not mean that an environment worked before: %s", async (_, secretOf) => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.remove(secretOf(fixture));
    fixture.aws.create(secretOf(fixture));
    fixture.break("token", { status: 503 });
    fixture.aws.clock.forward(3 * 3600);
    const report = await fixture.examine();
    expect(report.worked).toBeUndefined();
    expect(stepOf(report, "Q1").status).toBe("not-reached");
  });

  it("that fails while the token is valid causes a note", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.clock.forward(30 * 60);
    fixture.break("token", { status: 503 });
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes.map(({ fr }) => fr)).toEqual([expect.stringContaining("PISTE est en panne ou redémarre")]);
  });
});

describe("the function", () => {
  it("that fails is a finding for `aws`, with its message", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.functionIsRefused = "write";
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    const { cause, next } = stepOf(report, "Q7");
    expect(cause?.en).toMatch(
      /^The function \S+-token-refresh failed: PlatformError: cannot write the secret \S+: AccessDeniedException: \S+\.$/,
    );
    expect(next?.en).toContain("`aws logs tail /aws/lambda/");
  });

  it("that fails with --local is reported the same way", async () => {
    const fixture = new DoctorFixture();
    const { function: name } = fixture.application.description;
    fixture.aws.invoke = () => Promise.reject(new UserError(`${name} failed: AccessDeniedException`));
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toBe(`The function ${name} failed: AccessDeniedException.`);
  });

  it("that fails while the token is valid is reported, and hides nothing else", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.clock.forward(30 * 60);
    fixture.aws.functionIsRefused = "write";
    await fixture.tick().catch(() => undefined);
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("is still valid until");
  });

  it("that only claims a refresh is reported", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.invoke = () => Promise.resolve({ outcome: "refreshed", reason: "requested" });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("says that it has refreshed");
  });

  it("replaces an unreadable token", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.application.description.tokenSecret, "canary-not-a-token");
    expect((await fixture.examine()).ready).toBe(true);
  });
});
