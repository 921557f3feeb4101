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
  ])("that is off by %i ms must be fixed here, and stops the run", async (ahead, said) => {
    const fixture = new DoctorFixture();
    fixture.aws.clockAhead = ahead;
    const report = await fixture.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain(said);
    expect(stepOf(report, "Q4").status).toBe("by-hand");
    expect(exitCodeOf(report)).toBe(2);
    expect(fixture.requests).toEqual([]);
    expect(fixture.aws.done).toEqual([]);
  });

  it("that is off by less does not matter: the token's end counts by AWS's clock", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.clock.forward(3600 - 90);
    fixture.aws.clockAhead = 45_000;
    expect((await fixture.examine()).ready).toBe(true);
    expect(fixture.aws.done).toContain("invoke chorus-pro refresh");
  });

  it("is not judged when AWS gives no time", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.clockAhead = undefined;
    expect((await fixture.examine()).ready).toBe(true);
  });
});

describe("a refusal at the first call of AWS", () => {
  it("for an expired session leads to the login command, with the profile", async () => {
    const fixture = new DoctorFixture();
    const message =
      "The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.";
    fixture.aws.refuse("sts:GetCallerIdentity", "CredentialsProviderError", message);
    const report = await fixture.examine({ where: " --region eu-west-3 --profile team" });
    const doctor = "`npx piste doctor qualif --region eu-west-3 --profile team`";
    expect(stepOf(report, "Q7").next?.en).toMatch(/^Log in again: `aws sso login --profile \w+`\. Then /);
    expect(stepOf(report, "Q7").next?.en).toContain(doctor);
    expect(stepOf(report, "Q7").next?.fr).toMatch(/^Reconnectez-vous : `aws sso login --profile \w+`\. Puis /);
  });

  it("keeps the profile in the next command, and names the stack's region", async () => {
    const fixture = new DoctorFixture();
    const { aws } = fixture;
    const nothing = { applications: [], disbelieved: [] };
    aws.applications = () => Promise.resolve({ ...nothing, elsewhere: "eu-west-3" });
    const where = " --region us-east-1 --profile team";
    const report = await fixture.examine({ where });
    const { next, owner, codes } = stepOf(report, "Q7");
    expect([owner, codes]).toEqual(["operator", ["deployed-elsewhere"]]);
    // A stack elsewhere means that the user is not at the beginning.
    expect(report.steps.filter(({ begins }) => begins)).toEqual([]);
    expect(next?.en).toBe("Look there: `npx piste doctor qualif --profile team --region eu-west-3`.");
    expect(next?.fr).toBe("Regardez là : `npx piste doctor qualif --profile team --region eu-west-3`.");
    aws.applications = () => Promise.resolve(nothing);
    expect(stepOf(await fixture.examine({ where }), "Q7").next?.en).toContain(
      "`npx piste doctor qualif --profile team --region <name>`",
    );
  });

  it("leads to AWS commands with the region and the profile", () => {
    const all = Object.entries(FINDINGS).flatMap(([code, { example }]) => {
      const where = " --api legifrance --local --region eu-west-1 --profile 'mon profil' --probe";
      // TypeScript cannot relate the example to the code.
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
    // Texts of the examples themselves have no options.
    for (const command of here.filter((one) => !/restore-secret --secret-id piste.prod/.test(one))) {
      expect(command).toMatch(/ --region eu-west-1 --profile 'mon profil'$/);
    }
  });

  it("leads to the restore command for a secret scheduled for deletion", async () => {
    const fixture = new DoctorFixture();
    const secret = "piste/qualif/chorus-pro/token";
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    fixture.aws.refuse("secretsmanager:GetSecretValue", "InvalidRequestException", message, secret);
    const { cause, next } = stepOf(await fixture.examine(), "Q7");
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
  ])("is a finding and lists all steps: %s", async (_, name, message, expected) => {
    const fixture = new DoctorFixture();
    fixture.aws.refuse("sts:GetCallerIdentity", name, message);
    const report = await fixture.examine();
    expect(open(report)).toEqual([...NOT_REACHED, expected]);
    expect(report.layers.map(({ status }) => status)).toEqual([
      "ok",
      "failed",
      ...Array<string>(6).fill("not-reached"),
    ]);
  });

  it("names the missing right and its policy", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
    const { cause, next } = stepOf(await fixture.examine(), "Q7");
    expect(cause?.en).toContain("secretsmanager:ListSecretVersionIds");
    expect(next?.en).toContain("`npx piste policy operator --environment ");
  });

  it.each<[Permission, string]>([
    ["ssm:GetParametersByPath", "aws"],
    ["secretsmanager:ListSecretVersionIds", "aws"],
    ["secretsmanager:GetSecretValue", "token"],
    ["lambda:InvokeFunction", "token"],
  ])("to %s fails that layer with the owner `aws`", async (permission, layer) => {
    const fixture = new DoctorFixture();
    fixture.aws.refuse(permission);
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(report.layers.find(({ status }) => status === "failed")?.layer).toBe(layer);
    expect(exitCodeOf(report)).toBe(5);
  });

  it("to read the account fails the layer of the APIs, after the token", async () => {
    const fixture = new DoctorFixture();
    const secret = fixture.secretOf();
    fixture.aws.refuse("secretsmanager:GetSecretValue", "AccessDeniedException", "no", secret);
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q1").status).toBe("done");
    expect(stepOf(report, "Q6").status).toBe("not-reached");
  });
});

describe("a stack", () => {
  it("that is missing must be deployed, or looked for in another region", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.deployed.clear();
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q1 not-seen-yet", ...NOT_REACHED.slice(1), "Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("in the region eu-west-3");
    expect(stepOf(report, "Q7").next?.en).toContain("`npx cdktf deploy qualif`");
  });

  it.each(["clientSecret", "tokenSecret", "account"] as const)(
    "without a secret must be deployed again: %s",
    async (which) => {
      const fixture = new DoctorFixture();
      const { description } = fixture.application;
      const secret = which === "account" ? fixture.secretOf() : description[which];
      fixture.aws.remove(secret);
      const report = await fixture.examine();
      expect(failedSteps(report)).toEqual(["Q7 missing aws"]);
      expect(stepOf(report, "Q7").cause?.en).toContain(secret);
      expect(fixture.aws.done).toEqual([]);
    },
  );
});

describe("an invalid description", () => {
  const INVALID = {
    application: "droit",
    parameter: "/piste/qualif/droit",
    text: { en: "/piste/qualif/droit is not believed.", fr: "/piste/qualif/droit n'est pas pris en compte." },
  };

  it("makes the environment not ready; other applications are still checked", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.disbelieved.push(INVALID);
    const report = await fixture.examine();
    expect(report.ready).toBe(false);
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toContain(INVALID.text.en);
    expect(stepOf(report, "Q7").next?.fr).toContain("PutParameter");
    expect(stepOf(report, "Q1").status).toBe("done");
  });

  it("is a note if another application was named", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.disbelieved.push(INVALID);
    const report = await fixture.examine({ application: "chorus-pro" });
    expect(report.ready).toBe(true);
    expect(report.notes).toContainEqual(INVALID.text);
  });

  it("is the only finding if there is no other application", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.deployed.clear();
    fixture.aws.disbelieved.push(INVALID);
    const report = await fixture.examine();
    expect(open(report)).toEqual([...NOT_REACHED, "Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toBe(INVALID.text.en);
    expect(fixture.aws.done).toEqual([]);
  });
});

describe("the alarms", () => {
  it("with an unconfirmed address are a finding for `aws`, and do not stop the run", async () => {
    const fixture = new DoctorFixture();
    for (const topic of fixture.aws.subscribed.keys()) {
      fixture.aws.subscribed.set(topic, [
        { protocol: "email", endpoint: "absent@exemple.fr", confirmed: false },
        { protocol: "email", endpoint: "present@exemple.fr", confirmed: true },
        { protocol: "https", endpoint: "https://pager.example/canary-key", confirmed: false },
      ]);
    }
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q7 missing aws"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("absent@exemple.fr: the subscription is not confirmed");
    expect(JSON.stringify(report)).not.toMatch(/present@|canary/);
    expect(stepOf(report, "Q6").status).toBe("done");
  });

  it("without a subscription are a note with the command to subscribe", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.subscribed.set(TOPIC, []);
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes).toEqual([
      {
        en: "No subscriber for piste-qualif-page, so nobody receives these alarms: add an address to `alarmEmails` in stacks/qualif.ts, then `npx cdktf deploy qualif`; or subscribe somebody (`npx piste alarms test qualif`).",
        fr: "Aucun abonné pour piste-qualif-page, personne ne reçoit donc ces alarmes : ajoutez une adresse à `alarmEmails` dans stacks/qualif.ts, puis `npx cdktf deploy qualif` ; ou abonnez quelqu'un (`npx piste alarms test qualif`).",
      },
    ]);
  });

  it("of several applications with one topic are one note", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    const { application } = fixture;
    const description = { ...application.description, application: "paie" };
    fixture.aws.deployed.set("qualif/paie", { ...application, description });
    fixture.aws.subscribed.set(TOPIC, []);
    const { notes } = await fixture.examine();
    const withoutSubscriber = notes.filter(({ en }) => en.includes("No subscriber for"));
    expect(withoutSubscriber).toHaveLength(1);
    expect(withoutSubscriber[0]?.en).toMatch(/^chorus-pro, paie: No subscriber for /);
    expect(withoutSubscriber[0]?.fr).toMatch(/^chorus-pro, paie : Aucun abonné pour /);
  });

  it.each<Permission>(["cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic", "logs:FilterLogEvents"])(
    "and the log are left out, with a note, without the right %s",
    async (permission) => {
      const fixture = new DoctorFixture();
      await fixture.tick();
      fixture.aws.refuse(permission);
      const report = await fixture.examine();
      expect(report.ready).toBe(true);
      expect(report.notes.map(({ en }) => en)).toEqual([expect.stringContaining(permission)]);
    },
  );
});

describe("a bug", () => {
  it("lists all steps, and has a stack trace only for debugging", async () => {
    const fixture = new DoctorFixture();
    const bug = new TypeError("a bug");
    fixture.aws.read = () => Promise.reject(bug);
    const told: unknown[] = [];
    const report = await fixture.examine({ debug: (error) => told.push(error) });
    expect(failedSteps(report)).toEqual(["Q7 missing bug"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("TypeError: a bug");
    expect(exitCodeOf(report)).toBe(1);
    expect(told).toEqual([bug]);
  });
});
