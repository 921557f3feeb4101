/**
 * AWS's other partitions: the stacks and policies for them are the same as for Paris, so the proofs for Paris hold
 * for them too. None was tried on AWS.
 */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it } from "@jest/globals";
import { HOLDERS } from "../../cli/policy/statement";
import { policyOf } from "../../cli/policy/policies";
import { checkOptions } from "../../cli/policy/run";
import type { EnvironmentConfiguration } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { addStateStacks } from "../../stacks/state-stack";
import { synthesizeApp } from "../constructs/synthesize";
import { codeOf } from "../iam/zips";

const PARIS = { region: "eu-west-3", partition: "aws", suffix: "amazonaws.com" };
const PARTITIONS = [
  { region: "eusc-de-east-1", partition: "aws-eusc", suffix: "amazonaws.eu" },
  { region: "us-gov-west-1", partition: "aws-us-gov", suffix: "amazonaws.com" },
  { region: "cn-north-1", partition: "aws-cn", suffix: "amazonaws.com.cn" },
] as const;
type Place = Readonly<Record<keyof typeof PARIS, string>>;

const ACCOUNT = "123456789012";
const keyIn = ({ partition, region }: Place): string =>
  `arn:${partition}:kms:${region}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;
const roleIn = ({ partition }: Place, name: string): string => `arn:${partition}:iam::${ACCOUNT}:role/${name}`;

/** Every option that names something of AWS. */
function synthesized(place: Place): Record<string, string> {
  const configuration: EnvironmentConfiguration = {
    region: place.region,
    account: ACCOUNT,
    alarmEmails: ["astreinte@exemple.fr"],
    encryptAlarms: true,
    protection: { breakGlassPrincipalArns: [roleIn(place, "break-glass")], guardRails: true },
    accessAlarm: { deployerRoleArns: [roleIn(place, "deployer")] },
    state: { bucket: "my-company-terraform-state" },
    applications: [
      {
        name: "chorus-pro",
        technicalAccounts: [{ name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } }],
        connectionCheck: true,
        landingZone: {
          encryptionKeyArn: keyIn(place),
          network: { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
          roleArns: { refresher: roleIn(place, "brought-in") },
        },
      },
      {
        name: "statistics",
        clientCredentialsOf: "chorus-pro",
        landingZone: { permissionsBoundaryArn: `arn:${place.partition}:iam::${ACCOUNT}:policy/boundary` },
      },
    ],
  };
  const stacks = synthesizeApp((app) => {
    new PisteStack(app, "qualif", configuration);
    new PisteStack(app, "prod", configuration);
    addStateStacks(app, { qualif: configuration, prod: configuration });
  });
  return Object.fromEntries(Object.entries(stacks).map(([name, { text }]) => [name, text]));
}

/** The same text for Paris. */
const inParis = (text: string, { region, partition }: Place): string =>
  text.replaceAll(region, PARIS.region).replaceAll(`arn:${partition}:`, "arn:aws:");

describe.each(PARTITIONS)("in $region", (place) => {
  const { region, partition, suffix } = place;

  it("the stacks are those of Paris, with this partition's ARNs", () => {
    const stacks = synthesized(place);
    for (const text of Object.values(stacks)) {
      expect(
        [...text.matchAll(/arn:(?!\$\{)([^:"]*):/g)].map(([, named]) => named).filter((named) => named !== partition),
      ).toEqual([]);
    }
    expect(Object.fromEntries(Object.entries(stacks).map(([name, text]) => [name, inParis(text, place)]))).toEqual(
      synthesized(PARIS),
    );
  });

  it("services have the same principals, whatever the domain of the region's addresses", () => {
    const named = Object.values(synthesized(place)).flatMap((text) => text.match(/[a-z]+\.amazonaws\.[a-z.]+/g) ?? []);
    expect([...new Set(named)].sort()).toEqual(
      ["cloudwatch", "events", "lambda", "scheduler"].map((service) => `${service}.amazonaws.com`),
    );
  });

  it.each(HOLDERS)("the policy of a %s is that of Paris, with this partition's ARNs", (holder) => {
    const printed = (of: Place): string => {
      const options = checkOptions(holder, {
        environment: "prod",
        application: "chorus-pro",
        accountId: ACCOUNT,
        region: of.region,
        encryptionKeyArn: keyIn(of),
        permissionsBoundaryArn: `arn:${of.partition}:iam::${ACCOUNT}:policy/boundary`,
        network: true,
        topicArn: [`arn:${of.partition}:sns:${of.region}:${ACCOUNT}:pager`],
        stateBucket: "our-terraform-state",
        encryptAlarms: true,
        accessAlarm: true,
        roleArn: [roleIn(of, "brought-in")],
      });
      return JSON.stringify(policyOf(holder, options));
    };
    expect(printed(place)).not.toContain('"arn:aws:');
    // KMS names a service by its address, whose domain differs in some partitions.
    expect(printed(place)).not.toMatch(/"[a-z]+\.[a-z]+-[a-z-]+\d\.amazonaws/);
    expect(inParis(printed(place), place)).toBe(printed(PARIS));
  });

  it("the commands use this partition's addresses", async () => {
    const clients = [
      CloudWatchClient,
      CloudWatchLogsClient,
      LambdaClient,
      SchedulerClient,
      SecretsManagerClient,
      SNSClient,
      SSMClient,
      STSClient,
    ].map((Client) => new Client({ region }));
    for (const { config } of clients) {
      const { url } = config.endpointProvider({ Region: await config.region(), UseDualStack: false, UseFIPS: false });
      expect(url.hostname).toMatch(new RegExp(`^[a-z]+\\.${region}\\.${suffix.replaceAll(".", "\\.")}$`));
    }
  });

  it.each(["token-refresh", "connection-check"] as const)("so does the function %s", (name) => {
    expect(codeOf(name)).toContain(`"${partition}"`);
    expect(codeOf(name)).toContain(`"${suffix}"`);
  });
});
