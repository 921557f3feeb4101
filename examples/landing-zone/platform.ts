/** Stands for the platform team's resources, so that the example deploys from nothing. */
import { readFileSync } from "node:fs";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaLayerVersion } from "@cdktf/provider-aws/lib/lambda-layer-version";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { AccountStack } from "./account-stack";
import {
  CONSUMER,
  CONSUMER_ROLE,
  CONSUMER_ROLE_ARN,
  namesIn,
  PLATFORM_PATH,
  PUBLISHER,
  REGIONS,
  type Place,
} from "./accounts";
import { zipped } from "./zipped";

const policy = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

const trust = (service: string, condition?: object): string =>
  policy({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(condition && { Condition: condition }),
  });

/** All actions of the constructs' roles; each role has its own policies. */
const WITHIN_THE_BOUNDARY = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "lambda:InvokeFunction",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetSecretValue",
  "secretsmanager:ListSecretVersionIds",
  "secretsmanager:PutSecretValue",
  "secretsmanager:UpdateSecretVersionStage",
  "ssm:GetParameter",
];

/** In the consumer's account: the role of its program. */
export class ConsumerPlatform extends AccountStack {
  constructor(scope: Construct) {
    super(scope, "platform-consumer", CONSUMER, REGIONS.paris.region);
    const role = new IamRole(this, "lookup", {
      name: CONSUMER_ROLE,
      path: PLATFORM_PATH,
      assumeRolePolicy: trust("lambda.amazonaws.com"),
    });
    new IamRolePolicyAttachment(this, "logs", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    });
  }
}

/** In the publisher's account, in one region. */
export class PublisherPlatform extends AccountStack {
  constructor(scope: Construct, place: Place) {
    super(scope, `platform-${place}`, PUBLISHER, REGIONS[place].region);
    this.addRoles(place);
    this.addKeyAndTopics(place);
    this.addNetwork(place);
  }

  /** The constructs add inline policies to these roles. */
  private addRoles(place: Place): void {
    const names = namesIn(place);
    const boundary = new IamPolicy(this, "boundary", {
      name: names.boundary,
      path: PLATFORM_PATH,
      policy: policy({ Effect: "Allow", Action: WITHIN_THE_BOUNDARY, Resource: "*" }),
    });
    const role = (id: string, name: string, assumeRolePolicy: string): IamRole =>
      new IamRole(this, id, { name, path: PLATFORM_PATH, permissionsBoundary: boundary.arn, assumeRolePolicy });
    role("refresher", names.refresherRole, trust("lambda.amazonaws.com"));
    const ofThisAccount = { StringEquals: { "aws:SourceAccount": PUBLISHER } };
    role("schedules", names.scheduleRole, trust("scheduler.amazonaws.com", ofThisAccount));
  }

  private addKeyAndTopics(place: Place): void {
    const names = namesIn(place);
    const { region } = REGIONS[place];
    const key = new KmsKey(this, "key", {
      description: "PISTE: secrets, topics and logs",
      enableKeyRotation: true,
      policy: policy(
        // IAM decides within the account.
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${PUBLISHER}:root` }, Action: "kms:*", Resource: "*" },
        {
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${PUBLISHER}:alarm:*` } },
        },
        {
          Effect: "Allow",
          Principal: { Service: `logs.${region}.amazonaws.com` },
          Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
          Resource: "*",
          Condition: {
            ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${PUBLISHER}:log-group:*` },
          },
        },
        // The other account's reader, only through Secrets Manager.
        {
          Effect: "Allow",
          Principal: { AWS: CONSUMER_ROLE_ARN },
          Action: "kms:Decrypt",
          Resource: "*",
          Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
        },
      ),
    });
    new KmsAlias(this, "alias", { name: names.keyAlias, targetKeyId: key.keyId });
    for (const name of [names.pager, names.mailbox]) {
      new SnsTopic(this, name, { name, kmsMasterKeyId: key.arn });
    }
  }

  /** Without the proxy to PISTE and the endpoints for AWS: docs/network.md. */
  private addNetwork(place: Place): void {
    const names = namesIn(place);
    const vpc = new Vpc(this, "vpc", { cidrBlock: "10.0.0.0/16" });
    ["a", "b"].forEach((zone, index) => {
      new Subnet(this, `private-${zone}`, {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `${REGIONS[place].region}${zone}`,
        tags: { Name: names.privateSubnets },
      });
    });
    new SecurityGroup(this, "outgoing", {
      name: names.outgoing,
      description: "To the proxy and to AWS",
      vpcId: vpc.id,
      egress: [443, 3128].map((port) => ({
        fromPort: port,
        toPort: port,
        protocol: "tcp",
        cidrBlocks: ["10.0.0.0/8"],
      })),
    });
    // The proxy decrypts TLS: functions trust its authority in addition to the public ones.
    const file = "acme-ca.crt";
    const zip = zipped(this, "ca", `build/${file}.zip`, { [file]: readFileSync(file) });
    new LambdaLayerVersion(this, "ca-layer", {
      layerName: names.caLayer,
      filename: zip.path,
      sourceCodeHash: Fn.filebase64sha256(zip.path),
    });
  }
}
