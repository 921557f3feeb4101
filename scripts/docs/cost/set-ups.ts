/** The configurations whose cost docs/cost.md tells. */

interface SetUpApplication {
  readonly name: string;
  readonly technicalAccounts: {
    readonly name: string;
    readonly structure: { readonly identifier: string; readonly identifierType: "SIRET" };
  }[];
  readonly tickInMinutes?: number;
  readonly outageToleranceInMinutes?: number;
  readonly logRetentionInDays?: number;
}

/** An environment's configuration. */
export interface SetUp {
  readonly applications: SetUpApplication[];
  readonly dashboard?: boolean;
}

/** What differs from the defaults; docs/cost.md says why each is sensible. */
const CHEAPEST = { tickInMinutes: 5, outageToleranceInMinutes: 20, logRetentionInDays: 14 } as const;

export const KINDS = ["defaults", "cheapest"] as const;
export type Kind = (typeof KINDS)[number];

/** Synthesized; whatever is larger is on the line that these make. */
export const SYNTHESIZED_SIZES = [1, 10, 30] as const;
export const MANY_ACCOUNTS = 300;

export const setUpName = (kind: Kind, applications: number, accounts = 1): string =>
  `${kind}-${applications}-${accounts}`;

function setUp(kind: Kind, applications: number, accounts: number): SetUp {
  // INSEE's own example of a SIRET.
  const structure = { identifier: "73282932000074", identifierType: "SIRET" } as const;
  return {
    ...(kind === "cheapest" && { dashboard: false }),
    applications: Array.from({ length: applications }, (_, index) => ({
      name: `application-${index}`,
      technicalAccounts: Array.from({ length: accounts }, (__, account) => ({ name: `account-${account}`, structure })),
      ...(kind === "cheapest" && CHEAPEST),
    })),
  };
}

/** By name. */
export const SET_UPS: Readonly<Record<string, SetUp>> = Object.fromEntries(
  KINDS.flatMap((kind) => [
    ...SYNTHESIZED_SIZES.map((size) => [setUpName(kind, size), setUp(kind, size, 1)] as const),
    ...[2, MANY_ACCOUNTS].map((accounts) => [setUpName(kind, 1, accounts), setUp(kind, 1, accounts)] as const),
  ]),
);
