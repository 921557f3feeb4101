import { describe, expect, it } from "@jest/globals";
import { ACCOUNT, Portals } from "./portals";

/** A person's steps, each with all statuses after it. */
type Walk = readonly (readonly [done: string, act: (portals: Portals) => void, statuses: string])[];

const nothing = (): void => undefined;
const client = (portals: Portals): void => {
  portals.storeClient();
};
const account = (portals: Portals): void => {
  portals.storeAccount();
};
const step =
  (name: keyof Portals["steps"]) =>
  (portals: Portals): void => {
    portals.steps[name]();
  };

const SEEN_LATER = "Q1 not-seen-yet, Q2 not-seen-yet, Q3 not-seen-yet, Q4 by-hand, Q5 not-seen-yet, Q6 not-seen-yet";
const ALL_DONE = "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 done, Q6 done, Q7 done";

describe("from empty portals, the doctor's statuses follow", () => {
  const guidesOrder: Walk = [
    ["nothing", nothing, `${SEEN_LATER}, Q7 missing (operator)`],
    ["Q1, Q2", step("application"), `${SEEN_LATER}, Q7 missing (operator)`],
    ["Q3", step("apis"), `${SEEN_LATER}, Q7 missing (operator)`],
    ["Q4", step("data"), `${SEEN_LATER}, Q7 missing (operator)`],
    ["Q5", step("raccordement"), `${SEEN_LATER}, Q7 missing (operator)`],
    ["Q6", step("account"), `${SEEN_LATER}, Q7 missing (operator)`],
    [
      "Q7: the client credentials",
      client,
      "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 not-seen-yet, Q6 not-seen-yet, Q7 missing (operator)",
    ],
    ["Q7: the technical account", account, ALL_DONE],
  ];
  const anotherOrder: Walk = [
    ["Q1, Q2", step("application"), `${SEEN_LATER}, Q7 missing (operator)`],
    [
      "Q7: the client credentials",
      client,
      "Q1 done, Q2 done, Q3 missing (piste-portal), Q4 by-hand, Q5 not-seen-yet, Q6 not-seen-yet, Q7 missing (operator)",
    ],
    [
      "Q3",
      step("apis"),
      "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 not-seen-yet, Q6 not-seen-yet, Q7 missing (operator)",
    ],
    [
      "Q4",
      step("data"),
      "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 not-seen-yet, Q6 not-seen-yet, Q7 missing (operator)",
    ],
    [
      "Q6",
      step("account"),
      "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 not-seen-yet, Q6 not-seen-yet, Q7 missing (operator)",
    ],
    [
      "Q7: the technical account",
      account,
      "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 missing (chorus-pro), Q6 not-seen-yet, Q7 not-seen-yet",
    ],
    ["Q5", step("raccordement"), ALL_DONE],
  ];

  it.each([
    ["the guide's", guidesOrder],
    ["another", anotherOrder],
  ] as const)("in %s order", async (_, walk) => {
    const portals = new Portals();
    for (const [done, act, statuses] of walk) {
      act(portals);
      expect([done, await portals.statuses()]).toEqual([done, statuses]);
    }
    expect((await portals.examine()).ready).toBe(true);
  });

  it("and a refused account hides nothing that was seen before", async () => {
    const portals = new Portals();
    for (const name of ["application", "apis", "data", "raccordement"] as const) portals.steps[name]();
    portals.storeClient();
    const before = "Q1 done, Q2 done, Q3 done, Q4 by-hand, Q5 not-seen-yet";
    expect(await portals.statuses()).toBe(`${before}, Q6 not-seen-yet, Q7 missing (operator)`);
    portals.storeAccount();
    const after = `${before}, Q6 missing (chorus-pro), Q7 not-seen-yet`;
    expect(await portals.statuses()).toBe(after);
    // The next run, which does not send the account, sees the same.
    expect(await portals.statuses()).toBe(after);
    expect(portals.timesSent(ACCOUNT)).toBe(1);
  });

  it("in production too", async () => {
    const portals = new Portals("prod");
    const later = "P1 not-seen-yet, P2 not-seen-yet, P3 not-seen-yet, P4 not-seen-yet, P5 missing (operator)";
    const walk: Walk = [
      ["nothing", nothing, later],
      ["P1", step("application"), later],
      ["P2", step("apis"), later],
      ["structure", step("data"), later],
      ["P3", step("space"), later],
      ["P4", step("raccordement"), later],
      ["P5: the technical account, on the portal", step("account"), later],
      [
        "P5: the client credentials",
        client,
        // Without an account only a made-up login could show more, and prod needs --probe for that.
        "P1 done, P2 not-seen-yet, P3 not-seen-yet, P4 not-seen-yet, P5 missing (operator)",
      ],
      ["P5: the account", account, "P1 done, P2 done, P3 done, P4 done, P5 done"],
    ];
    for (const [done, act, statuses] of walk) {
      act(portals);
      expect([done, await portals.statuses()]).toEqual([done, statuses]);
    }
    expect((await portals.examine()).ready).toBe(true);
  });
});
