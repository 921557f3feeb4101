import { describe, expect, it } from "@jest/globals";
import type { Environment } from "../../piste/environments";
import { checkStructureIdentifier, IDENTIFIER_TYPES, type IdentifierType } from "../../piste/structure-identifier";

/** INSEE's own example, and the same with its last digit mistyped. */
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
  it("whose check digit is right is accepted in both environments", () => {
    expect(checking(VALID, "prod")).not.toThrow();
    expect(checking(VALID, "qualif")).not.toThrow();
  });

  it.each([MISTYPED, "37282932000074", "12345678901234"])(
    "whose check digit is wrong (%s) is refused in prod, naming property, rule and value",
    (siret) => {
      expect(checking(siret, "prod")).toThrow(
        new Error(
          `structure.identifier must be a SIRET with a valid check digit (Luhn's rule) in prod, got "${siret}"; ` +
            "check for a mistyped digit, or for a fictitious SIRET of the qualification platform",
        ),
      );
    },
  );

  it("is fictitious in qualif, so there only its 14 digits count", () => {
    expect(checking(MISTYPED, "qualif")).not.toThrow();
  });

  it.each(["7328293200007", "732829320000745", "732 829 320 00074", "7328293200007A", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤"])(
    "that is not 14 digits (%s) is refused in both environments",
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
  ])("of La Poste is accepted when %s", (_, siret) => {
    expect(checking(siret)).not.toThrow();
  });

  it("of La Poste is refused when neither rule holds", () => {
    expect(checking("35600000049838")).toThrow("Luhn's rule");
  });

  it("of anyone else is refused although its digit sum is divisible by 5", () => {
    expect(checking("10000000000004")).toThrow("Luhn's rule");
  });
});

describe("an identifier of another type", () => {
  it.each(IDENTIFIER_TYPES.filter((type) => type !== "SIRET"))("%s may be any text", (type) => {
    expect(checking("DE 123-456", "prod", type)).not.toThrow();
    expect(checking("x".repeat(80), "prod", type)).not.toThrow();
  });

  it.each(["", " ", " DE1", "DE1 ", "DE1\n", "x".repeat(81), undefined, 12345678901234])(
    "is refused as %j: 1 to 80 characters without white space around",
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
  it.each(["siret", "SIREN", ""])("is refused as %j, in Chorus Pro's words", (type) => {
    expect(checking(VALID, "prod", type)).toThrow(
      new Error(
        `structure.identifierType must be one of SIRET, UE_HORS_FRANCE, HORS_UE, RIDET, TAHITI, PARTICULIER, ` +
          `EN_COURS_D_IMMATRICULATION, got ${JSON.stringify(type)}`,
      ),
    );
  });
});
