import { describe, expect, it } from "@jest/globals";
import type { Fault } from "../../../emulator";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { accountOf, failedSteps, DoctorFixture, LOGIN, open, SIRET, stepOf } from "./fixture";

const WRONG = { login: LOGIN, password: "canary-wrong" };
const OTHER_SIRET = "99999999900010";
const OTHERS = { login: `TECH_7_${OTHER_SIRET}@cpro.fr`, password: "canary-of-another" };
const DAY_IN_SECONDS = 86_400;

describe("a missing technical account", () => {
  it("in the configuration is the first open step; the APIs get a made-up login", async () => {
    const fixture = new DoctorFixture({ accounts: [] });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 not-seen-yet", "Q6 missing operator", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q3").status).toBe("done");
    expect(stepOf(report, "Q6").next?.en).toContain("`technicalAccounts` of stacks/qualif.ts");
    expect(stepOf(report, "Q5").next?.en).toBe("It shows after Q6: name the technical account in the configuration.");
    expect(fixture.timesMadeUp()).toBe(4);
  });

  it("in its secret must be stored first", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.remove(fixture.secretOf());
    fixture.aws.deploy({ environment: "qualif", name: "other" });
    fixture.aws.deploy({
      environment: "qualif",
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: SIRET, identifierType: "SIRET" } }],
    });
    fixture.aws.deployed.delete("qualif/other");
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 not-seen-yet", "Q6 not-seen-yet", "Q7 missing operator"]);
    expect(stepOf(report, "Q6").next?.en).toBe("It shows after Q7: store the technical account.");
    // The doctor did not search for the structure.
    expect(report.layers.at(-1)?.said.fr).toBe("pas encore demandées");
    expect(stepOf(report, "Q7").next?.en).toContain("`npx piste credentials set qualif technical-account`");
    expect(stepOf(report, "Q3").status).toBe("done");
    expect(exitCodeOf(report)).toBe(2);
  });

  it("with an unreadable value must be stored again, and is not sent", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 not-seen-yet", "Q6 not-seen-yet", "Q7 missing operator"]);
    expect(fixture.timesSent({ login: LOGIN })).toBe(0);
  });

  it("with a secret deleted during the run must be stored first", async () => {
    const fixture = new DoctorFixture();
    const read = fixture.aws.read.bind(fixture.aws);
    fixture.aws.read = (secret) => (secret === fixture.secretOf() ? Promise.resolve(undefined) : read(secret));
    expect(failedSteps(await fixture.examine())).toEqual(["Q7 missing operator"]);
  });
});

describe("a technical account that Chorus Pro refuses", () => {
  it("is the gestionnaire's task, and gets its label before any other call", async () => {
    const fixture = new DoctorFixture();
    const version = fixture.aws.put(fixture.secretOf(), WRONG);
    let sentAtLabel = -1;
    const moveLabel = fixture.aws.moveLabel.bind(fixture.aws);
    fixture.aws.moveLabel = (...words) => {
      sentAtLabel = fixture.requests.length;
      return moveLabel(...words);
    };
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 not-seen-yet", "Q6 missing chorus-pro", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q6").cause?.en).toContain("probably wrong, expired or locked");
    expect(stepOf(report, "Q6").next?.fr).toContain("gestionnaire principal");
    expect(exitCodeOf(report)).toBe(3);
    expect(fixture.aws.labelsOf(fixture.secretOf())).toMatchObject({ REFUSED: version });
    // The health check and the refused call; the other three APIs get a made-up login.
    expect(sentAtLabel).toBe(2);
    expect(fixture.requests).toHaveLength(5);
    expect(fixture.timesMadeUp()).toBe(3);
  });

  it("leaves other APIs unknown in prod without a made-up login", async () => {
    const fixture = new DoctorFixture({ environment: "prod" });
    fixture.aws.put(fixture.secretOf(), WRONG);
    const { cause } = stepOf(await fixture.examine(), "P2");
    expect(cause).toEqual({
      en: "1 of 4 APIs lets the application in; Factures, Structures, Utilisateurs not known yet: the refused account is not sent there.",
      fr: "1 API sur 4 laisse entrer l'application ; Factures, Structures, Utilisateurs : pas encore connu, le compte refusé n'y est pas envoyé.",
    });
    expect(stepOf(await fixture.examine(), "P2").cause?.en).toBe(
      "Factures, Structures, Utilisateurs, Transverses not known yet: the refused account is not sent there.",
    );
    expect(fixture.timesMadeUp()).toBe(0);
    expect(stepOf(await fixture.examine({ probe: true }), "P2").status).toBe("done");
  });

  it("is not sent again, in this run or a later one", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), WRONG);
    for (let visit = 0; visit < 4; visit++) {
      expect(failedSteps(await fixture.examine())).toEqual(["Q6 missing chorus-pro"]);
      fixture.aws.clock.forward(3600);
    }
    expect(fixture.timesSent(WRONG)).toBe(1);
    const { cause, next } = stepOf(await fixture.examine(), "Q6");
    expect(cause?.en).toContain("refused this password before (label REFUSED)");
    expect(next?.en).toContain("`npx piste doctor qualif --force`");
    // Its value is not even read.
    fixture.aws.asked.length = 0;
    await fixture.examine();
    expect(fixture.aws.done).not.toContain(`read ${fixture.secretOf()}`);
    expect(stepOf(await fixture.examine(), "Q3").status).toBe("done");
  });

  it("is not sent if it was stored and labelled during the run", async () => {
    const fixture = new DoctorFixture();
    const read = fixture.aws.read.bind(fixture.aws);
    fixture.aws.read = async (secret) => {
      if (secret === fixture.secretOf()) {
        const to = fixture.aws.put(secret, WRONG);
        await fixture.aws.moveLabel(secret, "REFUSED", { to });
      }
      return read(secret);
    };
    expect(failedSteps(await fixture.examine())).toEqual(["Q6 missing chorus-pro"]);
    expect(fixture.timesSent(WRONG)).toBe(0);
  });

  it.each<[string, Omit<Fault, "on">, string]>([
    ["keeps its label when --force meets a 403, which says nothing about the password", { status: 403 }, "Q6"],
    ["loses its label when --force meets another code", { codeRetour: 20003 }, "Q5"],
  ])("%s", async (_, fault, next) => {
    const fixture = new DoctorFixture();
    fixture.break("api", { login: LOGIN, status: 401 });
    await fixture.examine();
    fixture.aws.piste.faults.clear();
    fixture.break("api", { login: LOGIN, ...fault });
    expect(failedSteps(await fixture.examine({ force: true }))).toEqual(["Q5 missing chorus-pro"]);
    expect(failedSteps(await fixture.examine())).toEqual([`${next} missing chorus-pro`]);
  });

  it("is sent once more with --force, and keeps its label after another refusal", async () => {
    const fixture = new DoctorFixture();
    const version = fixture.aws.put(fixture.secretOf(), WRONG);
    await fixture.examine();
    expect(failedSteps(await fixture.examine({ force: true }))).toEqual(["Q6 missing chorus-pro"]);
    expect(fixture.timesSent(WRONG)).toBe(2);
    expect(fixture.aws.labelsOf(fixture.secretOf())).toMatchObject({ REFUSED: version });
  });

  it("loses its label when it works", async () => {
    const fixture = new DoctorFixture();
    const version = fixture.aws.put(fixture.secretOf(), WRONG);
    await fixture.examine();
    fixture.aws.piste.platform.addAccount(WRONG);
    expect((await fixture.examine({ force: true })).ready).toBe(true);
    expect(fixture.aws.labelsOf(fixture.secretOf())).not.toMatchObject({ REFUSED: version });
    expect((await fixture.examine()).ready).toBe(true);
  });

  it("moves the label from the version that was refused before", async () => {
    const fixture = new DoctorFixture();
    const first = fixture.aws.put(fixture.secretOf(), WRONG);
    await fixture.examine();
    const other = { login: LOGIN, password: "canary-other" };
    const second = fixture.aws.put(fixture.secretOf(), other);
    expect(failedSteps(await fixture.examine())).toEqual(["Q6 missing chorus-pro"]);
    expect(fixture.aws.labelsOf(fixture.secretOf())).not.toMatchObject({ REFUSED: first });
    expect(fixture.aws.labelsOf(fixture.secretOf())).toMatchObject({ REFUSED: second });
    expect([fixture.timesSent(WRONG), fixture.timesSent(other)]).toEqual([1, 1]);
  });

  it("causes a note with the label's command if the label cannot be set", async () => {
    const fixture = new DoctorFixture();
    const version = fixture.aws.put(fixture.secretOf(), WRONG);
    fixture.aws.refuse("secretsmanager:UpdateSecretVersionStage");
    await fixture.tick();
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q6 missing chorus-pro"]);
    expect(report.notes.map(({ en }) => en)).toEqual([
      expect.stringMatching(new RegExp(`update-secret-version-stage .*--move-to-version-id ${version}`)),
    ]);
    expect(fixture.timesSent(WRONG)).toBe(1);
  });

  it("has probably expired if its password is too old", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), WRONG, ["AWSCURRENT"], 430 * DAY_IN_SECONDS);
    const { cause } = stepOf(await fixture.examine(), "Q6");
    expect(cause?.en).toMatch(/probably expired on \d+ November 2023\.$/);
  });
});

describe("a technical account with an overdue password", () => {
  const YEAR_AGO = "CHANGED-2022-08-01";
  const overdue = (account: object, ageInSeconds: number, ...labels: string[]): DoctorFixture => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), account, ["AWSCURRENT", ...labels], ageInSeconds);
    return fixture;
  };

  it("is the gestionnaire's task even while it works, and other steps stay done", async () => {
    const fixture = overdue(accountOf("default"), 430 * DAY_IN_SECONDS);
    await fixture.tick();
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q6 missing chorus-pro"]);
    expect(exitCodeOf(report)).toBe(3);
    const { cause, next } = stepOf(report, "Q6");
    expect(cause?.en).toMatch(
      /^The password of the technical account had to be changed by \d+ November 2023; .* still accepts/,
    );
    expect(cause?.fr).toMatch(
      /^Le mot de passe du compte technique devait être changé au plus tard le \d+ novembre 2023 ; /,
    );
    expect(next?.en).toContain("`npx piste credentials set qualif technical-account`");
    expect(report.notes).toEqual([]);
  });

  it.each([
    ["just stored and refused", []],
    ["just stored and refused before", ["REFUSED"]],
  ])("does not lead to `wait` when it was %s", async (_, labels) => {
    const fixture = overdue(WRONG, 600, YEAR_AGO, ...labels);
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q6 missing chorus-pro"]);
    expect(exitCodeOf(report)).toBe(3);
    const { cause, next } = stepOf(report, "Q6");
    expect(cause?.en).toMatch(/probably expired on \d+ [A-Z][a-z]+ 2023\.$/);
    expect(next?.en).not.toContain("--force");
    // The next run says the same because of the label.
    expect(stepOf(await fixture.examine(), "Q6").cause?.fr).toMatch(/a probablement expiré le \d+ [a-zûé]+ 2023\.$/);
  });
});

describe("a technical account stored a moment ago", () => {
  const young = (minutes: number): DoctorFixture => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), WRONG, ["AWSCURRENT"], minutes * 60);
    return fixture;
  };

  it("may be too new after a refusal; the message has the time of the next try", async () => {
    // The clock shows 22:15 UTC, 23:15 in Paris.
    const fixture = young(10);
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 not-seen-yet", "Q6 not-seen-yet wait", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q6").next?.en).toContain("`npx piste doctor qualif --force` at 23:35 (Paris time)");
    expect(exitCodeOf(report)).toBe(4);
  });

  it("is not sent again before that time, or later without --force", async () => {
    const fixture = young(10);
    await fixture.examine();
    fixture.aws.clock.forward(10 * 60);
    expect(failedSteps(await fixture.examine())).toEqual(["Q6 not-seen-yet wait"]);
    fixture.aws.clock.forward(10 * 60);
    expect(failedSteps(await fixture.examine())).toEqual(["Q6 missing chorus-pro"]);
    expect(fixture.timesSent(WRONG)).toBe(1);
    fixture.aws.piste.platform.addAccount(WRONG);
    expect((await fixture.examine({ force: true })).ready).toBe(true);
  });

  it.each([
    [29, "Q6 not-seen-yet wait"],
    [30, "Q6 missing chorus-pro"],
  ])("is new for 30 minutes by AWS's clock: %i", async (minutes, expected) => {
    const fixture = young(minutes);
    expect(failedSteps(await fixture.examine())).toEqual([expected]);
  });

  it("is fine if it works", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), accountOf("default"), ["AWSCURRENT"], 60);
    expect((await fixture.examine()).ready).toBe(true);
  });
});

describe("a technical account with a 403", () => {
  it("probably has no raccordement if a made-up login gets another answer", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/", login: LOGIN, status: 403 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 missing chorus-pro", "Q6 not-seen-yet", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q5").cause?.en).toContain("probably missing");
    expect(stepOf(report, "Q5").next?.en).toContain("APP_SANDBOX_equipe@exemple.fr, to the letter");
    expect(stepOf(report, "Q6").next?.en).toBe("It shows after Q5: the raccordement.");
  });

  it("at one API probably has no habilitation there", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/factures/", login: LOGIN, status: 403 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 missing chorus-pro", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q5").cause?.en).toBe(
      "3 of 4 APIs answer the technical account; Factures refuses it (403): probably habilitations are missing.",
    );
  });

  it("probably belongs to another structure if its login names one", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), OTHERS);
    fixture.aws.piste.platform.addAccount(OTHERS);
    fixture.break("api", { path: "/cpro/", login: OTHERS.login, status: 403 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 not-seen-yet", "Q6 missing operator", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q6").cause?.en).toContain(`names ${OTHER_SIRET}, the configuration ${SIRET}`);
    expect(stepOf(report, "Q5").next?.en).toBe("It shows after Q6: the technical account of the configured structure.");
  });

  it("that does not repeat is ignored", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/factures/", login: LOGIN, status: 403, times: 1 });
    expect((await fixture.examine()).ready).toBe(true);
  });
});

describe("a working technical account", () => {
  it("with another codeRetour probably has no habilitation", async () => {
    const fixture = new DoctorFixture();
    fixture.break("api", { path: "/cpro/factures/", codeRetour: 20003, libelle: "GDP_MSG_01.004: canary" });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q5 missing chorus-pro", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q5").cause?.en).toContain("Factures refuses it (20003 GDP_MSG_01.004)");
  });

  it("causes a note if its login names another structure", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), OTHERS);
    fixture.aws.piste.platform.addAccount(OTHERS);
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes.map(({ en }) => en)).toEqual([
      `The account default works, but its login names the structure ${OTHER_SIRET} and the configuration ${SIRET}.`,
    ]);
  });

  it("causes a note without the login if its form is unusual", async () => {
    const fixture = new DoctorFixture();
    const odd = { login: "canary-login", password: "canary-password" };
    fixture.aws.put(fixture.secretOf(), odd);
    fixture.aws.piste.platform.addAccount(odd);
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes).toHaveLength(1);
    expect(JSON.stringify(report)).not.toContain("canary");
  });

  it("causes a note if Chorus Pro does not find its structure", async () => {
    const fixture = new DoctorFixture({
      configuration: {
        technicalAccounts: [{ name: "default", structure: { identifier: "FR123", identifierType: "UE_HORS_FRANCE" } }],
      },
    });
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes.map(({ en }) => en)).toEqual([
      expect.stringContaining("finds no structure FR123 (UE_HORS_FRANCE)"),
    ]);
    expect(report.layers.at(-1)?.said.en).toBe("0 of 1 found");
  });

  it("causes a note if its password expires soon", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.put(fixture.secretOf(), accountOf("default"), ["AWSCURRENT"], 410 * DAY_IN_SECONDS);
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes.map(({ en }) => en)).toEqual([
      expect.stringMatching(/has to be changed by \d+ November 2023\.$/),
    ]);
  });

  it("needs no call with a made-up login", async () => {
    const fixture = new DoctorFixture();
    await fixture.examine();
    expect(fixture.timesSent(MADE_UP_ACCOUNT)).toBe(0);
  });
});
