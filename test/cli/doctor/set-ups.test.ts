import { describe, expect, it } from "@jest/globals";
import { CHORUS_PRO_APIS } from "../../../piste/api-catalogue";
import type { Platform } from "../../../piste/environments";
import { NetworkError } from "../../../piste/http";
import { TOPIC } from "../fake-aws";
import { failedSteps, SIRET, stepOf } from "./fixture";
import { ACCOUNT, CLIENT, Portals } from "./portals";

const HOUR_IN_SECONDS = 3600;
const OTHER_CLIENT = { client_id: "b1f7a6de-2222-4222-8222-222222222222", client_secret: "canary-other" };
const OTHER_SIRET = "35600000000048";

interface SetUp {
  readonly what: string;
  /** Breaks one thing of a ready set-up, or returns a new one. */
  readonly change: (portals: Portals) => unknown;
  /** The failed step with its status and owner, in qualif and in prod. */
  readonly qualif: string;
  readonly prod: string;
  /** Matches the cause and the next step. */
  readonly says?: RegExp;
}

const both = (rest: string): Pick<SetUp, "qualif" | "prod"> => ({ qualif: `Q7 ${rest}`, prod: `P5 ${rest}` });
const account = (rest: string): Pick<SetUp, "qualif" | "prod"> => ({ qualif: `Q6 ${rest}`, prod: `P5 ${rest}` });

const failing = (code: "dns" | "proxy"): (() => Promise<never>) => {
  return () => Promise.reject(new NetworkError(code));
};

const SET_UPS: readonly SetUp[] = [
  {
    what: "the client secret is empty",
    change: (portals) => {
      portals.aws.create(portals.application.description.clientSecret);
    },
    ...both("missing operator"),
    says: /No client credentials are stored yet/,
  },
  {
    what: "the client secret is malformed",
    change: (portals) => {
      portals.storeClient("canary: not JSON");
    },
    ...both("missing operator"),
  },
  {
    what: "the client secret is wrong",
    change: (portals) => {
      portals.storeClient({ ...CLIENT, client_secret: "c0ffee00-0000-4000-8000-000000000000" });
    },
    ...both("missing operator"),
    says: /client id or the client secret/,
  },
  {
    what: "the API key pair is stored instead of the OAuth2 pair",
    change: (portals) => {
      portals.storeClient(OTHER_CLIENT);
    },
    ...both("missing operator"),
    says: /API key pair/,
  },
  {
    what: "the other environment's pair is stored",
    change: (portals) => {
      const name = portals.nameOnPiste.startsWith("APP_SANDBOX_") ? "Facturation" : "APP_SANDBOX_equipe@exemple.fr";
      portals.platform.addApplication({ name, ...OTHER_CLIENT });
      portals.storeClient(OTHER_CLIENT);
    },
    ...both("missing operator"),
    says: /pair of the (qualif|prod) application/,
  },
  {
    what: "one API is not selected",
    change: (portals) => {
      portals.selectApis(CHORUS_PRO_APIS.filter((api) => api !== "chorus-pro-factures"));
    },
    qualif: "Q3 missing piste-portal",
    prod: "P2 missing piste-portal",
    says: /^3 of 4 APIs let the application in; Factures missing/,
  },
  {
    what: "the CGU of an API are not accepted",
    change: (portals) => {
      portals.platform.portal.applications.change({
        name: portals.nameOnPiste,
        apis: [{ api: "chorus-pro-structures", cguAccepted: false }],
      });
    },
    qualif: "Q3 missing piste-portal",
    prod: "P2 missing piste-portal",
    says: /^3 of 4 APIs let the application in; Structures missing/,
  },
  {
    what: "no API is selected",
    change: (portals) => {
      portals.selectApis([]);
    },
    qualif: "Q3 missing piste-portal",
    prod: "P2 missing piste-portal",
    says: /^None of the 4 APIs lets the application in; /,
  },
  {
    what: "the raccordement is missing",
    change: (portals) => {
      portals.platform.portal.removeRaccordement({
        structure: { identifier: SIRET, identifierType: "SIRET" },
        application: portals.nameOnPiste,
      });
    },
    qualif: "Q5 missing chorus-pro",
    prod: "P4 missing chorus-pro",
    says: /probably/,
  },
  {
    what: "the habilitation is missing",
    change: (portals) => {
      portals.platform.portal.technicalAccounts.habilitate(ACCOUNT.login, false);
    },
    qualif: "Q5 missing chorus-pro",
    prod: "P3 missing chorus-pro",
    says: /probably/,
  },
  {
    what: "the account was made a moment ago",
    change: (portals) => {
      const young = { login: `TECH_8_${SIRET}@cpro.fr`, password: "canary-young" };
      portals.addAccount(young, 0);
      portals.aws.put(portals.secretOf(), young, ["AWSCURRENT"], 60);
    },
    ...account("not-seen-yet wait"),
  },
  {
    what: "the password is wrong",
    change: (portals) => {
      portals.storeAccount({ ...ACCOUNT, password: "canary-wrong" });
    },
    ...account("missing chorus-pro"),
  },
  {
    what: "the password has expired",
    change: (portals) => {
      portals.aws.clock.forward(425 * 24 * HOUR_IN_SECONDS);
      portals.storeAccount();
    },
    ...account("missing chorus-pro"),
  },
  {
    what: "the account is locked",
    change: (portals) => {
      for (let tries = 0; tries < 5; tries++) {
        portals.platform.judge({ ...ACCOUNT, password: "canary-wrong" }, CLIENT.client_id);
      }
    },
    ...account("missing chorus-pro"),
  },
  {
    what: "the account is another structure's",
    change: (portals) => {
      const other = { login: `TECH_9_${OTHER_SIRET}@cpro.fr`, password: "canary-other" };
      const structure = { identifier: OTHER_SIRET, identifierType: "SIRET" } as const;
      portals.platform.addStructure({ ...structure, name: "Autre" });
      portals.addAccount(other, 10, structure);
      portals.storeAccount(other);
    },
    ...account("missing operator"),
    says: new RegExp(OTHER_SIRET),
  },
  {
    what: "the account's secret is empty",
    change: (portals) => {
      portals.aws.create(portals.secretOf());
    },
    ...both("missing operator"),
  },
  {
    what: "the account's secret is malformed",
    change: (portals) => {
      portals.storeAccount("canary: not JSON");
    },
    ...both("missing operator"),
  },
  {
    what: "no account is configured",
    change: ({ options }) => Portals.ready(options.environment, { accounts: [] }),
    ...account("missing operator"),
    says: /technicalAccounts/,
  },
  {
    what: "PISTE gives no token",
    change: (portals) => {
      portals.break("token", { status: 503 });
    },
    ...both("not-seen-yet wait"),
  },
  {
    what: "PISTE throttles",
    change: (portals) => {
      portals.break("token", { status: 429 });
    },
    ...both("not-seen-yet wait"),
  },
  {
    what: "the token endpoint answers with a page",
    change: (portals) => {
      portals.break("token", { body: "html" });
    },
    ...both("not-seen-yet wait"),
    says: /proxy or a maintenance page/,
  },
  {
    what: "the gateway is down",
    change: (portals) => {
      portals.break("api", { status: 503 });
    },
    ...both("not-seen-yet wait"),
  },
  {
    what: "the gateway answers with a page",
    change: (portals) => {
      portals.break("api", { status: 200, body: "html" });
    },
    ...both("not-seen-yet wait"),
  },
  {
    what: "the proxy here refuses",
    change: ({ options }) =>
      Portals.ready(options.environment, { transport: failing("proxy"), proxy: "proxy.exemple.fr:3128" }),
    ...both("missing operator"),
    says: /proxy\.exemple\.fr:3128/,
  },
  {
    what: "this machine's network does not reach PISTE",
    change: ({ options }) => Portals.ready(options.environment, { transport: failing("dns") }),
    ...both("missing operator"),
  },
  {
    what: "the function's network does not reach PISTE",
    change: ({ options }) => Portals.ready(options.environment, { functionTransport: failing("dns") }),
    ...both("missing aws"),
  },
  {
    what: "AWS denies reading the descriptions",
    change: ({ aws }) => {
      aws.refuse("ssm:GetParametersByPath");
    },
    ...both("missing aws"),
    says: /ssm:GetParametersByPath/,
  },
  {
    what: "AWS denies running the function",
    change: ({ aws }) => {
      aws.refuse("lambda:InvokeFunction");
    },
    ...both("missing aws"),
    says: /lambda:InvokeFunction/,
  },
  {
    what: "AWS denies reading the token",
    change: ({ aws, application }) => {
      aws.refuse("secretsmanager:GetSecretValue", undefined, undefined, application.description.tokenSecret);
    },
    ...both("missing aws"),
    says: /secretsmanager:GetSecretValue/,
  },
  {
    what: "there are no AWS credentials",
    change: ({ aws }) => {
      aws.refuse("sts:GetCallerIdentity", "CredentialsProviderError");
    },
    ...both("missing aws"),
  },
  {
    what: "the stack is not deployed",
    change: ({ aws }) => {
      aws.deployed.clear();
    },
    ...both("missing aws"),
    says: /described|SSM/,
  },
  {
    what: "a secret was deleted",
    change: ({ aws, application }) => {
      aws.remove(application.description.tokenSecret);
    },
    ...both("missing aws"),
  },
  {
    what: "the function itself fails",
    change: ({ aws }) => {
      aws.functionIsRefused = "read";
    },
    ...both("missing aws"),
  },
  {
    what: "the mail of the alarms is not confirmed",
    change: ({ aws }) => {
      aws.subscribed.set(TOPIC, [{ protocol: "email", endpoint: "equipe@exemple.fr", confirmed: false }]);
    },
    ...both("missing aws"),
    says: /equipe@exemple\.fr/,
  },
  {
    what: "this machine's clock is off",
    change: ({ aws }) => {
      aws.clockAhead = -5 * 60_000;
    },
    ...both("missing operator"),
    says: /clock/,
  },
];

/** In prod a made-up login needs `probe`; without one, a 403 has two possible causes. */
const OPTIONS = { qualif: {}, prod: { probe: true } } as const;

describe.each(["qualif", "prod"] as const)("in %s, a set-up in which", (environment: Platform) => {
  it("nothing is broken is ready", async () => {
    const portals = Portals.ready(environment);
    const report = await portals.examine();
    expect(failedSteps(report)).toEqual([]);
    expect(report.ready).toBe(true);
  });

  it.each(SET_UPS)("$what blames one step and one owner", async ({ change, says, ...expected }) => {
    const portals = Portals.ready(environment);
    const made = change(portals);
    const broken = made instanceof Portals ? made : portals;
    const report = await broken.examine(OPTIONS[environment]);
    expect(failedSteps(report)).toEqual([expected[environment]]);
    expect(report.ready).toBe(false);
    const step = stepOf(report, expected[environment].slice(0, 2));
    expect(`${step.cause?.en} ${step.next?.en}`).toMatch(says ?? /./);
    for (const text of [step.cause, step.next])
      expect(Object.values(text ?? {}).filter((words) => words === "")).toEqual([]);
    // No secret values.
    expect(JSON.stringify(report)).not.toMatch(/canary|b1f7a6de|c0ffee00|0a4fca5c/);
  });
});

it("has at least 22 different set-ups", () => {
  expect(new Set(SET_UPS.map(({ what }) => what)).size).toBe(SET_UPS.length);
  expect(SET_UPS.length).toBeGreaterThanOrEqual(22);
});
