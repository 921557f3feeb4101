/** The figures of docs/cost.md. */
import { DEFAULT_REFRESH_SETTINGS } from "../../../lambda/token-refresh/contract";
import { PRICES } from "../prices";
import { table } from "../table";
import { billOf, type Bill } from "./bill";
import { calmDay } from "./calm-day";
import { quantitiesOf, type Quantities, type TerraformJson } from "./quantities";
import { MANY_ACCOUNTS, setUpName, SYNTHESIZED_SIZES } from "./set-ups";

/** Promised for one application with the defaults, the dashboard apart. */
export const HIGHEST_DOLLARS = 5;

export const SIZES = [1, 10, 100, 1000] as const;

export interface Costs {
  /** Of so many applications. */
  readonly applications: (size: number) => Bill;
  /** Of one application with so many accounts. */
  readonly manyAccounts: Bill;
  /** What a second account adds. */
  readonly oneMoreAccount: Bill;
}

/**
 * @param stacks by the names of `SET_UPS`.
 * @throws Error when the cost is not in proportion to the applications.
 */
export async function costsOf(stacks: Readonly<Record<string, TerraformJson>>): Promise<Costs> {
  const entries = await Promise.all(
    Object.entries(stacks).map(async ([name, stack]) => [name, await quantitiesOf(stack)] as const),
  );
  const known = new Map(entries);
  const of = (applications: number, accounts?: number): Quantities => {
    const found = known.get(setUpName(applications, accounts));
    if (found === undefined) throw new Error(`the set-up ${setUpName(applications, accounts)} is missing`);
    return found;
  };
  const [one, some, more] = SYNTHESIZED_SIZES;
  const applications = (size: number): Quantities => along(of(one), of(some), (size - one) / (some - one));
  checkSame(applications(more), of(more));
  return {
    applications: (size) => billOf(applications(size)),
    manyAccounts: billOf(of(1, MANY_ACCOUNTS)),
    oneMoreAccount: billOf(along(of(1), of(1, 2), 1, true)),
  };
}

/** So many times the way from one to the other, from the one or alone. */
function along(from: Quantities, to: Quantities, times: number, alone = false): Quantities {
  const keys = Object.keys(from) as (keyof Quantities)[];
  return Object.fromEntries(
    keys.map((key) => [key, (alone ? 0 : from[key]) + times * (to[key] - from[key])]),
  ) as Quantities;
}

function checkSame(expected: Quantities, got: Quantities): void {
  for (const key of Object.keys(expected) as (keyof Quantities)[]) {
    if (Math.abs(expected[key] - got[key]) > 1e-6 * Math.max(1, got[key])) {
      throw new Error(`${key} must be in proportion to the applications, got ${got[key]} and not ${expected[key]}`);
    }
  }
}

const dollars = (value: number): string =>
  `$${value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** Everything that the page says in figures. */
export async function costBlocks(stacks: Readonly<Record<string, TerraformJson>>): Promise<Record<string, string>> {
  const costs = await costsOf(stacks);
  const one = costs.applications(1);
  const day = await calmDay(DEFAULT_REFRESH_SETTINGS);
  return {
    "one application": [
      table(
        ["", "a month", "costs"],
        [
          ...one.lines.map(({ what, quantity, dollars: cost }) => [what, quantity, dollars(cost)]),
          ["**one application**", "", `**${dollars(one.dollars)}**`],
          ["the environment's dashboard", "1", dollars(one.dashboardDollars)],
        ],
      ),
      "",
      `One more technical account adds ${dollars(costs.oneMoreAccount.dollars)}, of which ${dollars(PRICES.secret)} for its secret.`,
    ].join("\n"),
    sizes: table(
      ["", "a month", "with the dashboard", "an application"],
      [
        ...SIZES.map((size) => {
          const bill = costs.applications(size);
          return [
            `${size.toLocaleString("en-US")} application${size === 1 ? "" : "s"}`,
            dollars(bill.dollars),
            dollars(bill.dollars + bill.dashboardDollars),
            dollars(bill.dollars / size),
          ];
        }),
        manyAccountsRow(costs),
      ],
    ),
    "calm day": `A calm day has ${day.ticks.toLocaleString("en-US")} ticks and ${day.refreshes} refreshes; a tick that waits logs ${day.waitingTickLogBytes} bytes and a refresh ${day.refreshLogBytes}, Lambda's own three lines among them. What it reports: ${day.metrics.map((name) => `\`${name}\``).join(", ")}.`,
  };
}

function manyAccountsRow({ manyAccounts: bill }: Costs): string[] {
  return [
    `1 application with ${MANY_ACCOUNTS} technical accounts`,
    dollars(bill.dollars),
    dollars(bill.dollars + bill.dashboardDollars),
    dollars(bill.dollars),
  ];
}
