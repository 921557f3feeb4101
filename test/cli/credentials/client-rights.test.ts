import { describe, expect, it } from "@jest/globals";
import { clientSecretName } from "../../../piste/names";
import { CommandError, EXIT_CODES } from "../../../cli/command/failure";
import { functionError } from "../../../cli/command/function-answer";
import { setClient } from "../../../cli/credentials/set-client";
import { TEST, replacing, expectNothingSeen } from "./clients";
import {
  CLIENT,
  CLIENT_SECRET,
  CTRL_C,
  english,
  everythingOf,
  failureOf,
  NEW_CLIENT,
  openFixture,
  type Fixture,
} from "./fixture";

describe("a person with fewer rights", () => {
  it("can store without reading or listing secrets", async () => {
    const fixture = replacing({ known: true });
    for (const permission of [
      "secretsmanager:ListSecretVersionIds",
      "secretsmanager:GetSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ] as const) {
      fixture.aws.refuse(permission);
    }
    await setClient(fixture.session, TEST);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
    expect(fixture.aws.asked).not.toContain(`read ${CLIENT_SECRET}`);
  });

  it("without the right to invoke stages the values, and learns who can promote", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.refuse("lambda:InvokeFunction");
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(NEW_CLIENT);
    expect(error.text.en).toMatch(
      /lambda:InvokeFunction[^]*and staged[^]*the right to invoke piste-qualif-chorus-pro-token-refresh[^]*`npx piste credentials promote qualif client`/,
    );
    expect(EXIT_CODES[error.owner]).toBe(5);
    expectNothingSeen(fixture, error);
  });

  it("can stage with --no-test without invoking", async () => {
    const fixture = replacing({ known: true });
    await setClient(fixture.session, { test: false });
    expect(fixture.aws.asked).not.toContain("invoke chorus-pro promote");
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(NEW_CLIENT);
    expect(english(fixture)).toMatch(/and staged[^]*promote qualif client/);
  });

  it("without the right to read descriptions can stage by name, with --no-test", async () => {
    const denied = (): Fixture => {
      const fixture = replacing({ known: true });
      fixture.aws.refuse("ssm:GetParametersByPath");
      fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
      return fixture;
    };
    const error = await failureOf(setClient(denied().session, TEST));
    expect(error.text.en).toMatch(/ssm:GetParametersByPath/);
    const fixture = denied();
    await setClient(fixture.session, { test: false });
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(NEW_CLIENT);
    const named = denied();
    named.aws.create(clientSecretName("qualif", "legal"));
    await setClient(named.session, { test: false, application: "legal" });
    expect(named.aws.peek(clientSecretName("qualif", "legal"), "AWSPENDING")).toEqual(NEW_CLIENT);
  });
});

describe("a failure of AWS", () => {
  it("for a missing secret says that nothing was stored", async () => {
    for (const mayList of [true, false]) {
      const fixture = openFixture({ piped: CLIENT });
      fixture.aws.remove(CLIENT_SECRET);
      if (!mayList) fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
      const error = await failureOf(setClient(fixture.session, TEST));
      expect(error.text.en).toMatch(/There is no secret piste\/qualif\/chorus-pro\/client[^]*Nothing was stored/);
      expect(error.owner).toBe("aws");
      expectNothingSeen(fixture, error);
    }
  });

  it.each([
    [
      "secretsmanager:PutSecretValue",
      "AccessDeniedException",
      "aws",
      /secretsmanager:PutSecretValue[^]*Nothing was stored\./,
    ],
    ["secretsmanager:PutSecretValue", "ThrottlingException", "wait", /too many calls[^]*Nothing was stored\./],
    ["secretsmanager:PutSecretValue", "TimeoutError", "operator", /cannot be reached[^]*may still have been stored/],
    [
      "secretsmanager:PutSecretValue",
      "InternalServiceError",
      "aws",
      /InternalServiceError[^]*may still have been stored/,
    ],
    ["ssm:GetParametersByPath", "AccessDeniedException", "aws", /ssm:GetParametersByPath/],
  ] as const)("at %s with %s says whether the values were stored", async (permission, name, owner, says) => {
    const fixture = replacing({ known: true });
    fixture.aws.refuse(permission, name);
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.owner).toBe(owner);
    expect(error.text.en).toMatch(says);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expectNothingSeen(fixture, error);
  });

  it("in the function leaves the value staged, and prints the next commands", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.answer = functionError("the-function", { errorType: "PlatformError", errorMessage: "cannot write" });
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/The function the-function failed: PlatformError: cannot write/);
    expect(error.text.en).toMatch(/either staged or already current[^]*status qualif[^]*promote qualif client/);
    expect(error.owner).toBe("aws");
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(NEW_CLIENT);
  });

  it("of an unknown kind prints the next command too", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.answer = new Error("out of the blue");
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/out of the blue[^]*promote qualif client/);
    expect(error.owner).toBe("bug");
  });

  it("because the deployed function cannot promote says so", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.answer = { outcome: "waited", reason: "fresh" };
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/older than this command[^]*npx cdktf deploy qualif/);
    expect(error.owner).toBe("aws");
  });
});

describe("two commands at once", () => {
  it("report staged values that the other has removed", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.beforeInvoking = () => {
      const { AWSPENDING: from } = fixture.aws.labelsOf(CLIENT_SECRET);
      return fixture.aws.moveLabel(CLIENT_SECRET, "AWSPENDING", { from: from ?? "" });
    };
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/no longer staged: somebody else/);
  });

  it("keep the other's staged values after a refusal of their own", async () => {
    const fixture = replacing({ known: false });
    fixture.aws.answer = { outcome: "failed", reason: "invalid-client", class: "rejected", meaning: "added" };
    fixture.aws.beforeInvoking = () => fixture.aws.put(CLIENT_SECRET, CLIENT, ["AWSPENDING"]);
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).not.toContain("added");
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(CLIENT);
  });

  it("report values that were superseded", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.answer = { outcome: "failed", reason: "superseded", meaning: "Others became current meanwhile." };
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/Others became current meanwhile/);
    expect(error.text.fr).toMatch(/d'autres identifiants sont entrés en vigueur/);
    expect(error.owner).toBe("operator");
  });
});

describe("an interruption", () => {
  it.each([0, 1, 2])("at question %i changes nothing, and says so", async (questions) => {
    const typed = ["not-a-uuid", CLIENT.client_secret].slice(0, questions);
    const fixture = openFixture({ typed: [...typed, CTRL_C] });
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    await expect(setClient(fixture.session, TEST)).rejects.toThrow("interrupted");
    expect(fixture.aws.asked.filter((asked) => asked.startsWith("store"))).toEqual([]);
    expect(fixture.truth.text?.en).toBe("Nothing was stored.");
  });

  it("while storing says that the values may be stored, and later that they are staged", async () => {
    const told: (string | undefined)[] = [];
    const fixture = replacing({ known: true });
    const { aws, session, truth } = fixture;
    const [store, invoke] = [aws.store.bind(aws), aws.invoke.bind(aws)];
    aws.store = async (...words) => {
      told.push(truth.text?.en);
      return store(...words);
    };
    aws.invoke = async (...words) => {
      told.push(truth.text?.en);
      return invoke(...words);
    };
    await setClient(session, TEST);
    expect(told).toEqual([
      expect.stringMatching(/may be stored/),
      expect.stringMatching(/either staged or already current/),
    ]);
  });
});

it("refuses an invalid name without repeating it", async () => {
  const canary = "Canary.Secret";
  const fixture = openFixture({ piped: CLIENT });
  const error = await failureOf(setClient(fixture.session, { ...TEST, application: canary }));
  expect(error).toBeInstanceOf(CommandError);
  expect(error.text.en).toMatch(/--application must be a name/);
  expect(everythingOf(fixture, error)).not.toContain(canary);
  expect(fixture.aws.asked).toEqual([]);
});
