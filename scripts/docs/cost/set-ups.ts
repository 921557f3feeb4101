/** The configurations whose cost docs/cost.md tells. */

interface SetUpApplication {
  readonly name: string;
  readonly technicalAccounts: {
    readonly name: string;
    readonly structure: { readonly identifier: string; readonly identifierType: "SIRET" };
  }[];
}

/** An environment's configuration. */
export interface SetUp {
  readonly applications: SetUpApplication[];
}

/** Synthesized; whatever is larger is on the line that these make. */
export const SYNTHESIZED_SIZES = [1, 10, 30] as const;
export const MANY_ACCOUNTS = 300;

export const setUpName = (applications: number, accounts = 1): string => `${applications}-${accounts}`;

function setUp(applications: number, accounts: number): SetUp {
  // INSEE's own example of a SIRET.
  const structure = { identifier: "73282932000074", identifierType: "SIRET" } as const;
  return {
    applications: Array.from({ length: applications }, (_, index) => ({
      name: `application-${index}`,
      technicalAccounts: Array.from({ length: accounts }, (__, account) => ({ name: `account-${account}`, structure })),
    })),
  };
}

/** By name. */
export const SET_UPS: Readonly<Record<string, SetUp>> = Object.fromEntries([
  ...SYNTHESIZED_SIZES.map((size) => [setUpName(size), setUp(size, 1)] as const),
  ...[2, MANY_ACCOUNTS].map((accounts) => [setUpName(1, accounts), setUp(1, accounts)] as const),
]);
