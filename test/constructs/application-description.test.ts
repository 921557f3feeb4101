/** An application composed of single constructs has the same description as a `PisteApplication`. */
import { expect, it } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import {
  AccessTokenSecret,
  ApplicationDescription,
  ClientCredentialsSecret,
  PisteApplication,
  TokenMonitoring,
  TokenRefresher,
  type ApplicationConfiguration,
} from "../../constructs";
import { synthesize, type Block } from "./synthesize";

const CONFIGURATION = {
  environment: "qualif",
  name: "invoices",
  pisteApplicationName: "APP_SANDBOX_team@example.org",
  apis: ["chorus-pro-factures"],
  technicalAccounts: [{ name: "lyon", structure: { identifier: "12345678901234", identifierType: "SIRET" } }],
} satisfies ApplicationConfiguration;
const TOPICS = { informTopicArns: ["arn:aws:sns:eu-west-3:123456789012:mailbox"] };

function ofParts(stack: TerraformStack): void {
  const { environment, name: application, ...configuration } = CONFIGURATION;
  const of = { environment, application } as const;
  const refresher = new TokenRefresher(stack, "refresher", {
    ...of,
    clientCredentials: new ClientCredentialsSecret(stack, "client", of),
    accessToken: new AccessTokenSecret(stack, "token", of),
    hasTechnicalAccounts: true,
  });
  const { alarmNames } = new TokenMonitoring(stack, "monitoring", { refresher, landingZone: TOPICS });
  new ApplicationDescription(stack, "description", { ...configuration, refresher, alarmNames });
}

const described = (build: (stack: TerraformStack) => void): Block[] =>
  synthesize(build)
    .all("aws_ssm_parameter")
    .sort((one, other) => (String(one["name"]) < String(other["name"]) ? -1 : 1));

it("has the description of a PisteApplication", () => {
  const parts = described(ofParts);
  expect(parts.map(({ name }) => name)).toEqual(["/piste/qualif/invoices", "/piste/qualif/invoices/accounts/1"]);
  expect(parts).toEqual(
    described((stack) => {
      new PisteApplication(stack, "piste", { ...CONFIGURATION, landingZone: TOPICS });
    }),
  );
});

it("is refused with an unknown API, by the application's rule", () => {
  expect(() =>
    synthesize((stack) => {
      const of = { environment: "qualif" } as const;
      const refresher = new TokenRefresher(stack, "refresher", {
        ...of,
        clientCredentials: new ClientCredentialsSecret(stack, "client", of),
        accessToken: new AccessTokenSecret(stack, "token", of),
      });
      new ApplicationDescription(stack, "description", { refresher, apis: ["chorus" as "legifrance"] });
    }),
  ).toThrow("is unknown; known are chorus-pro-factures,");
});
