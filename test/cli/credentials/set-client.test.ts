import { describe, expect, it } from "@jest/globals";
import type { Fault } from "../../../emulator";
import { clientSecretName, technicalAccountSecretName } from "../../../piste/names";
import { EXIT_CODES } from "../../../cli/command/failure";
import { CommandMaker } from "../../../cli/command/options";
import { runSet } from "../../../cli/credentials/run";
import { promoteClient, rollBackClient } from "../../../cli/credentials/rollback";
import { setClient } from "../../../cli/credentials/set-client";
import { TEST, typing, replacing, expectNothingSeen } from "./clients";
import {
  CLIENT,
  CLIENT_SECRET,
  description,
  english,
  everythingOf,
  failureOf,
  french,
  NEW_CLIENT,
  openFixture,
  TOKEN_SECRET,
  type Fixture,
  type Typed,
} from "./fixture";

describe("client credentials that PISTE accepts", () => {
  it("are staged, promoted by the function, and give a token", async () => {
    const fixture = replacing({ known: true });
    await setClient(fixture.session, TEST);
    expect(fixture.aws.asked).toEqual([
      "applications",
      `versions ${CLIENT_SECRET}`,
      `store ${CLIENT_SECRET} AWSPENDING`,
      "invoke chorus-pro promote",
      `versions ${CLIENT_SECRET}`,
    ]);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPREVIOUS")).toEqual(CLIENT);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).not.toHaveProperty("AWSPENDING");
    expect(fixture.aws.peek(TOKEN_SECRET)).toMatchObject({ token_type: "Bearer" });
    expect(english(fixture)).toMatch(
      /PISTE accepts them: they are the current ones for chorus-pro\.\nToken valid until 13:00 \(Paris time\)\./,
    );
    expect(french(fixture)).toMatch(/PISTE les accepte[^]*Jeton valable jusqu'à 13:00 \(heure de Paris\)\./);
    expectNothingSeen(fixture);
  });

  it("can be the first version", async () => {
    const fixture = typing(CLIENT);
    await setClient(fixture.session, TEST);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
  });

  it("can be stored twice", async () => {
    for (const run of [1, 2]) {
      const fixture = typing(CLIENT);
      if (run === 2) fixture.aws.put(CLIENT_SECRET, CLIENT);
      await setClient(fixture.session, TEST);
      expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    }
  });

  it("can be piped, without questions", async () => {
    const fixture = openFixture({ piped: CLIENT });
    await setClient(fixture.session, TEST);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(english(fixture)).toMatch(/Token valid until/);
    expectNothingSeen(fixture);
  });

  it("replace others that were staged, with a message", async () => {
    const fixture = replacing({ known: true });
    fixture.aws.put(CLIENT_SECRET, { client_id: "a", client_secret: "b" }, ["AWSPENDING"]);
    await setClient(fixture.session, TEST);
    expect(english(fixture)).toMatch(/Others are already staged there/);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
  });
});

describe("client credentials in an existing secret", () => {
  const BROUGHT_IN = "chorus/qualif/oauth";
  const ARN = `arn:aws:secretsmanager:eu-west-3:123456789012:secret:${BROUGHT_IN}-AbCdEf`;

  /** The application's function reads the existing secret. */
  function withBroughtIn(typed: readonly Typed[], described = BROUGHT_IN): Fixture {
    const fixture = openFixture({ typed });
    fixture.aws.create(BROUGHT_IN, ARN);
    fixture.aws.describe({ description: description({ clientSecret: described }), accounts: [] });
    return fixture;
  }
  const values = [CLIENT.client_id, CLIENT.client_secret];

  it("are tested by the application's function once a person names and confirms the secret", async () => {
    const fixture = withBroughtIn(["yes", ...values]);
    await setClient(fixture.session, { ...TEST, secret: BROUGHT_IN });
    expect(fixture.aws.asked).toContain("invoke chorus-pro promote");
    expect(fixture.aws.peek(BROUGHT_IN)).toEqual(CLIENT);
    expect(english(fixture)).toMatch(
      /chorus\/qualif\/oauth is not chorus-pro's own secret[^]*Its description names it, too/,
    );
  });

  it("can be given with the secret's ARN", async () => {
    const fixture = withBroughtIn(["oui", ...values], ARN);
    await setClient(fixture.session, { ...TEST, secret: ARN });
    expect(fixture.aws.peek(ARN)).toEqual(CLIENT);
  });

  it("cause a warning if a secret of another AWS account has the application's usual name", async () => {
    for (const place of ["eu-west-3:999999999999", "eu-west-1:123456789012"]) {
      const fixture = withBroughtIn(["no"], CLIENT_SECRET);
      const secret = `arn:aws:secretsmanager:${place}:secret:${CLIENT_SECRET}-AbCdEf`;
      const error = await failureOf(setClient(fixture.session, { ...TEST, secret }));
      expect(error.text.en).toMatch(/not confirmed/);
      expect(english(fixture)).toMatch(/not in the AWS account and region of this command[^]*does not name it/);
      expect(french(fixture)).toMatch(/pas dans le compte AWS et la région de cette commande[^]*ne le nomme pas/);
    }
  });

  it("are stored after a warning if the description does not name the secret", async () => {
    const fixture = withBroughtIn(["yes", ...values], CLIENT_SECRET);
    await setClient(fixture.session, { test: false, secret: BROUGHT_IN });
    expect(english(fixture)).toMatch(/Its description does not name it/);
    expect(fixture.aws.peek(BROUGHT_IN, "AWSPENDING")).toEqual(CLIENT);
  });

  it.each(["", "y", "no", "yes please"])("are not stored after the answer %j", async (answer) => {
    const fixture = withBroughtIn([answer, ...values]);
    const error = await failureOf(setClient(fixture.session, { ...TEST, secret: BROUGHT_IN }));
    expect(error.text.en).toMatch(/not confirmed/);
    expect(fixture.aws.asked).toEqual(["applications"]);
  });

  it("are not stored without a terminal", async () => {
    for (const test of [true, false]) {
      const fixture = openFixture({ piped: CLIENT });
      fixture.aws.create(BROUGHT_IN);
      const error = await failureOf(setClient(fixture.session, { test, secret: BROUGHT_IN }));
      expect(error.text.en).toMatch(/on a terminal/);
      expect(error.owner).toBe("operator");
      expect(fixture.aws.asked).toEqual(["applications"]);
    }
  });

  it("are promoted and rolled back there after a yes", async () => {
    for (const act of [promoteClient, rollBackClient]) {
      const fixture = withBroughtIn(["yes"]);
      fixture.aws.put(BROUGHT_IN, CLIENT);
      fixture.aws.put(BROUGHT_IN, NEW_CLIENT);
      fixture.aws.put(BROUGHT_IN, CLIENT, ["AWSPENDING"]);
      await act(fixture.session, { secret: BROUGHT_IN });
      expect(fixture.aws.peek(BROUGHT_IN)).toEqual(CLIENT);
    }
  });

  it("need no yes if the secret is the application's own", async () => {
    const fixture = typing(CLIENT);
    await setClient(fixture.session, { ...TEST, secret: CLIENT_SECRET });
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
  });

  it("need no yes if it is given by its ARN", async () => {
    const fixture = typing(CLIENT);
    const secret = `arn:aws:secretsmanager:eu-west-3:123456789012:secret:${CLIENT_SECRET}-AbCdEf`;
    fixture.aws.create(secret);
    await setClient(fixture.session, { test: false, secret });
    expect(fixture.aws.peek(secret, "AWSPENDING")).toEqual(CLIENT);
  });

  it.each([
    [
      clientSecretName("qualif", "other"),
      /application other: `npx piste credentials set qualif client --application other`/,
    ],
    [clientSecretName("prod", "chorus-pro"), /not for client credentials of qualif/],
    [TOKEN_SECRET, /not for client credentials/],
    [`arn:aws:secretsmanager:eu-west-3:123456789012:secret:${TOKEN_SECRET}-AbCdEf`, /not for client credentials/],
    [technicalAccountSecretName("qualif", "other", "default"), /not for client credentials/],
  ])("are never stored in %s", async (secret, says) => {
    const fixture = withBroughtIn(["yes", ...values]);
    fixture.aws.create(secret);
    const error = await failureOf(setClient(fixture.session, { ...TEST, secret }));
    expect(error.text.en).toMatch(says);
    expect(fixture.aws.asked).toEqual(["applications"]);
  });

  it("cannot be a technical account, whose secret has a fixed name", async () => {
    const options = { test: true, secret: BROUGHT_IN };
    const error = await failureOf(runSet(new CommandMaker("en"), "qualif", "technical-account", options));
    expect(error.text.en).toMatch(/`--secret` goes with `client`/);
  });

  it.each([CLIENT.client_secret, "a b", "$(id)", ""])(
    "are refused if --secret may be the value itself: %j",
    async (secret) => {
      const fixture = withBroughtIn(["yes", ...values]);
      const error = await failureOf(setClient(fixture.session, { ...TEST, secret }));
      expect(error.text.en).toMatch(/^--secret must be the name/);
      if (secret !== "") expect(everythingOf(fixture, error)).not.toContain(secret);
      expect(fixture.aws.asked).toEqual([]);
    },
  );
});

describe("client credentials that PISTE refuses", () => {
  it("never replace the current ones, are not sent again, and the message has cause and next step", async () => {
    const fixture = replacing({ known: false });
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
    expect(error.text.en).toMatch(/PISTE refuses the client id or the client secret[^]*not the API key pair/);
    expect(error.text.en).toMatch(/The current ones stay[^]*`npx piste credentials set qualif client`/);
    expect(error.text.fr).toMatch(/PISTE refuse l'identifiant client ou le secret[^]*Ceux en vigueur le restent/);
    expect(EXIT_CODES[error.owner]).toBe(2);
    expectNothingSeen(fixture, error);
  });

  it("are current if they are the first version, as AWS does; the message asks for others", async () => {
    const fixture = typing(NEW_CLIENT);
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
    expect(error.text.en).toMatch(/first ones in this secret, so AWS made them current at once[^]*store others/);
    expect(error.owner).toBe("operator");
  });

  it("can be replaced by the next ones", async () => {
    const fixture = typing(CLIENT);
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSPENDING"]);
    await setClient(fixture.session, TEST);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(english(fixture)).not.toMatch(/already staged there/);
  });

  it("may be current: without the right to list versions the message explains both cases", async () => {
    const fixture = replacing({ known: false });
    fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/If the secret held others before, those stay current; if it was empty, these are/);
  });

  it("have a cause in the message even when the labels cannot be read afterwards", async () => {
    const fixture = replacing({ known: false });
    fixture.aws.beforeInvoking = () => {
      fixture.aws.refuse("secretsmanager:ListSecretVersionIds", "TimeoutError");
    };
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/PISTE refuses the client id[^]*If the secret held others before/);
  });

  it("have a cause in the message even when their label cannot be removed", async () => {
    const fixture = replacing({ known: false });
    fixture.aws.refuse("secretsmanager:UpdateSecretVersionStage");
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(error.text.en).toMatch(/PISTE refuses the client id[^]*still staged, which is harmless/);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
  });

  it("stay staged when PISTE refuses the scope or the application", async () => {
    for (const [fault, owner, says] of [
      ["invalid_scope", "operator", /PISTE does not know the scope[^]*When this is fixed/],
      ["unauthorized_client", "piste-portal", /PISTE refuses the request itself[^]*When this is fixed/],
    ] as const) {
      const fixture = replacing({ known: true, fault: { on: "token", error: fault } });
      const error = await failureOf(setClient(fixture.session, TEST));
      expect(error.owner).toBe(owner);
      expect(error.text.en).toMatch(says);
      expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(NEW_CLIENT);
      expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    }
  });
});

describe("client credentials without a clear answer", () => {
  it.each<[string, Fault]>([
    ["down", { on: "token", status: 503 }],
    ["throttling", { on: "token", status: 429 }],
    ["answering 401", { on: "token", status: 401, error: "invalid_client" }],
    ["answering with a page", { on: "token", status: 200, body: "html" }],
    ["not reached", { on: "token", connection: "reset" }],
  ])("stay staged while PISTE is %s, and can be promoted without being typed again", async (_, fault) => {
    const fixture = replacing({ known: true, fault });
    const error = await failureOf(setClient(fixture.session, TEST));
    expect(EXIT_CODES[error.owner]).toBe(4);
    expect(error.text.en).toMatch(/`npx piste credentials promote qualif client` tries them again, without asking/);
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPENDING")).toEqual(NEW_CLIENT);
    expectNothingSeen(fixture, error);
  });
});
