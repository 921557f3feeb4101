import { describe, expect, it } from "@jest/globals";
import type { Environment } from "../../piste/environments";
import { checkStructureIdentifier, IDENTIFIER_TYPES, type IdentifierType } from "../../piste/structure-identifier";

/** INSEE's example, and the same with a wrong last digit. */
const VALID = "73282932000074";
const MISTYPED = "73282932000075";

const check = (identifier: unknown, environment: Environment = "prod", identifierType = "SIRET"): void => {
  checkStructureIdentifier(
    "structure",
    { identifier: identifier as string, identifierType: identifierType as IdentifierType },
    environment,
  );
};
const checking =
  (...words: Parameters<typeof check>): (() => void) =>
  () => {
    check(...words);
  };

describe("a SIRET", () => {
  it("with a valid check digit is accepted in both environments", () => {
    expect(checking(VALID, "prod")).not.toThrow();
    expect(checking(VALID, "qualif")).not.toThrow();
  });

  it.each([MISTYPED, "37282932000074", "12345678901234"])(
    "with a wrong check digit (%s) is refused in prod with property, rule and value",
    (siret) => {
      expect(checking(siret, "prod")).toThrow(
        new Error(
          `structure.identifier must be a SIRET with a valid check digit (Luhn's rule) in prod, got "${siret}"; ` +
            "check for a mistyped digit, or for a fictitious SIRET of the qualification platform",
        ),
      );
    },
  );

  it("can be fictitious in qualif: only 14 digits are required", () => {
    expect(checking(MISTYPED, "qualif")).not.toThrow();
  });

  it.each(["7328293200007", "732829320000745", "732 829 320 00074", "7328293200007A", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"])(
    "without exactly 14 digits (%s) is refused in both environments",
    (siret) => {
      for (const environment of ["qualif", "prod"] as const) {
        expect(checking(siret, environment)).toThrow(
          new Error(`structure.identifier must be a SIRET of 14 digits without spaces, got ${JSON.stringify(siret)}`),
        );
      }
    },
  );

  it.each([
    ["Luhn's rule holds", "35600000000048"],
    ["the digit sum is divisible by 5", "35600000049837"],
  ])("of La Poste is accepted if %s", (_, siret) => {
    expect(checking(siret)).not.toThrow();
  });

  it("of La Poste is refused if neither rule holds", () => {
    expect(checking("35600000049838")).toThrow("Luhn's rule");
  });

  it("of others is refused even if its digit sum is divisible by 5", () => {
    expect(checking("10000000000004")).toThrow("Luhn's rule");
  });
});

describe("an identifier of another type", () => {
  it.each(IDENTIFIER_TYPES.filter((type) => type !== "SIRET"))("%s can be any text", (type) => {
    expect(checking("DE 123-456", "prod", type)).not.toThrow();
    expect(checking("x".repeat(80), "prod", type)).not.toThrow();
  });

  it.each(["", " ", " DE1", "DE1 ", "DE1\n", "x".repeat(81), undefined, 12345678901234])(
    "cannot be %j: 1 to 80 characters without white space around",
    (identifier) => {
      expect(checking(identifier, "qualif", "UE_HORS_FRANCE")).toThrow(
        new Error(
          `structure.identifier must be 1 to 80 characters without white space around, got ${JSON.stringify(identifier)}`,
        ),
      );
    },
  );
});

describe("the type of an identifier", () => {
  it.each(["siret", "SIREN", ""])("cannot be %j; the error lists Chorus Pro's types", (type) => {
    expect(checking(VALID, "prod", type)).toThrow(
      new Error(
        `structure.identifierType must be one of SIRET, UE_HORS_FRANCE, HORS_UE, RIDET, TAHITI, PARTICULIER, ` +
          `EN_COURS_D_IMMATRICULATION, got ${JSON.stringify(type)}`,
      ),
    );
  });
});
