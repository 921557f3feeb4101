/** What the commands do, in all the ways in which they ask AWS different things. */
import type { Environment } from "../../piste/environments";
import { call } from "../../cli/calls/call";
import { showToken } from "../../cli/calls/show-token";
import { alarmsInAws } from "../../cli/alarms/aws";
import { testAlarms } from "../../cli/alarms/test-alarms";
import { promoteClient, rollBackClient } from "../../cli/credentials/rollback";
import { setAccount } from "../../cli/credentials/set-account";
import { setClient } from "../../cli/credentials/set-client";
import { credentialsStatus } from "../../cli/credentials/status";
import { examine } from "../../cli/doctor/examine";
import { ACCOUNT, APPLICATION, CLIENT, OTHER_CLIENT, UNKNOWN_CLIENT, WRONG_ACCOUNT, type Desk, type End } from "./desk";

export interface Deed {
  readonly name: string;
  readonly prepare?: (desk: Desk) => void;
  readonly command: (desk: Desk) => Promise<unknown>;
  /** Whose it is to mend what comes of it. */
  readonly ends?: End;
  /** What it cannot do without: the action, and the label that it is about. */
  readonly asks?: readonly string[];
  /** What it asks if it may, and does without where it may not: actions, in this environment. */
  readonly goesWithout?: (environment: Environment) => readonly string[];
}

/** Whether prod has something in common with qualif, which is not this operator's. */
const comparesWithQualif: Deed["goesWithout"] = (environment) =>
  environment === "prod" ? ["ssm:GetParametersByPath"] : [];

const application = APPLICATION;
const account = "default";
const STORE = "secretsmanager:PutSecretValue";
const INVOKE = "lambda:InvokeFunction";
const moves = (label: string): string => `secretsmanager:UpdateSecretVersionStage ${label}`;
const REQUEST = { address: "structures/v1/rechercher", json: undefined, readInput: () => Promise.resolve("") };

const setUp = (desk: Desk): void => {
  desk.setUp();
};
const refusedBefore = (desk: Desk): void => {
  desk.setUp(WRONG_ACCOUNT, "REFUSED");
};

export const OPERATORS_DEEDS: readonly Deed[] = [
  {
    name: "credentials set client",
    command: (desk) => setClient(desk.session("operator", CLIENT), { test: true, application }),
    asks: [STORE, INVOKE],
  },
  {
    name: "credentials set client, refused by PISTE",
    prepare: setUp,
    command: (desk) => setClient(desk.session("operator", UNKNOWN_CLIENT), { test: true, application }),
    ends: "input",
    asks: [STORE, INVOKE, moves("AWSPENDING")],
  },
  {
    name: "credentials promote",
    prepare: (desk) => {
      desk.setUp();
      desk.aws.put(desk.clientSecret, OTHER_CLIENT, 0, "AWSPENDING");
    },
    command: (desk) => promoteClient(desk.session("operator"), { application }),
    asks: [INVOKE],
  },
  {
    name: "credentials rollback",
    prepare: (desk) => {
      desk.setUp();
      desk.aws.put(desk.clientSecret, OTHER_CLIENT);
    },
    command: (desk) => rollBackClient(desk.session("operator"), { application }),
    asks: [INVOKE, moves("AWSPENDING")],
  },
  {
    name: "credentials set technical-account",
    prepare: (desk) => {
      // The date of the previous version is forgotten with the next.
      desk.setUp(WRONG_ACCOUNT, "CHANGED-2026-01-01");
      desk.aws.put(desk.accountSecret, WRONG_ACCOUNT);
    },
    command: (desk) => setAccount(desk.session("operator", ACCOUNT), { test: true, application, account }),
    asks: [STORE, moves("CHANGED-2026-01-01")],
  },
  {
    name: "credentials set technical-account, without a token",
    prepare: (desk) => {
      desk.aws.put(desk.clientSecret, CLIENT);
    },
    command: (desk) => setAccount(desk.session("operator", ACCOUNT), { test: true, application, account }),
    asks: [INVOKE, STORE],
  },
  {
    name: "credentials set technical-account, the one that was refused before",
    prepare: refusedBefore,
    command: (desk) => setAccount(desk.session("operator", WRONG_ACCOUNT), { test: true, application, account }),
    ends: "portal",
    asks: ["secretsmanager:GetSecretValue AWSCURRENT"],
  },
  {
    name: "credentials status",
    prepare: setUp,
    command: (desk) => credentialsStatus(desk.target("operator"), { application }),
    asks: ["secretsmanager:ListSecretVersionIds"],
  },
  {
    name: "doctor",
    prepare: setUp,
    command: (desk) => examine(desk.target("operator"), { application }),
    goesWithout: comparesWithQualif,
    asks: ["cloudwatch:DescribeAlarms", "sns:ListSubscriptionsByTopic"],
  },
  {
    name: "doctor, without a token",
    prepare: (desk) => {
      desk.aws.put(desk.clientSecret, CLIENT);
    },
    command: (desk) => examine(desk.target("operator"), { application }),
    goesWithout: comparesWithQualif,
    asks: ["logs:FilterLogEvents", INVOKE],
  },
  {
    name: "doctor, of an account that is refused",
    prepare: (desk) => {
      desk.setUp(WRONG_ACCOUNT);
    },
    command: (desk) => examine(desk.target("operator"), { application, probe: true }),
    goesWithout: comparesWithQualif,
    asks: [moves("REFUSED")],
  },
  {
    name: "doctor --force, of an account that is right after all",
    prepare: (desk) => {
      desk.setUp(ACCOUNT, "REFUSED");
    },
    command: (desk) => examine(desk.target("operator"), { application, force: true }),
    goesWithout: comparesWithQualif,
    asks: [moves("REFUSED")],
  },
  {
    name: "token",
    prepare: setUp,
    command: (desk) => showToken(desk.callSession("operator"), { application }),
  },
  {
    name: "token, when it has expired",
    prepare: (desk) => {
      desk.storeToken(-10);
    },
    command: (desk) => showToken(desk.callSession("operator"), { application }),
    ends: "aws",
    asks: ["sts:GetCallerIdentity", "logs:FilterLogEvents"],
  },
  {
    name: "call",
    prepare: setUp,
    command: (desk) => call(desk.callSession("operator"), REQUEST, { application, timeoutInSeconds: 30 }),
  },
  {
    name: "call, with an account that is refused",
    prepare: (desk) => {
      desk.setUp(WRONG_ACCOUNT);
    },
    command: (desk) => call(desk.callSession("operator"), REQUEST, { application, timeoutInSeconds: 30 }),
    ends: "portal",
    asks: [moves("REFUSED")],
  },
  {
    name: "call --force, with an account that is right after all",
    prepare: (desk) => {
      desk.setUp(ACCOUNT, "REFUSED");
    },
    command: (desk) => call(desk.callSession("operator"), REQUEST, { application, force: true, timeoutInSeconds: 30 }),
    asks: [moves("REFUSED")],
  },
  {
    name: "alarms test",
    command: (desk) => testAlarms(desk.environment, alarmsInAws(desk.target("operator"))),
    asks: ["sns:Publish"],
  },
];

export const DEPOSITORS_DEEDS: readonly Deed[] = [
  {
    name: "credentials set client --no-test",
    prepare: setUp,
    command: (desk) => setClient(desk.session("depositor", OTHER_CLIENT), { test: false, application }),
    asks: [STORE],
    // Whether others are staged there already.
    goesWithout: () => ["secretsmanager:ListSecretVersionIds"],
  },
  {
    name: "credentials set technical-account --no-test",
    prepare: setUp,
    command: (desk) => setAccount(desk.session("depositor", ACCOUNT), { test: false, application, account }),
    asks: [STORE],
  },
];
