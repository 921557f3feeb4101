/** The platform team's settings for the stacks of the publisher's account. */
import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { DataAwsLambdaLayerVersion } from "@cdktf/provider-aws/lib/data-aws-lambda-layer-version";
import { DataAwsSecurityGroups } from "@cdktf/provider-aws/lib/data-aws-security-groups";
import { DataAwsSubnets } from "@cdktf/provider-aws/lib/data-aws-subnets";
import type { LandingZone } from "cdktf-piste";
import type { Construct } from "constructs";
import { namesIn, PLATFORM_PATH, PUBLISHER, REGIONS, type Place } from "./accounts";

export function landingZoneOf(scope: Construct, place: Place): LandingZone {
  const { prefix, region } = REGIONS[place];
  const names = namesIn(place);
  const role = (name: string): string => `arn:aws:iam::${PUBLISHER}:role${PLATFORM_PATH}${name}`;
  const topic = (name: string): string => `arn:aws:sns:${region}:${PUBLISHER}:${name}`;

  const key = new DataAwsKmsAlias(scope, "key", { name: names.keyAlias });
  const subnets = new DataAwsSubnets(scope, "private", {
    filter: [{ name: "tag:Name", values: [names.privateSubnets] }],
  });
  const outgoing = new DataAwsSecurityGroups(scope, "outgoing", {
    filter: [{ name: "group-name", values: [names.outgoing] }],
  });
  const authority = new DataAwsLambdaLayerVersion(scope, "authority", { layerName: names.caLayer });

  return {
    namePrefix: prefix,
    // The security team created the role that reads the client credentials and the role of schedules; the constructs
    // create the others with this path and boundary.
    roleArns: { refresher: role(names.refresherRole), schedules: role(names.scheduleRole) },
    rolePath: "/piste/",
    permissionsBoundaryArn: `arn:aws:iam::${PUBLISHER}:policy${PLATFORM_PATH}${names.boundary}`,
    tags: { Environment: "production", Application: "invoicing" },
    encryptionKeyArn: key.targetKeyArn,
    logRetentionInDays: 365,
    network: {
      subnetIds: subnets.ids,
      securityGroupIds: outgoing.ids,
      httpsProxy: "http://proxy.acme.example:3128",
      certificateAuthority: { layerArn: authority.arn, file: "/opt/acme-ca.crt" },
    },
    pageTopicArns: [topic(names.pager)],
    informTopicArns: [topic(names.mailbox)],
    runbookBaseUrl: "https://wiki.example.org/piste/runbooks",
  };
}
