import { describe, expect, it } from "@jest/globals";
import { transportTo } from "../../../emulator";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { accountOf } from "../../../emulator/messages";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { headerOf, openCheck } from "./fixture";

const HOUR_IN_SECONDS = 60 * 60;
const WRONG = { login: "TECH_canary-login-default@cpro.fr", password: "canary-wrong-password" };

/** A day of checks, every six hours, each with a fresh token. */
async function checkForADay(fixture: ReturnType<typeof openCheck>): Promise<void> {
  for (let run = 0; run < 4; run++) {
    fixture.clock.forward(6 * HOUR_IN_SECONDS);
    fixture.storeToken();
    await fixture.check();
  }
}

describe("an account that Chorus Pro refuses", () => {
  it("is sent once for each version of its secret, and reported in every check", async () => {
    const fixture = openCheck();
    const first = fixture.secrets.put(fixture.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    for (let day = 0; day < 5; day++) {
      await checkForADay(fixture);
      expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 0 });
    }
    expect(fixture.timesSent(WRONG)).toBe(1);
    expect([...fixture.secrets.refusedVersions]).toEqual([[fixture.secretOf("default"), first]]);

    const other = { ...WRONG, password: "canary-other-wrong-password" };
    const second = fixture.secrets.put(fixture.secretOf("default"), other);
    await checkForADay(fixture);
    expect([fixture.timesSent(WRONG), fixture.timesSent(other)]).toEqual([1, 1]);
    expect([...fixture.secrets.refusedVersions.values()]).toEqual([second]);

    fixture.secrets.put(fixture.secretOf("default"), fixture.credentialsOf("default"));
    await checkForADay(fixture);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 0, ConnectionUnknown: 0 });
  });

  it("is not read once it has the label, and its owner is named", async () => {
    const fixture = openCheck();
    fixture.secrets.refusedVersions.set(fixture.secretOf("default"), "version-1");
    await fixture.check();
    expect(fixture.secrets.reads).not.toContain(fixture.secretOf("default"));
    expect(fixture.found()[0]).toMatchObject({
      account: "default",
      outcome: "refused-before",
      verdict: "refused",
      owner: "the structure's gestionnaire principal, on Chorus Pro",
      contradicts: ["Q6"],
      meaning: expect.stringContaining("label REFUSED"),
    });
    // The APIs are still checked.
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(4);
  });

  it("does not stop the check of other accounts and APIs", async () => {
    const fixture = openCheck({ accounts: ["one", "default", "two"] });
    fixture.secrets.put(fixture.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    expect(await fixture.check()).toMatchObject({ refused: 1, unknown: 0 });
    expect(fixture.found().filter(({ outcome }) => outcome === "fine")).toHaveLength(8);
  });

  it("gets its label before any other call", async () => {
    const events: string[] = [];
    const fixture = openCheck({
      transport: (piste) => (request) => {
        const account = accountOf({ method: "", path: "", headers: request.headers, body: "" });
        if (account?.password === WRONG.password) events.push("sent");
        return transportTo(piste)(request);
      },
    });
    fixture.secrets.put(fixture.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    const mark = fixture.secrets.markRefused.bind(fixture.secrets);
    fixture.secrets.markRefused = (...words) => {
      events.push(`label after ${fixture.lines.length} lines`);
      return mark(...words);
    };
    await fixture.check();
    expect(events).toEqual(["sent", "label after 0 lines"]);
  });

  it("after a single 403 is not sent again either", async () => {
    const fixture = openCheck();
    fixture.secrets.put(fixture.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    fixture.break({ login: WRONG.login, status: 403, body: "empty", times: 1 });
    expect(await fixture.check()).toMatchObject({ refused: 1 });
    expect(fixture.secrets.refusedVersions.size).toBe(1);
    // The 403 said nothing about the password; the 401 did.
    expect(fixture.timesSent(WRONG)).toBe(2);
  });

  it("that cannot get its label is reported, not sent again, and thrown at the end", async () => {
    const fixture = openCheck({ accounts: ["default", "other"] });
    const version = fixture.secrets.put(fixture.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    fixture.secrets.refuse = "label";
    await expect(fixture.check()).rejects.toThrow(PlatformError);
    expect(fixture.timesSent(WRONG)).toBe(1);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 0 });
    const about = fixture.found().filter(({ account }) => account === "default");
    expect(about).toEqual([
      expect.objectContaining({
        outcome: "account-refused",
        meaning: expect.stringContaining(`could not be put on version ${version} of ${fixture.secretOf("default")}`),
      }),
      expect.objectContaining({ outcome: "error", meaning: expect.stringContaining("cannot put the label") }),
    ]);
    expect(fixture.found().filter(({ outcome }) => outcome === "fine")).toHaveLength(4);
  });
});

describe("an account without a clear answer", () => {
  it("is not sent again in that check: Chorus Pro may have counted the password", async () => {
    const fixture = openCheck();
    fixture.secrets.put(fixture.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    fixture.break({ login: WRONG.login, connection: "hang" });
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(fixture.timesSent(WRONG)).toBe(1);
    expect(fixture.secrets.refusedVersions.size).toBe(0);
  });

  it("is sent to the other APIs if one has accepted its password", async () => {
    const fixture = openCheck();
    fixture.break({ path: "/cpro/utilisateurs/", status: 500 });
    await fixture.check();
    expect(fixture.found().map(({ outcome }) => outcome)).toEqual(["fine", "cannot-tell", "fine", "fine"]);
  });
});

describe("an account stored recently", () => {
  it.each([
    [29, 0],
    [30, 4],
  ])("(%i minutes ago) is sent %i times", async (minutes, times) => {
    const fixture = openCheck();
    const stored = { ...fixture.credentialsOf("default"), password: "canary-new" };
    fixture.piste.platform.addAccount(stored);
    fixture.secrets.put(fixture.secretOf("default"), stored, minutes * 60);
    await fixture.check();
    expect(fixture.timesSent(stored)).toBe(times);
    expect(fixture.metrics()["ConnectionUnknown"]).toBe(times === 0 ? 1 : 0);
  });

  it("(between two reads) is left to the next check", async () => {
    const fixture = openCheck();
    const read = fixture.secrets.read.bind(fixture.secrets);
    fixture.secrets.read = (name) => {
      if (name === fixture.secretOf("default")) fixture.secrets.put(name, WRONG, HOUR_IN_SECONDS);
      return read(name);
    };
    await fixture.check();
    expect(fixture.timesSent(WRONG)).toBe(0);
    expect(fixture.found()[0]).toMatchObject({ outcome: "too-young" });
  });
});

describe("an account with an unreadable value", () => {
  it("must be stored again, and is not shown", async () => {
    const fixture = openCheck();
    fixture.secrets.put(fixture.secretOf("default"), { login: "canary-login" }, HOUR_IN_SECONDS);
    expect(await fixture.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(fixture.found()[0]).toMatchObject({
      outcome: "unreadable-account",
      meaning: expect.stringMatching(/missing or of the wrong type: password\.$/),
    });
    expect(fixture.lines.join()).not.toContain("canary-login");
  });
});

describe("the output of a check", () => {
  it("never holds a token, a login, a password or a body", async () => {
    const fixture = openCheck({ accounts: ["one", "two", "three", "four"] });
    fixture.secrets.put(fixture.secretOf("two"), WRONG, HOUR_IN_SECONDS);
    fixture.break({ login: fixture.credentialsOf("one").login, status: 403, body: "empty" });
    fixture.break({ login: fixture.credentialsOf("three").login, codeRetour: 3, libelle: "canary-libelle" });
    fixture.break({ login: fixture.credentialsOf("four").login, status: 500, body: "html" });
    const said = JSON.stringify([await fixture.check(), fixture.lines]);
    const token = fixture.requests[0]?.headers["authorization"]?.split(" ")[1] ?? "";
    expect(token).not.toBe("");
    for (const secret of [token, "canary", headerOf(WRONG), MADE_UP_ACCOUNT.password, "<html"]) {
      expect(said).not.toContain(secret);
    }
  });
});
