/**
 * Identifiers of the structures (companies, public bodies) that Chorus Pro knows, by type and environment.
 * The type is part of the identifier: structures without a SIRET exist.
 */
import { type Environment, isProduction } from "./environments";

/** The types in Chorus Pro's own words. */
export const IDENTIFIER_TYPES = [
  "SIRET",
  "UE_HORS_FRANCE",
  "HORS_UE",
  "RIDET",
  "TAHITI",
  "PARTICULIER",
  "EN_COURS_D_IMMATRICULATION",
] as const;
export type IdentifierType = (typeof IDENTIFIER_TYPES)[number];

export interface StructureIdentifier {
  /** The number itself; for a SIRET 14 digits without spaces. */
  readonly identifier: string;
  readonly identifierType: IdentifierType;
}

/** La Poste: a SIRET of it may break the Luhn rule; its digit sum is then divisible by 5. */
const LA_POSTE_SIREN = "356000000";

function digitsOf(digits: string): number[] {
  return Array.from(digits, Number);
}

/** Luhn's rule (ISO/IEC 7812-1), as INSEE applies it to SIREN and SIRET. */
function luhn(digits: string): boolean {
  const sum = digitsOf(digits)
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)))
    .reduce((total, value) => total + value, 0);
  return sum % 10 === 0;
}

function plausibleSiret(siret: string): boolean {
  const laPoste =
    siret.startsWith(LA_POSTE_SIREN) && digitsOf(siret).reduce((total, digit) => total + digit, 0) % 5 === 0;
  return luhn(siret) || laPoste;
}

/** A technical account's login [fact: login-has-siret]. */
const LOGIN = /^TECH_\d+_(\d{14})@cpro\.fr$/i;

/** The digits in a technical account's login, probably its structure's SIRET; undefined for another form. */
export const digitsOfLogin = (login: string): string | undefined => LOGIN.exec(login)?.[1];

/** True if the digits in a login are of another structure. */
export function isAnotherStructure(
  digits: string | undefined,
  { identifier, identifierType }: { readonly identifier: string; readonly identifierType: string },
): boolean {
  return identifierType === "SIRET" && digits !== undefined && digits !== identifier;
}

/**
 * In qualification, only the form of a SIRET is checked: fictitious ones may break the Luhn rule.
 *
 * @param property names the identifier in the error.
 * @throws Error naming the property, the rule and the value.
 */
export function checkStructureIdentifier(
  property: string,
  structure: StructureIdentifier,
  environment: Environment,
): void {
  const { identifier, identifierType } = structure;
  if (!IDENTIFIER_TYPES.includes(identifierType)) {
    throw new Error(
      `${property}.identifierType must be one of ${IDENTIFIER_TYPES.join(", ")}, got ${JSON.stringify(identifierType)}`,
    );
  }
  if (typeof identifier !== "string" || !/^\S(?:.{0,78}\S)?$/.test(identifier)) {
    throw new Error(
      `${property}.identifier must be 1 to 80 characters without white space around, got ${JSON.stringify(identifier)}`,
    );
  }
  if (identifierType === "SIRET") checkSiret(`${property}.identifier`, identifier, environment);
}

/** @throws Error naming the property, the rule and the value. */
export function checkSiret(property: string, siret: string, environment: Environment): void {
  if (!/^\d{14}$/.test(siret)) {
    throw new Error(`${property} must be a SIRET of 14 digits without spaces, got ${JSON.stringify(siret)}`);
  }
  if (isProduction(environment) && !plausibleSiret(siret)) {
    throw new Error(
      `${property} must be a SIRET with a valid check digit (Luhn's rule) in prod, got ${JSON.stringify(siret)}; ` +
        "check for a mistyped digit, or for a fictitious SIRET of the qualification platform",
    );
  }
}
