import { describe, expect, it } from "@jest/globals";
import { EXIT_CODES } from "../../../cli/command/failure";
import { promoteClient, rollBackClient } from "../../../cli/credentials/rollback";
import {
  CLIENT,
  CLIENT_SECRET,
  english,
  everythingOf,
  failureOf,
  NEW_CLIENT,
  openFixture,
  TOKEN_SECRET,
  valuesOf,
  type Fixture,
} from "./fixture";

const opened = (): Fixture => openFixture({ piped: "" });

/** NEW_CLIENT is current, CLIENT is the previous version, and PISTE knows CLIENT. */
function replaced(): Fixture {
  const fixture = opened();
  fixture.aws.put(CLIENT_SECRET, CLIENT);
  fixture.aws.put(CLIENT_SECRET, NEW_CLIENT);
  return fixture;
}

function expectNothingSeen(fixture: Fixture, error?: unknown): void {
  for (const value of valuesOf(CLIENT, NEW_CLIENT)) expect(everythingOf(fixture, error)).not.toContain(value);
  expect(fixture.aws.asked.some((asked) => asked.startsWith("read"))).toBe(false);
}

describe("promote", () => {
  it("makes staged values current without reading them", async () => {
    const fixture = opened();
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT);
    fixture.aws.put(CLIENT_SECRET, CLIENT, ["AWSPENDING"]);
    await promoteClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.peek(TOKEN_SECRET)).toBeDefined();
    expect(english(fixture)).toMatch(
      /Staged in piste\/qualif\/chorus-pro\/client since 25 Nov 2026[^]*Token valid until/,
    );
    expectNothingSeen(fixture);
  });

  it("does not invoke the function when nothing is staged", async () => {
    const fixture = opened();
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    const error = await failureOf(promoteClient(fixture.session, {}));
    expect(error.text.en).toMatch(/No client credentials are staged[^]*`npx piste credentials set qualif client`/);
    expect(EXIT_CODES[error.owner]).toBe(2);
    expect(fixture.aws.asked).not.toContain("invoke chorus-pro promote");
  });

  it("works without the right to list versions", async () => {
    const fixture = opened();
    fixture.aws.refuse("secretsmanager:ListSecretVersionIds");
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT);
    fixture.aws.put(CLIENT_SECRET, CLIENT, ["AWSPENDING"]);
    await promoteClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    const nothing = await failureOf(promoteClient(fixture.session, {}));
    expect(nothing.text.en).toMatch(/No client credentials are staged/);
  });

  it("removes the label from values that PISTE refuses", async () => {
    const fixture = opened();
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSPENDING"]);
    const error = await failureOf(promoteClient(fixture.session, {}));
    expect(error.text.en).toMatch(/The current ones stay/);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
    expectNothingSeen(fixture, error);
  });

  it("removes the label from unreadable values", async () => {
    const fixture = opened();
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    fixture.aws.put(CLIENT_SECRET, '{"client":"canary"}', ["AWSPENDING"]);
    const error = await failureOf(promoteClient(fixture.session, {}));
    expect(error.text.en).toMatch(/The staged value is not \{"client_id"/);
    expect(error.text.fr).toMatch(/La valeur en attente n'est pas/);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
  });
});

describe("rollback", () => {
  it("tests the previous values, and makes them current again", async () => {
    const fixture = replaced();
    await rollBackClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.peek(CLIENT_SECRET, "AWSPREVIOUS")).toEqual(NEW_CLIENT);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).not.toHaveProperty("AWSPENDING");
    expect(english(fixture)).toMatch(/Going back[^]*current again for chorus-pro\.\nToken valid until/);
    expectNothingSeen(fixture);
  });

  it("done twice, restores the first state", async () => {
    const fixture = replaced();
    fixture.piste.platform.addClient(NEW_CLIENT);
    await rollBackClient(fixture.session, {});
    await rollBackClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
  });

  it("keeps the current values when PISTE refuses the previous ones", async () => {
    const fixture = opened();
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT);
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    const error = await failureOf(rollBackClient(fixture.session, {}));
    expect(error.text.en).toMatch(/PISTE refuses the client id[^]*The current ones stay/);
    expect(fixture.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-2", AWSPREVIOUS: "version-1" });
    expectNothingSeen(fixture, error);
  });

  it("goes on after it was interrupted between staging and promoting", async () => {
    const fixture = replaced();
    await fixture.aws.moveLabel(CLIENT_SECRET, "AWSPENDING", { to: "version-1" });
    fixture.aws.asked.length = 0;
    await rollBackClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(fixture.aws.asked.some((asked) => asked.startsWith("moveLabel"))).toBe(false);
    expect(english(fixture)).not.toMatch(/dropped/);
  });

  it("drops staged values, and says so", async () => {
    const fixture = replaced();
    fixture.aws.put(CLIENT_SECRET, { client_id: "a", client_secret: "b" }, ["AWSPENDING"]);
    await rollBackClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(english(fixture)).toMatch(/The version staged on 25 Nov 2026, 12:00 \(Paris time\) is dropped/);
  });

  it("ignores an AWSPENDING label on the current version", async () => {
    const fixture = opened();
    fixture.aws.put(CLIENT_SECRET, CLIENT);
    fixture.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSCURRENT", "AWSPENDING"]);
    await rollBackClient(fixture.session, {});
    expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(english(fixture)).not.toMatch(/dropped/);
  });

  it.each([0, 1])("has no previous values after %i versions", async (versions) => {
    const fixture = opened();
    if (versions === 1) fixture.aws.put(CLIENT_SECRET, CLIENT);
    const error = await failureOf(rollBackClient(fixture.session, {}));
    expect(error.text.en).toMatch(/has no previous version[^]*credentials set qualif client/);
    expect(EXIT_CODES[error.owner]).toBe(2);
    expect(fixture.aws.asked.filter((asked) => /^(moveLabel|invoke)/.test(asked))).toEqual([]);
  });

  it("names the missing right to list versions or move labels", async () => {
    for (const right of ["secretsmanager:ListSecretVersionIds", "secretsmanager:UpdateSecretVersionStage"] as const) {
      const fixture = replaced();
      fixture.aws.refuse(right);
      const error = await failureOf(rollBackClient(fixture.session, {}));
      expect(error.text.en).toContain(right);
      expect(fixture.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
    }
  });

  it("names a secret that does not exist", async () => {
    const fixture = opened();
    fixture.aws.remove(CLIENT_SECRET);
    expect((await failureOf(rollBackClient(fixture.session, {}))).owner).toBe("aws");
  });
});
