import { describe, expect, it } from "@jest/globals";
import type { Environment } from "../../../piste/environments";
import { EXIT_CODES } from "../../../cli/command/failure";
import { PARTIES, type Party } from "../../../piste/party";
import { exampleOf, FINDING_CODES, FINDINGS, found, type FindingCode, type Found } from "../../../cli/doctor/findings";
import { exitCodeOf, firstFailedStep, isReady, judge, type Evidence } from "../../../cli/doctor/judge";
import type { StepReport } from "../../../cli/doctor/report";

const WELL: Evidence = {
  name: "chorus-pro",
  pisteApplicationName: "APP_SANDBOX_a@b.fr",
  chorusPro: true,
  hasToken: true,
  apis: [{ title: "Factures", letIn: true }],
  accounts: [{ accepted: true, connected: true }],
  complete: true,
  found: [],
};
const UNSEEN: Partial<Evidence> = { apis: [{ title: "Factures", letIn: undefined }], accounts: [{}], complete: false };

const statuses = (environment: Environment, ...evidence: Evidence[]): string =>
  judge({ environment }, evidence)
    .map(({ id, status, owner }) => [id, status, ...(owner === undefined ? [] : [owner])].join(" "))
    .join(", ");

const with_ = (code: FindingCode, environment: Environment, more: Partial<Found> = {}): Found => ({
  ...exampleOf(code, environment),
  ...more,
});

describe("steps without a finding", () => {
  it("are done, or by hand if software cannot see them", () => {
    expect(statuses("qualif", WELL)).toBe("Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 done, Q6 done, Q7 done");
    expect(statuses("prod", WELL)).toBe("P1 done, P2 done, P3 done, P4 done, P5 done");
    expect(isReady(judge({ environment: "qualif" }, [WELL]))).toBe(true);
  });

  it("name the command that confirms them, until they are confirmed", () => {
    const [, , , unconfirmed] = judge({ environment: "qualif" }, [WELL]);
    expect(unconfirmed?.next?.en).toBe("Once it is done: `npx piste doctor qualif --confirm Q4`.");
    const [, , , confirmed] = judge({ environment: "qualif" }, [WELL], { Q4: "2026-11-25", Q2: "2026-11-25" });
    expect(confirmed).toEqual({ id: "Q4", status: "by-hand", confirmedOn: "2026-11-25" });
  });

  it("ignore confirmations if software sees them", () => {
    expect(judge({ environment: "qualif" }, [WELL], { Q2: "2026-11-25" })[1]).toEqual({
      id: "Q2",
      status: "done",
      seenFrom: "aws",
    });
  });

  it("of Chorus Pro are not needed unless an application calls it", () => {
    const bearer: Evidence = { ...WELL, name: "legifrance", chorusPro: false, accounts: [] };
    const steps = judge({ environment: "qualif" }, [bearer]);
    expect(steps.map(({ status }) => status).slice(3, 6)).toEqual(["not-needed", "not-needed", "not-needed"]);
    expect([isReady(steps), exitCodeOf({ ready: isReady(steps), steps })]).toEqual([true, 0]);
    expect(statuses("qualif", bearer, WELL)).toBe(statuses("qualif", WELL));
    expect(statuses("prod", WELL, bearer)).toBe("P1 done, P2 done, P3 done, P4 done, P5 done");
  });

  it("leave the last one open until an API has answered with an account", () => {
    expect(statuses("qualif", { ...WELL, complete: false })).toMatch(/Q6 done, Q7 not-seen-yet$/);
  });

  it("are not done while one of several accounts was not seen", () => {
    const evidence = { ...WELL, accounts: [{ accepted: true, connected: true }, {}] };
    expect(statuses("qualif", evidence)).toContain("Q5 not-seen-yet, Q6 not-seen-yet");
  });
});

describe("a finding", () => {
  it.each(FINDING_CODES)("affects one step only: %s", (code) => {
    for (const environment of ["qualif", "prod"] as const) {
      const found = with_(code, environment);
      const steps = judge({ environment }, [{ ...WELL, ...UNSEEN, found: [found] }]);
      expect(steps.filter(({ owner }) => owner !== undefined).map(({ id }) => id)).toEqual([found.step]);
      expect(isReady(steps)).toBe(false);
      expect(exitCodeOf({ ready: false, steps })).toBe(EXIT_CODES[found.owner]);
    }
  });

  it("that stops the run makes unseen steps not-reached, and keeps the others", () => {
    const found = [with_("gateway-down", "qualif")];
    expect(statuses("qualif", { ...WELL, ...UNSEEN, found })).toBe(
      "Q1 done, Q2 done, Q3 not-reached, Q4 by-hand, Q5 not-reached, Q6 not-reached, Q7 not-seen-yet wait",
    );
  });

  it("before other steps makes these not-seen-yet, and is named in them", () => {
    const found = [with_("client-empty", "qualif")];
    const steps = judge({ environment: "qualif" }, [{ ...WELL, ...UNSEEN, hasToken: false, found }]);
    expect(steps.map(({ status }) => status).filter((status) => status === "not-reached")).toEqual([]);
    expect(steps[1]?.next?.fr).toBe("Cela se verra après Q7 : enregistrer les identifiants de l'application.");
  });

  it("does not send the user to the beginning if another application has a token", () => {
    const found = [with_("client-empty", "qualif")];
    const empty = { ...WELL, ...UNSEEN, hasToken: false, found };
    const begins = (...all: Evidence[]): boolean =>
      judge({ environment: "qualif" }, all).some((step) => step.begins ?? false);
    expect([begins(empty), begins(empty, { ...empty, name: "b" }), begins(empty, { ...WELL, name: "b" })]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("about an unknown state leaves the data set to be confirmed by hand", () => {
    const found = [with_("aws-denied", "qualif")];
    const nothing = { hasToken: false, apis: [], accounts: [], complete: false, found };
    expect(statuses("qualif", nothing)).toBe(
      "Q1 not-reached, Q2 not-reached, Q3 not-reached, Q4 by-hand, Q5 not-reached, Q6 not-reached, Q7 missing aws",
    );
  });

  it("that is worse comes before others of the same step", () => {
    const found = [with_("alarm-mail-unconfirmed", "qualif"), with_("client-rejected", "qualif")];
    const last = judge({ environment: "qualif" }, [{ ...WELL, found }]).at(-1);
    expect(last?.owner).toBe("operator");
    expect(last?.cause?.en).toMatch(/^PISTE refuses the client id.*the subscription is not confirmed/);
    const waiting = [with_("api-unclear", "qualif"), with_("account-empty", "qualif")];
    expect(judge({ environment: "qualif" }, [{ ...WELL, found: waiting }]).at(-1)).toMatchObject({
      status: "missing",
      owner: "operator",
    });
  });

  it("about a raccordement sends the user to the space first", () => {
    const found = [with_("raccordement-missing", "prod")];
    const evidence = { ...WELL, accounts: [{ connected: false }], complete: false, found };
    expect(statuses("prod", evidence)).toBe(
      "P1 done, P2 done, P3 not-seen-yet, P4 missing chorus-pro, P5 not-seen-yet",
    );
    expect(statuses("qualif", { ...evidence, found: [with_("raccordement-missing", "qualif")] })).toContain(
      "Q5 missing chorus-pro, Q6 not-seen-yet, Q7 not-seen-yet",
    );
  });
});

describe("several applications", () => {
  const other: Evidence = { ...WELL, name: "droit" };

  it("have the worst status of each step", () => {
    const order: [Partial<Evidence>, string][] = [
      [{ found: [with_("account-refused", "qualif")] }, "missing chorus-pro"],
      [{ found: [with_("account-young", "qualif")] }, "not-seen-yet wait"],
      [{ accounts: [{}] }, "not-seen-yet"],
      [{ accounts: [{}], found: [with_("gateway-down", "qualif")] }, "not-reached"],
      [{}, "done"],
    ];
    order.forEach(([worse, expected], index) => {
      for (const [better] of order.slice(index)) {
        const steps = statuses("qualif", { ...WELL, ...better }, { ...other, ...worse });
        expect(steps).toContain(`Q6 ${expected}, `);
      }
    });
  });

  it("are named only if they differ", () => {
    const found = [with_("account-refused", "qualif")];
    const [differ] = judge({ environment: "qualif" }, [WELL, { ...other, found }]).slice(5);
    expect(differ?.cause?.en).toMatch(/^droit: Chorus Pro refuses/);
    expect(differ?.next?.fr).toMatch(/^droit : Le gestionnaire/);
    const [same] = judge({ environment: "qualif" }, [
      { ...WELL, found },
      { ...other, found },
    ]).slice(5);
    expect(same?.cause?.en).toMatch(/^Chorus Pro refuses/);
  });

  describe("with the same finding", () => {
    const wrong = (name: string, code: FindingCode): Evidence => {
      const place = { environment: "qualif", application: name } as const;
      return { ...WELL, name, complete: false, found: [found(code, place, FINDINGS[code].example as never)] };
    };
    const lastOf = (code: FindingCode, ...names: string[]): StepReport | undefined =>
      judge({ environment: "qualif" }, [WELL, ...names.map((name) => wrong(name, code))]).at(-1);

    it("are all named, with the first one's command", () => {
      const step = lastOf("client-empty", "droit", "paie", "captcha", "meteo");
      expect(step?.cause?.en).toMatch(/^droit, paie, captcha and 1 more: \S/);
      expect(step?.next?.en).toMatch(
        /^droit, paie, captcha and 1 more: .*`npx piste credentials set qualif client --application droit`\. Then the same for the others\.$/,
      );
      expect(step?.next?.fr).toMatch(
        /^droit, paie, captcha et 1 de plus : .*--application droit`\. Puis de même pour les autres\.$/,
      );
      expect(step?.next?.en).not.toContain("--application paie");
      expect(step?.applications).toEqual(["droit", "paie", "captcha", "meteo"]);
    });

    it("share a doctor command without --application", () => {
      const step = lastOf("piste-down", "droit", "paie");
      expect(step?.next?.en).toMatch(/^droit, paie: Run `npx piste doctor qualif` again/);
      expect(step?.next?.en).not.toContain("Then the same");
      expect(lastOf("piste-down", "droit")?.next?.en).toMatch(
        /^droit: Run `npx piste doctor qualif --application droit` again/,
      );
    });
  });
});

describe("the first step to do", () => {
  const step = (id: StepReport["id"], status: StepReport["status"], owner?: Party): StepReport => ({
    id,
    status,
    owner,
  });

  it("is a missing one in the guide's order, before steps that only wait", () => {
    const steps = [
      step("Q3", "not-seen-yet", "wait"),
      step("Q5", "missing", "chorus-pro"),
      step("Q7", "missing", "aws"),
    ];
    expect(firstFailedStep(steps)?.id).toBe("Q5");
    expect(exitCodeOf({ ready: false, steps })).toBe(3);
    expect(firstFailedStep(steps.slice(0, 1))?.id).toBe("Q3");
  });

  it("gives its owner's exit code; only a ready environment gives 0", () => {
    for (const owner of PARTIES) {
      expect(exitCodeOf({ ready: false, steps: [step("Q7", "missing", owner)] })).toBe(EXIT_CODES[owner]);
    }
    expect(exitCodeOf({ ready: true, steps: [] })).toBe(0);
    expect(exitCodeOf({ ready: false, steps: [step("Q7", "not-seen-yet")] })).not.toBe(0);
  });
});
