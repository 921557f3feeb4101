/** The commands' calls, in all variants that ask AWS for different rights. */
import { ALARM_NAMES } from "../../aws/alarms/alarms";
import { resourceName } from "../../aws/names";
import type { Environment } from "../../piste/environments";
import { call } from "../../cli/calls/call";
import { renewToken } from "../../cli/calls/renew-token";
import { showToken } from "../../cli/calls/show-token";
import { alarmsInAws } from "../../cli/alarms/aws";
import { testAlarms, type AlarmsInAws, type TestOptions } from "../../cli/alarms/test-alarms";
import { promoteClient, rollBackClient } from "../../cli/credentials/rollback";
import { setAccount } from "../../cli/credentials/set-account";
import { setClient } from "../../cli/credentials/set-client";
import { credentialsStatus } from "../../cli/credentials/status";
import { examine } from "../../cli/doctor/examine";
import {
  ACCOUNT,
  APPLICATION,
  CLIENT,
  OTHER_CLIENT,
  UNKNOWN_CLIENT,
  WRONG_ACCOUNT,
  type OperatorFixture,
  type End,
} from "./operator-fixture";

export interface OperatorCall {
  readonly name: string;
  readonly prepare?: (fixture: OperatorFixture) => void;
  readonly command: (fixture: OperatorFixture) => Promise<unknown>;
  /** The owner of the resulting error. */
  readonly ends?: End;
  readonly asks?: readonly string[];
  /** Optional calls that the holder's policy refuses in this environment. */
  readonly goesWithout?: (environment: Environment) => readonly string[];
}

/** Whether prod shares anything with qualif, which this operator may not read. */
const comparesWithQualif: OperatorCall["goesWithout"] = (environment) =>
  environment === "prod" ? ["ssm:GetParametersByPath"] : [];

const application = APPLICATION;
const account = "default";
const STORE = "secretsmanager:PutSecretValue";
const INVOKE = "lambda:InvokeFunction";
const moves = (label: string): string => `secretsmanager:UpdateSecretVersionStage ${label}`;
const REQUEST = { address: "structures/v1/rechercher", json: undefined, readInput: () => Promise.resolve("") };

const setUp = (fixture: OperatorFixture): void => {
  fixture.setUp();
};
const refusedBefore = (fixture: OperatorFixture): void => {
  fixture.setUp(WRONG_ACCOUNT, "REFUSED");
};

export const OPERATOR_CALLS: readonly OperatorCall[] = [
  {
    name: "credentials set client",
    command: (fixture) => setClient(fixture.session("operator", CLIENT), { test: true, application }),
    asks: [STORE, INVOKE],
  },
  {
    name: "credentials set client, refused by PISTE",
    prepare: setUp,
    command: (fixture) => setClient(fixture.session("operator", UNKNOWN_CLIENT), { test: true, application }),
    ends: "operator",
    asks: [STORE, INVOKE, moves("AWSPENDING")],
  },
  {
    name: "credentials promote",
    prepare: (fixture) => {
      fixture.setUp();
      fixture.aws.put(fixture.clientSecret, OTHER_CLIENT, 0, "AWSPENDING");
    },
    command: (fixture) => promoteClient(fixture.session("operator"), { application }),
    asks: [INVOKE],
  },
  {
    name: "credentials rollback",
    prepare: (fixture) => {
      fixture.setUp();
      fixture.aws.put(fixture.clientSecret, OTHER_CLIENT);
    },
    command: (fixture) => rollBackClient(fixture.session("operator"), { application }),
    asks: [INVOKE, moves("AWSPENDING")],
  },
  {
    name: "credentials set technical-account",
    prepare: (fixture) => {
      // The next version removes the date of the previous one.
      fixture.setUp(WRONG_ACCOUNT, "CHANGED-2026-01-01");
      fixture.aws.put(fixture.accountSecret, WRONG_ACCOUNT);
    },
    command: (fixture) => setAccount(fixture.session("operator", ACCOUNT), { test: true, application, account }),
    asks: [STORE, moves("CHANGED-2026-01-01")],
  },
  {
    name: "credentials set technical-account, without a token",
    prepare: (fixture) => {
      fixture.aws.put(fixture.clientSecret, CLIENT);
    },
    command: (fixture) => setAccount(fixture.session("operator", ACCOUNT), { test: true, application, account }),
    asks: [INVOKE, STORE],
  },
  {
    name: "credentials set technical-account, the one that was refused before",
    prepare: refusedBefore,
    command: (fixture) => setAccount(fixture.session("operator", WRONG_ACCOUNT), { test: true, application, account }),
    ends: "chorus-pro",
    asks: ["secretsmanager:GetSecretValue AWSCURRENT"],
  },
  {
    name: "credentials status",
    prepare: setUp,
    command: (fixture) => credentialsStatus(fixture.target("operator"), { application }),
    asks: ["secretsmanager:ListSecretVersionIds"],
  },
  {
    name: "doctor",
    prepare: setUp,
    command: (fixture) => examine(fixture.target("operator"), { application }),
    goesWithout: comparesWithQualif,
    asks: ["cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic"],
  },
  {
    name: "doctor, without a token",
    prepare: (fixture) => {
      fixture.aws.put(fixture.clientSecret, CLIENT);
    },
    command: (fixture) => examine(fixture.target("operator"), { application }),
    goesWithout: comparesWithQualif,
    asks: ["logs:FilterLogEvents", INVOKE],
  },
  {
    name: "doctor, with a refused account",
    prepare: (fixture) => {
      fixture.setUp(WRONG_ACCOUNT);
    },
    command: (fixture) => examine(fixture.target("operator"), { application, probe: true }),
    goesWithout: comparesWithQualif,
    asks: [moves("REFUSED")],
  },
  {
    name: "doctor --force, with an account that works again",
    prepare: (fixture) => {
      fixture.setUp(ACCOUNT, "REFUSED");
    },
    command: (fixture) => examine(fixture.target("operator"), { application, force: true }),
    goesWithout: comparesWithQualif,
    asks: [moves("REFUSED")],
  },
  {
    name: "token",
    prepare: setUp,
    command: (fixture) => showToken(fixture.callSession("operator"), { application }),
  },
  {
    name: "token, when it has expired",
    prepare: (fixture) => {
      fixture.storeToken(-10);
    },
    command: (fixture) => showToken(fixture.callSession("operator"), { application }),
    ends: "aws",
    asks: ["logs:FilterLogEvents"],
  },
  {
    name: "token renew",
    prepare: setUp,
    command: (fixture) => renewToken(fixture.callSession("operator"), { application }),
    asks: [INVOKE, "secretsmanager:ListSecretVersionIds"],
  },
  {
    name: "call",
    prepare: setUp,
    command: (fixture) => call(fixture.callSession("operator"), REQUEST, { application, timeoutInSeconds: 30 }),
  },
  {
    name: "call, with a refused account",
    prepare: (fixture) => {
      fixture.setUp(WRONG_ACCOUNT);
    },
    command: (fixture) => call(fixture.callSession("operator"), REQUEST, { application, timeoutInSeconds: 30 }),
    ends: "chorus-pro",
    asks: [moves("REFUSED")],
  },
  {
    name: "call --force, with an account that works again",
    prepare: (fixture) => {
      fixture.setUp(ACCOUNT, "REFUSED");
    },
    command: (fixture) =>
      call(fixture.callSession("operator"), REQUEST, { application, force: true, timeoutInSeconds: 30 }),
    asks: [moves("REFUSED")],
  },
];

/** Asks no questions, and is not interrupted. */
const AROUND: TestOptions = {
  allow: () => Promise.resolve(),
  interruptibly: (act) =>
    act({ say: () => undefined, sleep: () => Promise.resolve(), signal: new AbortController().signal }),
};

/** One for each alarm of the application that may be in OK. */
export const ALARM_TESTER_CALLS: readonly OperatorCall[] = ALARM_NAMES.map((name) => ({
  name: `alarms test, by ${name}`,
  command: async (fixture) => {
    const alarms = alarmsInAws(fixture.target("alarm-tester"));
    const { environment } = fixture;
    const alarm = `${resourceName(environment, application)}-${name}`;
    const only: AlarmsInAws = {
      ...alarms,
      applications: async () => {
        await alarms.applications(environment);
        return { applications: [{ application, alarms: [alarm] }], notBelieved: [] };
      },
    };
    const { topics, left } = await testAlarms(environment, only, AROUND);
    const outcomes = new Set([...topics.map(({ outcome }) => outcome), ...left.map(() => "left")]);
    if (outcomes.size !== 1 || !outcomes.has("accepted")) throw new Error(`not tested: ${[...outcomes].join(", ")}`);
  },
  asks: ["cloudwatch:SetAlarmState", "cloudwatch:DescribeAlarmHistory", "sns:ListSubscriptionsByTopic"],
}));

export const DEPOSITOR_CALLS: readonly OperatorCall[] = [
  {
    name: "credentials set client --no-test",
    prepare: setUp,
    command: (fixture) => setClient(fixture.session("depositor", OTHER_CLIENT), { test: false, application }),
    asks: [STORE],
    // Checks for other staged versions.
    goesWithout: () => ["secretsmanager:ListSecretVersionIds"],
  },
  {
    name: "credentials set technical-account --no-test",
    prepare: setUp,
    command: (fixture) => setAccount(fixture.session("depositor", ACCOUNT), { test: false, application, account }),
    asks: [STORE],
    // Checks for dates of old passwords to remove.
    goesWithout: () => ["secretsmanager:ListSecretVersionIds"],
  },
];
