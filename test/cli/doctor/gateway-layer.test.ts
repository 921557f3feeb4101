import { describe, expect, it } from "@jest/globals";
import { transportTo, type Fault } from "../../../emulator";
import type { ApiName } from "../../../piste/api-catalogue";
import { NetworkError, type NetworkFailure } from "../../../piste/http";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { failedSteps, DoctorFixture, open, stepOf } from "./fixture";

const NOT_REACHED = ["Q3", "Q5", "Q6"].map((id) => `${id} not-reached`);

describe("the gateway", () => {
  it.each<[string, Omit<Fault, "on">, RegExp]>([
    ["down", { status: 503 }, /is down or restarting \(status 503\)/],
    ["down behind", { status: 502 }, /status 502/],
    ["throttled", { status: 429 }, /quota/],
    ["a web page", { body: "html" }, /web page/],
    ["a web page with an error", { status: 403, body: "html" }, /web page/],
    ["a redirect", { location: "https://portal.example/" }, /web page/],
    ["silent", { connection: "hang" }, /no complete answer/],
    ["cut off", { connection: "reset" }, /was cut/],
  ])("leads to `wait` while it is %s", async (_, fault, said) => {
    const fixture = new DoctorFixture();
    fixture.break("api", fault);
    const report = await fixture.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q7").cause?.en).toMatch(said);
    expect(stepOf(report, "Q7").seenFrom).toBe("here");
    expect(exitCodeOf(report)).toBe(4);
    expect(fixture.requests).toHaveLength(1);
  });

  it.each<NetworkFailure>(["dns", "refused", "tls", "timeout-connect", "proxy", "network"])(
    "out of this machine's reach is this machine's task: %s",
    async (failure) => {
      const transport = (): Promise<never> => Promise.reject(new NetworkError(failure));
      const report = await new DoctorFixture({ transport, proxy: "proxy.exemple.fr:3128" }).examine();
      expect(open(report)).toEqual([...NOT_REACHED, "Q7 missing operator"]);
      expect(stepOf(report, "Q7").cause?.en).toContain(
        "sandbox-api.piste.gouv.fr cannot be reached from here through the proxy proxy.exemple.fr:3128 (HTTPS_PROXY)",
      );
      expect(stepOf(report, "Q7").seenFrom).toBe("here");
    },
  );

  it("out of reach without a proxy has no proxy in its message", async () => {
    const transport = (): Promise<never> => Promise.reject(new NetworkError("dns"));
    const { cause } = stepOf(await new DoctorFixture({ transport }).examine(), "Q7");
    expect(cause?.fr).toBe("sandbox-api.piste.gouv.fr est injoignable d'ici : le nom d'hôte est introuvable.");
  });

  it("that does not know the token causes one renewal", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.piste.platform.expireTokens();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(fixture.aws.done.filter((what) => what === "invoke chorus-pro refresh")).toHaveLength(1);
  });

  it("fails with the reason, and no empty line, if PISTE gives no new token", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.piste.platform.expireTokens();
    fixture.break("token", { status: 503 });
    const { layers } = await fixture.examine();
    expect(layers.filter(({ said }) => said.en === "" || said.fr === "")).toEqual([]);
    expect(layers.find(({ layer }) => layer === "gateway")).toMatchObject({
      status: "failed",
      said: { en: expect.stringContaining("PISTE") },
    });
  });

  it("that does not know the new token either leads to `wait`", async () => {
    const fixture = new DoctorFixture({
      transport: () => Promise.resolve({ status: 401, wwwAuthenticate: 'Bearer error="invalid_token"', body: "" }),
    });
    await fixture.tick();
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q7").cause?.en).toBe(
      "The gateway does not know the access token, though it has just been renewed.",
    );
    expect(fixture.requests).toHaveLength(2);
    expect(fixture.timesMadeUp()).toBe(0);
  });

  it("that does not know a token which PISTE gives again is PISTE's fault", async () => {
    const fixture = new DoctorFixture({
      transport: () => Promise.resolve({ status: 401, wwwAuthenticate: 'Bearer error="invalid_token"', body: "" }),
    });
    await fixture.tick();
    const { platform } = fixture.aws.piste;
    platform.settings = { ...platform.settings, sameTokenWhileValid: true };
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 not-seen-yet wait"]);
    const cause = stepOf(report, "Q7").cause?.en;
    expect(cause).toMatch(/^The gateway does not know the access token\. PISTE gave the stored token again/);
    expect(fixture.requests).toHaveLength(1);
  });

  it("is well even if the health check's API is not selected", async () => {
    const fixture = new DoctorFixture({ apis: ["chorus-pro-factures"] });
    fixture.break("gateway", { path: "/cpro/transverses/", status: 403, body: "empty" });
    expect((await fixture.examine()).ready).toBe(true);
  });

  it("is checked with another API if the application has none of Chorus Pro", async () => {
    const fixture = new DoctorFixture({ apis: ["judilibre"], accounts: [] });
    await fixture.examine();
    expect(fixture.requests.map(({ url }) => url.pathname)).toEqual(
      Array(2).fill("/cassation/judilibre/v1.0/healthcheck"),
    );
  });

  it("that loses the token between two calls ends the run", async () => {
    const fixture: DoctorFixture = new DoctorFixture({
      transport: (request) => {
        if (fixture.requests.length === 3) fixture.aws.piste.platform.expireTokens();
        return transportTo(fixture.aws.piste)(request);
      },
    });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q7").cause?.en).toBe("The gateway does not know the access token.");
    expect(fixture.requests).toHaveLength(3);
  });
});

describe("an API", () => {
  it("that is not selected is counted and named, with the owner `piste-portal`", async () => {
    const fixture = new DoctorFixture();
    fixture.break("gateway", { path: "/cpro/factures/", status: 403, body: "empty" });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 missing piste-portal", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q3").cause?.fr).toMatch(
      /^3 API sur 4 laissent entrer l'application ; manque Factures : probablement pas sélectionnée/,
    );
    expect(stepOf(report, "Q3").next?.en).toContain("« Modifier l'application »");
    expect(stepOf(report, "Q7").next?.en).toBe("It shows after Q3: APIs selected, CGU accepted.");
    expect(exitCodeOf(report)).toBe(3);
    // One call with a made-up login shows the cause.
    expect(fixture.timesMadeUp()).toBe(1);
  });

  it("that is not selected, like all others, leaves the account not seen and not blamed", async () => {
    const fixture = new DoctorFixture();
    fixture.break("gateway", { path: "/cpro/", status: 403, body: "empty" });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 missing piste-portal", "Q5 not-seen-yet", "Q6 not-seen-yet", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q3").cause?.en).toMatch(/^None of the 4 APIs lets the application in; /);
    expect(stepOf(report, "Q6").next?.en).toBe("It shows after Q3: select the APIs and accept their CGU.");
  });

  it("that is not selected is named the same way if it needs no account", async () => {
    const fixture = new DoctorFixture({ apis: ["legifrance", "judilibre"], accounts: [] });
    fixture.break("gateway", { path: "/cassation/", status: 403, body: "empty" });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 missing piste-portal", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q3").cause?.en).toMatch(/^1 of 2 APIs lets the application in; Judilibre missing/);
  });

  it("that is not exposed is a fault of the configuration", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/factures/", status: 404 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 not-seen-yet", "Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("Factures (404)");
  });

  it("that needs another scope is a fault of the configuration", async () => {
    const report = await new DoctorFixture({ configuration: { scope: "resource.READ" } }).examine();
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("`resource.READ`");
  });

  it("that needs another scope than the others is named with it", async () => {
    const configuration = { apis: ["legifrance", "captchetat"] as ApiName[], scope: "openid" };
    const report = await new DoctorFixture({ accounts: [], configuration }).examine();
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toBe(
      "The token has the scope `openid`, not the one that CaptchÉtat asks for (`piste.captchetat`).",
    );
    expect(stepOf(report, "Q7").next?.fr).toContain("`clientCredentialsOf`");
  });

  it("that refuses its own scope is not a fault of the configuration", async () => {
    const fixture = new DoctorFixture({ accounts: [], apis: ["captchetat"] });
    fixture.aws.piste.faults.add({ on: "gateway", path: "/piste/captchetat/", error: "insufficient_scope" });
    const { next } = stepOf(await fixture.examine(), "Q7");
    expect(next?.en).toMatch(/^`scope` is already what the API asks for\..*selected.*`npx piste token renew qualif`/);
    expect(next?.en).not.toContain("Remove `scope`");
  });

  it("with an application of its own on the same credentials is well", async () => {
    const fixture = new DoctorFixture();
    const { description } = fixture.aws.deploy({ environment: "qualif", name: "captcha", apis: ["captchetat"] });
    description.clientSecret = fixture.application.description.clientSecret;
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(fixture.requests.map(({ url }) => url.pathname)).toContain("/piste/captchetat/v2/healthcheck");
  });

  it("without a clear answer leads to `wait`, and hides no other", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/factures/", status: 500 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 not-seen-yet", "Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q3").cause?.en).toBe("3 of 4 APIs let the application in; Factures not seen yet.");
    expect(stepOf(report, "Q7").cause?.en).toContain("Factures (status 500)");
  });

  it("without a clear answer to an untested account is the last to receive it", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/transverses/v1/recuperer", connection: "hang" });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q6").next?.en).toBe("It shows after Q7: a clear answer.");
    expect(fixture.requests).toHaveLength(2);
  });

  it("unknown to this version is named, and the others are checked", async () => {
    const fixture = new DoctorFixture();
    fixture.application.description.apis.push("chorus-pro-demain");
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 not-seen-yet", "Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("chorus-pro-demain");
    expect(stepOf(report, "Q6").status).toBe("done");
  });
});
