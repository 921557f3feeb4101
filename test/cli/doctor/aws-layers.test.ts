import { describe, expect, it } from "@jest/globals";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { found, FINDINGS } from "../../../cli/doctor/findings";
import { TOPIC, type Permission } from "../fake-aws";
import { failedSteps, DoctorFixture, open, stepOf } from "./fixture";

const NOT_REACHED = ["Q1", "Q2", "Q3", "Q5", "Q6"].map((id) => `${id} not-reached`);

describe("this machine's clock", () => {
  it.each([
    [61_000, "61 s behind AWS's"],
    [-61_000, "61 s ahead of AWS's"],
  ])("that is off by %i ms is this machine's to mend, and nothing else is looked at", async (ahead, said) => {
    const consultation = new DoctorFixture();
    consultation.aws.clockAhead = ahead;
    const report = await consultation.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain(said);
    expect(stepOf(report, "Q4").status).toBe("by-hand");
    expect(exitCodeOf(report)).toBe(2);
    expect(consultation.requests).toEqual([]);
    expect(consultation.aws.done).toEqual([]);
  });

  it("that is off by less is put right by AWS's: the token's end counts by AWS's clock", async () => {
    const consultation = new DoctorFixture();
    await consultation.tick();
    consultation.aws.clock.forward(3600 - 90);
    consultation.aws.clockAhead = 45_000;
    expect((await consultation.examine()).ready).toBe(true);
    expect(consultation.aws.done).toContain("invoke chorus-pro refresh");
  });

  it("is not judged when AWS says no time", async () => {
    const consultation = new DoctorFixture();
    consultation.aws.clockAhead = undefined;
    expect((await consultation.examine()).ready).toBe(true);
  });
});

describe("AWS that says no at first", () => {
  it("names the command that mends an expired session, where it was said where to look", async () => {
    const consultation = new DoctorFixture();
    const message =
      "The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.";
    consultation.aws.refuse("sts:GetCallerIdentity", "CredentialsProviderError", message);
    const report = await consultation.examine({ where: " --region eu-west-3 --profile team" });
    const doctor = "`npx piste doctor qualif --region eu-west-3 --profile team`";
    expect(stepOf(report, "Q7").next?.en).toMatch(/^Log in again: `aws sso login --profile \w+`\. Then /);
    expect(stepOf(report, "Q7").next?.en).toContain(doctor);
    expect(stepOf(report, "Q7").next?.fr).toMatch(/^Reconnectez-vous : `aws sso login --profile \w+`\. Puis /);
  });

  it("keeps the profile where another region is named, and names the one where the stack is", async () => {
    const consultation = new DoctorFixture();
    const { aws } = consultation;
    const nothing = { applications: [], disbelieved: [] };
    aws.applications = () => Promise.resolve({ ...nothing, elsewhere: "eu-west-3" });
    const where = " --region us-east-1 --profile team";
    const report = await consultation.examine({ where });
    const { next, owner, codes } = stepOf(report, "Q7");
    expect([owner, codes]).toEqual(["operator", ["deployed-elsewhere"]]);
    // Who has a stack elsewhere does not begin from nothing.
    expect(report.steps.filter(({ begins }) => begins)).toEqual([]);
    expect(next?.en).toBe("Look there: `npx piste doctor qualif --profile team --region eu-west-3`.");
    expect(next?.fr).toBe("Regardez là : `npx piste doctor qualif --profile team --region eu-west-3`.");
    aws.applications = () => Promise.resolve(nothing);
    expect(stepOf(await consultation.examine({ where }), "Q7").next?.en).toContain(
      "`npx piste doctor qualif --profile team --region <name>`",
    );
  });

  it("names commands of AWS with the region and the profile alone, which is all that they share with `npx piste`", () => {
    const all = Object.entries(FINDINGS).flatMap(([code, { example }]) => {
      const where = " --api legifrance --local --region eu-west-1 --profile 'mon profil' --probe";
      // TypeScript does not see that the example belongs to the code.
      const { cause, next } = found(
        code as "secret-absent",
        { environment: "prod", where },
        example as { secret: string },
      );
      return [cause, next].flatMap((text) =>
        [...`${text.en} ${text.fr}`.matchAll(/`(aws [^`]+)`/g)].map(([, one = ""]) => one),
      );
    });
    const here = all.filter((command) => !/^aws (configure|sso)/.test(command));
    expect(
      here.filter((command) => /secretsmanager restore-secret --secret-id piste.qualif/.test(command)),
    ).toHaveLength(2);
    expect(here.filter((command) => command.includes("logs tail")).length).toBeGreaterThan(1);
    for (const command of all) expect(command).not.toMatch(/--(?:local|api|probe|application)/);
    // What is an example's own text has no place.
    for (const command of here.filter((one) => !/restore-secret --secret-id piste.prod/.test(one))) {
      expect(command).toMatch(/ --region eu-west-1 --profile 'mon profil'$/);
    }
  });

  it("restores a secret that is scheduled for deletion", async () => {
    const consultation = new DoctorFixture();
    const secret = "piste/qualif/chorus-pro/token";
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    consultation.aws.refuse("secretsmanager:GetSecretValue", "InvalidRequestException", message, secret);
    const { cause, next } = stepOf(await consultation.examine(), "Q7");
    expect(cause?.fr).toContain(`Le secret ${secret} est en attente de suppression`);
    expect(next?.en).toContain(`Restore it: \`aws secretsmanager restore-secret --secret-id ${secret}`);
    expect(next?.fr).toContain(`Restaurez-le : \`aws secretsmanager restore-secret --secret-id ${secret}`);
  });

  it.each<[string, string, string, string]>([
    ["no region", "Error", "Region is missing", "Q7 missing operator"],
    ["no credentials", "CredentialsProviderError", "Could not load credentials from any providers", "Q7 missing aws"],
    ["a right that is missing", "AccessDeniedException", "not authorized", "Q7 missing aws"],
    ["no way to AWS", "TimeoutError", "socket timed out", "Q7 missing operator"],
    ["a proxy's page", "SyntaxError", "Unexpected token <", "Q7 missing operator"],
    ["too many calls", "ThrottlingException", "Rate exceeded", "Q7 not-seen-yet wait"],
    ["something else", "InternalServiceError", "try later", "Q7 missing aws"],
  ])("is a finding, with all steps listed: %s", async (_, name, message, expected) => {
    const consultation = new DoctorFixture();
    consultation.aws.refuse("sts:GetCallerIdentity", name, message);
    const report = await consultation.examine();
    expect(open(report)).toEqual([...NOT_REACHED, expected]);
    expect(report.layers.map(({ status }) => status)).toEqual([
      "ok",
      "failed",
      ...Array<string>(6).fill("not-reached"),
    ]);
  });

  it("names the right that is missing and the policy to ask for", async () => {
    const consultation = new DoctorFixture();
    consultation.aws.refuse("secretsmanager:ListSecretVersionIds");
    const { cause, next } = stepOf(await consultation.examine(), "Q7");
    expect(cause?.en).toContain("secretsmanager:ListSecretVersionIds");
    expect(next?.en).toContain("`npx piste policy operator --environment ");
  });

  it.each<[Permission, string]>([
    ["ssm:GetParametersByPath", "aws"],
    ["secretsmanager:ListSecretVersionIds", "aws"],
    ["secretsmanager:GetSecretValue", "token"],
    ["lambda:InvokeFunction", "token"],
  ])("to %s fails that layer, and is AWS's to mend", async (permission, layer) => {
    const consultation = new DoctorFixture();
    consultation.aws.refuse(permission);
    const report = await consultation.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(report.layers.find(({ status }) => status === "failed")?.layer).toBe(layer);
    expect(exitCodeOf(report)).toBe(5);
  });

  it("to read the account fails the APIs' layer, after the token was seen", async () => {
    const consultation = new DoctorFixture();
    const secret = consultation.secretOf();
    consultation.aws.refuse("secretsmanager:GetSecretValue", "AccessDeniedException", "no", secret);
    const report = await consultation.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q1").status).toBe("done");
    expect(stepOf(report, "Q6").status).toBe("not-reached");
  });
});

describe("a stack", () => {
  it("that is absent is deployed first, or looked for in another region", async () => {
    const consultation = new DoctorFixture();
    consultation.aws.deployed.clear();
    const report = await consultation.examine();
    expect(open(report)).toEqual(["Q1 not-seen-yet", ...NOT_REACHED.slice(1), "Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("in the region eu-west-3");
    expect(stepOf(report, "Q7").next?.en).toContain("`npx cdktf deploy qualif`");
  });

  it.each(["clientSecret", "tokenSecret", "account"] as const)(
    "that lacks a secret is deployed again: %s",
    async (which) => {
      const consultation = new DoctorFixture();
      const { description } = consultation.application;
      const secret = which === "account" ? consultation.secretOf() : description[which];
      consultation.aws.remove(secret);
      const report = await consultation.examine();
      expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
      expect(stepOf(report, "Q7").cause?.en).toContain(secret);
      expect(consultation.aws.done).toEqual([]);
    },
  );
});

describe("a description that is not believed", () => {
  const SPOILT = {
    application: "droit",
    parameter: "/piste/qualif/droit",
    text: { en: "/piste/qualif/droit is not believed.", fr: "/piste/qualif/droit n'est pas pris en compte." },
  };

  it("keeps the environment from being ready, and no other application from being looked at", async () => {
    const consultation = new DoctorFixture();
    await consultation.tick();
    consultation.aws.disbelieved.push(SPOILT);
    const report = await consultation.examine();
    expect(report.ready).toBe(false);
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain(SPOILT.text.en);
    expect(stepOf(report, "Q7").next?.fr).toContain("PutParameter");
    expect(stepOf(report, "Q1").status).toBe("done");
  });

  it("is a note where another application was asked for", async () => {
    const consultation = new DoctorFixture();
    await consultation.tick();
    consultation.aws.disbelieved.push(SPOILT);
    const report = await consultation.examine({ application: "chorus-pro" });
    expect(report.ready).toBe(true);
    expect(report.notes).toContainEqual(SPOILT.text);
  });

  it("is all there is to find where there is no other", async () => {
    const consultation = new DoctorFixture();
    consultation.aws.deployed.clear();
    consultation.aws.disbelieved.push(SPOILT);
    const report = await consultation.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toBe(SPOILT.text.en);
    expect(consultation.aws.done).toEqual([]);
  });
});

describe("the alarms", () => {
  it("whose mail nobody has confirmed are AWS's to mend, and keep nothing else from being seen", async () => {
    const consultation = new DoctorFixture();
    for (const topic of consultation.aws.subscribed.keys()) {
      consultation.aws.subscribed.set(topic, [
        { protocol: "email", endpoint: "absent@exemple.fr", confirmed: false },
        { protocol: "email", endpoint: "present@exemple.fr", confirmed: true },
        { protocol: "https", endpoint: "https://pager.example/canary-key", confirmed: false },
      ]);
    }
    const report = await consultation.examine();
    expect(open(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("absent@exemple.fr: the subscription is not confirmed");
    expect(JSON.stringify(report)).not.toMatch(/present@|canary/);
    expect(stepOf(report, "Q6").status).toBe("done");
  });

  it("that reach nobody are a note, with what subscribes somebody", async () => {
    const consultation = new DoctorFixture();
    await consultation.tick();
    consultation.aws.subscribed.set(TOPIC, []);
    const report = await consultation.examine();
    expect(report.ready).toBe(true);
    expect(report.notes).toEqual([
      {
        en: "No subscriber for piste-qualif-page, so nobody receives these alarms: add an address to `alarmEmails` in stacks/qualif.ts, then `npx cdktf deploy qualif`; or subscribe somebody (`npx piste alarms test qualif`).",
        fr: "Aucun abonné pour piste-qualif-page, personne ne reçoit donc ces alarmes : ajoutez une adresse à `alarmEmails` dans stacks/qualif.ts, puis `npx cdktf deploy qualif` ; ou abonnez quelqu'un (`npx piste alarms test qualif`).",
      },
    ]);
  });

  it("of several applications that reach nobody by one topic are one note", async () => {
    const consultation = new DoctorFixture();
    await consultation.tick();
    const { application } = consultation;
    const description = { ...application.description, application: "paie" };
    consultation.aws.deployed.set("qualif/paie", { ...application, description });
    consultation.aws.subscribed.set(TOPIC, []);
    const { notes } = await consultation.examine();
    const unheard = notes.filter(({ en }) => en.includes("No subscriber for"));
    expect(unheard).toHaveLength(1);
    expect(unheard[0]?.en).toMatch(/^chorus-pro, paie: No subscriber for /);
    expect(unheard[0]?.fr).toMatch(/^chorus-pro, paie : Aucun abonné pour /);
  });

  it.each<Permission>(["cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic", "logs:FilterLogEvents"])(
    "and the log may be looked at by few: without %s that is a note",
    async (permission) => {
      const consultation = new DoctorFixture();
      await consultation.tick();
      consultation.aws.refuse(permission);
      const report = await consultation.examine();
      expect(report.ready).toBe(true);
      expect(report.notes.map(({ en }) => en)).toEqual([expect.stringContaining(permission)]);
    },
  );
});

describe("a bug", () => {
  it("is ours, is told whole to whoever debugs, and leaves all steps listed", async () => {
    const consultation = new DoctorFixture();
    const bug = new TypeError("a bug of ours");
    consultation.aws.read = () => Promise.reject(bug);
    const told: unknown[] = [];
    const report = await consultation.examine({ debug: (error) => told.push(error) });
    expect(failedSteps(report)).toEqual(["Q7 missing bug"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("TypeError: a bug of ours");
    expect(exitCodeOf(report)).toBe(1);
    expect(told).toEqual([bug]);
  });
});
