import { describe, expect, it } from "@jest/globals";
import { transportTo } from "../../../emulator";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { accountOf } from "../../../emulator/messages";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { headerOf, openCheck } from "./surroundings";

const HOUR_IN_SECONDS = 60 * 60;
const WRONG = { login: "TECH_canary-login-default@cpro.fr", password: "canary-wrong-password" };

/** A day of checks, every six hours; the token is fresh each time. */
async function checkForADay(workshop: ReturnType<typeof openCheck>): Promise<void> {
  for (let run = 0; run < 4; run++) {
    workshop.clock.forward(6 * HOUR_IN_SECONDS);
    workshop.storeToken();
    await workshop.check();
  }
}

describe("an account that Chorus Pro refuses", () => {
  it("is tried once for each version of its secret, over many checks, and reported while it lasts", async () => {
    const workshop = openCheck();
    const first = workshop.secrets.put(workshop.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    for (let day = 0; day < 5; day++) {
      await checkForADay(workshop);
      expect(workshop.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 0 });
    }
    expect(workshop.timesSent(WRONG)).toBe(1);
    expect([...workshop.secrets.refusedVersions]).toEqual([[workshop.secretOf("default"), first]]);

    const other = { ...WRONG, password: "canary-other-wrong-password" };
    const second = workshop.secrets.put(workshop.secretOf("default"), other);
    await checkForADay(workshop);
    expect([workshop.timesSent(WRONG), workshop.timesSent(other)]).toEqual([1, 1]);
    expect([...workshop.secrets.refusedVersions.values()]).toEqual([second]);

    workshop.secrets.put(workshop.secretOf("default"), workshop.credentialsOf("default"));
    await checkForADay(workshop);
    expect(workshop.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 0, ConnectionUnknown: 0 });
  });

  it("is not read any more once it carries the label, and its owner is told", async () => {
    const workshop = openCheck();
    workshop.secrets.refusedVersions.set(workshop.secretOf("default"), "version-1");
    await workshop.check();
    expect(workshop.secrets.reads).not.toContain(workshop.secretOf("default"));
    expect(workshop.found()[0]).toMatchObject({
      account: "default",
      outcome: "refused-before",
      verdict: "refused",
      owner: "the structure's gestionnaire principal, on the Chorus Pro portal",
      contradicts: ["Q6"],
      meaning: expect.stringContaining("label REFUSED"),
    });
    // The APIs are asked all the same.
    expect(workshop.timesSent(MADE_UP_ACCOUNT)).toBe(4);
  });

  it("does not keep the other accounts, nor the other APIs, from being checked", async () => {
    const workshop = openCheck({ accounts: ["one", "default", "two"] });
    workshop.secrets.put(workshop.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    expect(await workshop.check()).toMatchObject({ refused: 1, unknown: 0 });
    expect(workshop.found().filter(({ outcome }) => outcome === "fine")).toHaveLength(8);
  });

  it("has its label before anything else is done", async () => {
    const events: string[] = [];
    const workshop = openCheck({
      transport: (piste) => (request) => {
        const account = accountOf({ method: "", path: "", headers: request.headers, body: "" });
        if (account?.password === WRONG.password) events.push("sent");
        return transportTo(piste)(request);
      },
    });
    workshop.secrets.put(workshop.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    const mark = workshop.secrets.markRefused.bind(workshop.secrets);
    workshop.secrets.markRefused = (...words) => {
      events.push(`label after ${workshop.lines.length} lines`);
      return mark(...words);
    };
    await workshop.check();
    expect(events).toEqual(["sent", "label after 0 lines"]);
  });

  it("after a 403 that was only a blip is refused at once too", async () => {
    const workshop = openCheck();
    workshop.secrets.put(workshop.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    workshop.break({ login: WRONG.login, status: 403, body: "empty", times: 1 });
    expect(await workshop.check()).toMatchObject({ refused: 1 });
    expect(workshop.secrets.refusedVersions.size).toBe(1);
    // The 403 was no word on the password; the 401 was, and the last.
    expect(workshop.timesSent(WRONG)).toBe(2);
  });

  it("without its label is said loudly, not tried again in that check, and thrown once all is reported", async () => {
    const workshop = openCheck({ accounts: ["default", "other"] });
    const version = workshop.secrets.put(workshop.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    workshop.secrets.refuse = "label";
    await expect(workshop.check()).rejects.toThrow(PlatformError);
    expect(workshop.timesSent(WRONG)).toBe(1);
    expect(workshop.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 0 });
    const about = workshop.found().filter(({ account }) => account === "default");
    expect(about).toEqual([
      expect.objectContaining({
        outcome: "account-refused",
        meaning: expect.stringContaining(`could not be put on version ${version} of ${workshop.secretOf("default")}`),
      }),
      expect.objectContaining({ outcome: "error", meaning: expect.stringContaining("cannot put the label") }),
    ]);
    expect(workshop.found().filter(({ outcome }) => outcome === "fine")).toHaveLength(4);
  });
});

describe("an account whose answer is unclear", () => {
  it("is not sent again in that check: its password may have been judged", async () => {
    const workshop = openCheck();
    workshop.secrets.put(workshop.secretOf("default"), WRONG, HOUR_IN_SECONDS);
    workshop.break({ login: WRONG.login, connection: "hang" });
    expect(await workshop.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(workshop.timesSent(WRONG)).toBe(1);
    expect(workshop.secrets.refusedVersions.size).toBe(0);
  });

  it("is sent to the other APIs once one has shown that its password is right", async () => {
    const workshop = openCheck();
    workshop.break({ path: "/cpro/utilisateurs/", status: 500 });
    await workshop.check();
    expect(workshop.found().map(({ outcome }) => outcome)).toEqual(["fine", "cannot-tell", "fine", "fine"]);
  });
});

describe("an account that was just stored", () => {
  it.each([
    [29, 0],
    [30, 4],
  ])("%i minutes ago is sent %i times", async (minutes, times) => {
    const workshop = openCheck();
    const stored = { ...workshop.credentialsOf("default"), password: "canary-new" };
    workshop.piste.platform.addAccount(stored);
    workshop.secrets.put(workshop.secretOf("default"), stored, minutes * 60);
    await workshop.check();
    expect(workshop.timesSent(stored)).toBe(times);
    expect(workshop.metrics()["ConnectionUnknown"]).toBe(times === 0 ? 1 : 0);
  });

  it("between the two reads is left to the next check", async () => {
    const workshop = openCheck();
    const read = workshop.secrets.read.bind(workshop.secrets);
    workshop.secrets.read = (name) => {
      if (name === workshop.secretOf("default")) workshop.secrets.put(name, WRONG, HOUR_IN_SECONDS);
      return read(name);
    };
    await workshop.check();
    expect(workshop.timesSent(WRONG)).toBe(0);
    expect(workshop.found()[0]).toMatchObject({ outcome: "too-young" });
  });
});

describe("an account that cannot be read", () => {
  it("is for whoever stored it, and is not shown", async () => {
    const workshop = openCheck();
    workshop.secrets.put(workshop.secretOf("default"), { login: "canary-login" }, HOUR_IN_SECONDS);
    expect(await workshop.check()).toMatchObject({ refused: 0, unknown: 1 });
    expect(workshop.found()[0]).toMatchObject({
      outcome: "unreadable-account",
      meaning: expect.stringMatching(/missing or of the wrong kind: password\.$/),
    });
    expect(workshop.lines.join()).not.toContain("canary-login");
  });
});

describe("what a check says", () => {
  it("never holds a token, a login, a password or a body", async () => {
    const workshop = openCheck({ accounts: ["one", "two", "three", "four"] });
    workshop.secrets.put(workshop.secretOf("two"), WRONG, HOUR_IN_SECONDS);
    workshop.break({ login: workshop.credentialsOf("one").login, status: 403, body: "empty" });
    workshop.break({ login: workshop.credentialsOf("three").login, codeRetour: 3, libelle: "canary-libelle" });
    workshop.break({ login: workshop.credentialsOf("four").login, status: 500, body: "html" });
    const said = JSON.stringify([await workshop.check(), workshop.lines]);
    const token = workshop.requests[0]?.headers["authorization"]?.split(" ")[1] ?? "";
    expect(token).not.toBe("");
    for (const secret of [token, "canary", headerOf(WRONG), MADE_UP_ACCOUNT.password, "<html"]) {
      expect(said).not.toContain(secret);
    }
  });
});
