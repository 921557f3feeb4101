import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  readConfirmations,
  withConfirmed,
  writeConfirmations,
  type Confirmations,
} from "../../../cli/doctor/confirmations";
import { CONFIRMATIONS_FILE } from "../../../cli/doctor/report";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "piste-confirmations-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const written = (): string => readFileSync(path.join(folder, CONFIRMATIONS_FILE), "utf8");
const write = (text: string): void => {
  writeFileSync(path.join(folder, CONFIRMATIONS_FILE), text);
};

function confirmSteps(...confirmed: Parameters<typeof withConfirmed>): Confirmations {
  const confirmations = withConfirmed(...confirmed);
  writeConfirmations(confirmed[0], confirmations);
  return confirmations;
}

describe("a person's confirmation", () => {
  it("is saved in a file with sorted keys, and no other file is left", () => {
    confirmSteps(folder, "qualif", ["Q4", "Q2"], "2026-11-25");
    confirmSteps(folder, "prod", ["P1"], "2026-11-26");
    expect(written()).toBe(
      `${JSON.stringify({ prod: { P1: "2026-11-26" }, qualif: { Q2: "2026-11-25", Q4: "2026-11-25" } }, undefined, 2)}\n`,
    );
    expect(readdirSync(folder)).toEqual([CONFIRMATIONS_FILE]);
    expect(readConfirmations(folder)).toEqual({
      prod: { P1: "2026-11-26" },
      qualif: { Q2: "2026-11-25", Q4: "2026-11-25" },
    });
  });

  it("accepts a step in lower case", () => {
    expect(confirmSteps(folder, "qualif", ["q4"], "2026-11-25")).toEqual({ qualif: { Q4: "2026-11-25" } });
  });

  it("replaces the day of an earlier one, and keeps the others", () => {
    confirmSteps(folder, "qualif", ["Q4", "Q2"], "2026-11-25");
    expect(confirmSteps(folder, "qualif", ["Q4"], "2026-12-01")).toEqual({
      qualif: { Q2: "2026-11-25", Q4: "2026-12-01" },
    });
  });

  it("is for the named application, else for all", () => {
    confirmSteps(folder, "qualif", ["Q2"], "2026-11-25", "captcha");
    confirmSteps(folder, "qualif", ["Q2"], "2026-11-26", "annuaire");
    const { qualif } = confirmSteps(folder, "qualif", ["Q4"], "2026-11-27");
    expect(qualif).toEqual({ Q2: { annuaire: "2026-11-26", captcha: "2026-11-25" }, Q4: "2026-11-27" });
    expect(readConfirmations(folder)).toEqual({ qualif });
    expect(confirmSteps(folder, "qualif", ["Q4"], "2026-12-01", "captcha").qualif?.["Q4"]).toBe("2026-11-27");
    expect(confirmSteps(folder, "qualif", ["Q2"], "2026-12-01").qualif?.["Q2"]).toBe("2026-12-01");
  });

  it.each([
    ["qualif", "Q5", /Q5 needs no confirmation.*In qualif, only Q2, Q3 and Q4/],
    ["qualif", "P1", /P1 is a step of prod/],
    ["prod", "Q4", /Q4 is a step of qualif.*In prod, only P1 and P2/],
    ["prod", "X9", /no step "X9"/],
  ] as const)("in %s cannot be for %s, and is not saved", (environment, step, said) => {
    expect(() => confirmSteps(folder, environment, [step], "2026-11-25")).toThrow(said);
    expect(() => confirmSteps(folder, environment, [step], "2026-11-25")).toThrow(
      expect.objectContaining({ owner: "operator" }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is absent without a file", () => {
    expect(readConfirmations(folder)).toEqual({});
  });

  it.each([
    ["not JSON", "{"],
    ["no object", '"Q4"'],
    ["an unknown environment", '{"dev":{}}'],
    ["a step that software sees", '{"qualif":{"Q5":"2026-11-25"}}'],
    ["a day that does not exist", '{"qualif":{"Q4":"2026-02-30"}}'],
    ["an application that none can be", '{"qualif":{"Q4":{"A B":"2026-11-25"}}}'],
    ["no day", '{"qualif":{"Q4":true}}'],
  ])("cannot be read from a file with %s; the error names the file", (_, text) => {
    write(text);
    expect(() => readConfirmations(folder)).toThrow(
      expect.objectContaining({ owner: "operator", message: expect.stringContaining(CONFIRMATIONS_FILE) }),
    );
    expect(() => confirmSteps(folder, "qualif", ["Q4"], "2026-11-25")).toThrow(CONFIRMATIONS_FILE);
    expect(written()).toBe(text);
  });

  it("leaves the old file whole when it cannot be saved", () => {
    const nowhere = path.join(folder, "missing");
    expect(() => confirmSteps(nowhere, "qualif", ["Q4"], "2026-11-25")).toThrow(
      expect.objectContaining({ owner: "operator", message: expect.stringContaining("could not be written") }),
    );
  });
});
