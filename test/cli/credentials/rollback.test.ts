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
  openWorkshop,
  TOKEN_SECRET,
  valuesOf,
  type Workshop,
} from "./workshop";

const opened = (): Workshop => openWorkshop({ piped: "" });

/** NEW_CLIENT is current and CLIENT was before; PISTE knows CLIENT. */
function replaced(): Workshop {
  const workshop = opened();
  workshop.aws.put(CLIENT_SECRET, CLIENT);
  workshop.aws.put(CLIENT_SECRET, NEW_CLIENT);
  return workshop;
}

function expectNothingSeen(workshop: Workshop, error?: unknown): void {
  for (const value of valuesOf(CLIENT, NEW_CLIENT)) expect(everythingOf(workshop, error)).not.toContain(value);
  expect(workshop.aws.asked.some((asked) => asked.startsWith("read"))).toBe(false);
}

describe("promote", () => {
  it("makes current what another has staged, without reading it", async () => {
    const workshop = opened();
    workshop.aws.put(CLIENT_SECRET, NEW_CLIENT);
    workshop.aws.put(CLIENT_SECRET, CLIENT, ["AWSPENDING"]);
    await promoteClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(workshop.aws.peek(TOKEN_SECRET)).toBeDefined();
    expect(english(workshop)).toMatch(
      /Staged in piste\/qualif\/chorus-pro\/client since 25 Nov 2026[^]*Token valid until/,
    );
    expectNothingSeen(workshop);
  });

  it("says that nothing is staged without invoking anything", async () => {
    const workshop = opened();
    workshop.aws.put(CLIENT_SECRET, CLIENT);
    const error = await failureOf(promoteClient(workshop.session, {}));
    expect(error.text.en).toMatch(/No client credentials are staged[^]*`npx piste credentials set qualif client`/);
    expect(EXIT_CODES[error.owner]).toBe(2);
    expect(workshop.aws.asked).not.toContain("invoke chorus-pro promote");
  });

  it("is for whoever may not list versions, too", async () => {
    const workshop = opened();
    workshop.aws.refuse("secretsmanager:ListSecretVersionIds");
    workshop.aws.put(CLIENT_SECRET, NEW_CLIENT);
    workshop.aws.put(CLIENT_SECRET, CLIENT, ["AWSPENDING"]);
    await promoteClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    const nothing = await failureOf(promoteClient(workshop.session, {}));
    expect(nothing.text.en).toMatch(/No client credentials are staged/);
  });

  it("takes the label off what PISTE refuses", async () => {
    const workshop = opened();
    workshop.aws.put(CLIENT_SECRET, CLIENT);
    workshop.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSPENDING"]);
    const error = await failureOf(promoteClient(workshop.session, {}));
    expect(error.text.en).toMatch(/The current ones stay/);
    expect(workshop.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
    expectNothingSeen(workshop, error);
  });

  it("and off what nobody can read", async () => {
    const workshop = opened();
    workshop.aws.put(CLIENT_SECRET, CLIENT);
    workshop.aws.put(CLIENT_SECRET, '{"client":"canary"}', ["AWSPENDING"]);
    const error = await failureOf(promoteClient(workshop.session, {}));
    expect(error.text.en).toMatch(/What is staged is not \{"client_id"/);
    expect(error.text.fr).toMatch(/Ce qui est en attente n'est pas/);
    expect(workshop.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-1" });
  });
});

describe("rollback", () => {
  it("tries what was current before, and makes it current again", async () => {
    const workshop = replaced();
    await rollBackClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(workshop.aws.peek(CLIENT_SECRET, "AWSPREVIOUS")).toEqual(NEW_CLIENT);
    expect(workshop.aws.labelsOf(CLIENT_SECRET)).not.toHaveProperty("AWSPENDING");
    expect(english(workshop)).toMatch(/Going back[^]*current again for chorus-pro\.\nToken valid until/);
    expectNothingSeen(workshop);
  });

  it("twice is back where it began", async () => {
    const workshop = replaced();
    workshop.piste.platform.addClient(NEW_CLIENT);
    await rollBackClient(workshop.session, {});
    await rollBackClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
  });

  it("leaves the current ones when PISTE refuses the former", async () => {
    const workshop = opened();
    workshop.aws.put(CLIENT_SECRET, NEW_CLIENT);
    workshop.aws.put(CLIENT_SECRET, CLIENT);
    const error = await failureOf(rollBackClient(workshop.session, {}));
    expect(error.text.en).toMatch(/PISTE refuses the client id[^]*The current ones stay/);
    expect(workshop.aws.labelsOf(CLIENT_SECRET)).toEqual({ AWSCURRENT: "version-2", AWSPREVIOUS: "version-1" });
    expectNothingSeen(workshop, error);
  });

  it("goes on after it was interrupted between staging and promoting", async () => {
    const workshop = replaced();
    await workshop.aws.moveLabel(CLIENT_SECRET, "AWSPENDING", { to: "version-1" });
    workshop.aws.asked.length = 0;
    await rollBackClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(workshop.aws.asked.some((asked) => asked.startsWith("moveLabel"))).toBe(false);
    expect(english(workshop)).not.toMatch(/given up/);
  });

  it("gives up what is staged, and says so", async () => {
    const workshop = replaced();
    workshop.aws.put(CLIENT_SECRET, { client_id: "a", client_secret: "b" }, ["AWSPENDING"]);
    await rollBackClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(english(workshop)).toMatch(/What was staged on 25 Nov 2026, 12:00 \(Paris time\) is given up/);
  });

  it("says nothing of a label that the current version still carries", async () => {
    const workshop = opened();
    workshop.aws.put(CLIENT_SECRET, CLIENT);
    workshop.aws.put(CLIENT_SECRET, NEW_CLIENT, ["AWSCURRENT", "AWSPENDING"]);
    await rollBackClient(workshop.session, {});
    expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(CLIENT);
    expect(english(workshop)).not.toMatch(/given up/);
  });

  it.each([0, 1])("has nothing to go back to after %i versions", async (versions) => {
    const workshop = opened();
    if (versions === 1) workshop.aws.put(CLIENT_SECRET, CLIENT);
    const error = await failureOf(rollBackClient(workshop.session, {}));
    expect(error.text.en).toMatch(/no version before the current one[^]*credentials set qualif client/);
    expect(EXIT_CODES[error.owner]).toBe(2);
    expect(workshop.aws.asked.filter((asked) => /^(moveLabel|invoke)/.test(asked))).toEqual([]);
  });

  it("needs to list versions and to move labels, and says which right is missing", async () => {
    for (const right of ["secretsmanager:ListSecretVersionIds", "secretsmanager:UpdateSecretVersionStage"] as const) {
      const workshop = replaced();
      workshop.aws.refuse(right);
      const error = await failureOf(rollBackClient(workshop.session, {}));
      expect(error.text.en).toContain(right);
      expect(workshop.aws.peek(CLIENT_SECRET)).toEqual(NEW_CLIENT);
    }
  });

  it("says so when there is no such secret", async () => {
    const workshop = opened();
    workshop.aws.remove(CLIENT_SECRET);
    expect((await failureOf(rollBackClient(workshop.session, {}))).owner).toBe("aws");
  });
});
