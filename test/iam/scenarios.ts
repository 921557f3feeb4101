/** All scenarios of the functions that ask AWS for different rights. */
import { expect } from "@jest/globals";
import { ACCOUNT, CLIENT, OTHER_CLIENT, UNKNOWN_CLIENT, WRONG_ACCOUNT, type Bench, type Outcome } from "./functions";

export interface Scenario {
  readonly name: string;
  readonly operation: string;
  readonly prepare: (bench: Bench) => void;
  /** The expected part of the outcome. */
  readonly ends: Readonly<Partial<Record<keyof Outcome, unknown>>>;
  readonly asks?: readonly string[];
}

const MINUTE = 60;
const stored = (value: unknown) => (bench: Bench) => {
  bench.aws.put(bench.application.clientSecret, value, 10 * MINUTE);
};
const pending = (bench: Bench, value: unknown): void => {
  bench.aws.put(bench.application.clientSecret, value, MINUTE, "AWSPENDING");
};
/** With current credentials, pending ones, and a disturbed call. */
const promoting =
  (value: unknown, disturb: (bench: Bench) => void = () => undefined) =>
  (bench: Bench) => {
    stored(CLIENT)(bench);
    pending(bench, value);
    disturb(bench);
  };
const threw = (message: RegExp): Scenario["ends"] => ({ threw: expect.stringMatching(message) });
const LABEL = "secretsmanager:UpdateSecretVersionStage";

export const REFRESH_SCENARIOS: readonly Scenario[] = [
  {
    name: "a tick with nothing stored",
    operation: "tick",
    prepare: () => undefined,
    ends: { outcome: "failed", reason: "unconfigured" },
  },
  {
    name: "a tick without its client secret",
    operation: "tick",
    prepare: (bench) => {
      bench.reset(bench.application.clientSecret);
    },
    ends: threw(/cannot read the secret .*: ResourceNotFoundException/),
    asks: ["secretsmanager:DescribeSecret"],
  },
  {
    name: "a tick without a token",
    operation: "tick",
    prepare: stored(CLIENT),
    ends: { outcome: "refreshed", reason: "missing" },
  },
  {
    name: "a tick with a fresh token",
    operation: "tick",
    prepare: (bench) => {
      stored(CLIENT)(bench);
      bench.storeToken(59);
    },
    ends: { outcome: "waited", reason: "fresh" },
  },
  {
    name: "a tick with a token that is due",
    operation: "tick",
    prepare: (bench) => {
      stored(CLIENT)(bench);
      bench.storeToken(10);
    },
    ends: { outcome: "refreshed", reason: "due" },
  },
  {
    name: "a tick with a token that cannot be read",
    operation: "tick",
    prepare: (bench) => {
      stored(CLIENT)(bench);
      bench.aws.put(bench.application.tokenSecret, "no token");
    },
    ends: { outcome: "refreshed", reason: "unreadable" },
  },
  {
    name: "a tick whose credentials PISTE refuses",
    operation: "tick",
    prepare: stored(UNKNOWN_CLIENT),
    ends: { outcome: "failed", reason: "invalid-client" },
  },
  {
    name: "a tick whose credentials cannot be read",
    operation: "tick",
    prepare: stored("no credentials"),
    ends: { outcome: "failed", reason: "malformed-credentials" },
  },
  {
    name: "a tick whose token cannot be written",
    operation: "tick",
    prepare: (bench) => {
      stored(CLIENT)(bench);
      bench.aws.disturb("PutSecretValue", "refused");
    },
    ends: threw(/cannot write the secret/),
  },
  {
    name: "a refresh now",
    operation: "refresh",
    prepare: (bench) => {
      stored(CLIENT)(bench);
      bench.storeToken(50);
    },
    ends: { outcome: "refreshed", reason: "requested" },
    asks: ["secretsmanager:ListSecretVersionIds"],
  },
  {
    name: "a promotion with nothing pending",
    operation: "promote",
    prepare: stored(CLIENT),
    ends: { outcome: "failed", reason: "nothing-pending" },
  },
  {
    name: "a promotion of the first credentials",
    operation: "promote",
    prepare: (bench) => {
      pending(bench, CLIENT);
    },
    ends: { outcome: "refreshed", reason: "promoted" },
  },
  {
    name: "a promotion of later credentials",
    operation: "promote",
    prepare: promoting(OTHER_CLIENT),
    ends: { outcome: "refreshed", reason: "promoted" },
  },
  {
    name: "a promotion that PISTE refuses",
    operation: "promote",
    prepare: promoting(UNKNOWN_CLIENT),
    ends: { outcome: "failed", reason: "invalid-client" },
  },
  {
    name: "a promotion of unreadable credentials",
    operation: "promote",
    prepare: promoting("no credentials"),
    ends: { outcome: "failed", reason: "malformed-credentials" },
  },
  {
    name: "a promotion overtaken by another one",
    operation: "promote",
    prepare: promoting(OTHER_CLIENT, (bench) => {
      bench.aws.disturb("UpdateSecretVersionStage", () => {
        bench.aws.put(bench.application.clientSecret, UNKNOWN_CLIENT, 0);
      });
    }),
    ends: { outcome: "failed", reason: "superseded" },
    asks: [LABEL],
  },
  {
    name: "a promotion whose answers are lost",
    operation: "promote",
    prepare: promoting(OTHER_CLIENT, ({ aws }) => {
      aws.disturb("UpdateSecretVersionStage", "lost");
    }),
    ends: { outcome: "refreshed", reason: "promoted" },
  },
  {
    name: "a promotion that AWS fails to make",
    operation: "promote",
    prepare: promoting(OTHER_CLIENT, ({ aws }) => {
      aws.disturb("UpdateSecretVersionStage", "refused");
    }),
    ends: threw(/cannot make the pending version the current one/),
  },
];

export const PASSWORD_SCENARIOS: readonly Scenario[] = [
  {
    name: "passwords of accounts without a value",
    operation: "passwords",
    prepare: () => undefined,
    ends: { outcome: "reported", reason: "no-value" },
  },
  {
    name: "passwords of two pages of accounts",
    operation: "passwords",
    prepare: (bench) => {
      bench.addPage();
      for (const secret of bench.application.accountSecrets) bench.aws.put(secret, ACCOUNT);
    },
    ends: { outcome: "reported", reason: "enough-days" },
  },
  {
    name: "passwords without a description",
    operation: "passwords",
    prepare: ({ aws }) => {
      aws.parameters.clear();
    },
    ends: threw(/cannot read the parameter .*: ParameterNotFound/),
  },
];

const withToken =
  (prepare: (bench: Bench) => void = () => undefined) =>
  (bench: Bench) => {
    bench.storeToken(59);
    prepare(bench);
  };
const withAccounts = (value: unknown) => (bench: Bench) => {
  for (const secret of bench.application.accountSecrets) bench.aws.put(secret, value);
};

export const CHECK_SCENARIOS: readonly Scenario[] = [
  { name: "a check without a token", operation: "check", prepare: () => undefined, ends: { outcome: "not-checked" } },
  {
    name: "a check of accounts without a value",
    operation: "check",
    prepare: withToken(),
    ends: { outcome: "checked" },
  },
  {
    name: "a check of two pages of accounts",
    operation: "check",
    prepare: withToken((bench) => {
      bench.addPage();
      withAccounts(ACCOUNT)(bench);
    }),
    ends: { outcome: "checked" },
  },
  {
    name: "a check of a refused account",
    operation: "check",
    prepare: withToken(withAccounts(WRONG_ACCOUNT)),
    ends: { outcome: "checked" },
    asks: [LABEL],
  },
  {
    name: "a check of an account refused again",
    operation: "check",
    prepare: withToken((bench) => {
      for (const secret of bench.application.accountSecrets) {
        bench.aws.put(secret, WRONG_ACCOUNT, undefined, "AWSCURRENT", "REFUSED");
        bench.aws.put(secret, WRONG_ACCOUNT);
      }
    }),
    ends: { outcome: "checked" },
    asks: [LABEL],
  },
  {
    name: "a check of an account refused before",
    operation: "check",
    prepare: withToken((bench) => {
      for (const secret of bench.application.accountSecrets) {
        bench.aws.put(secret, WRONG_ACCOUNT, undefined, "AWSCURRENT", "REFUSED");
      }
    }),
    ends: { outcome: "checked" },
  },
  {
    name: "a check whose label cannot be put",
    operation: "check",
    prepare: withToken((bench) => {
      withAccounts(WRONG_ACCOUNT)(bench);
      bench.aws.disturb("UpdateSecretVersionStage", "refused");
    }),
    ends: threw(/cannot put the label REFUSED/),
  },
  {
    name: "a check whose token the gateway does not know",
    operation: "check",
    prepare: withToken((bench) => {
      bench.piste.platform.expireTokens();
      bench.aws.functions.set(bench.refresherArn, () => {
        bench.storeToken(59);
        return Promise.resolve({ outcome: "refreshed", reason: "requested" });
      });
    }),
    ends: { outcome: "checked" },
    asks: ["lambda:InvokeFunction"],
  },
  {
    name: "a check without a description",
    operation: "check",
    prepare: withToken(({ aws }) => {
      aws.parameters.clear();
    }),
    ends: threw(/cannot read the parameter/),
  },
];
