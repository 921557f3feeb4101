/** What a company prescribes to every stack in an account. */
import { Token } from "cdktf";
import { checkRunbookBaseUrl } from "../aws/checks";
import { checkProxyAddress } from "../lambda/token-refresh/contract";
import { checkName } from "../piste/names";
import {
  checkBoolean,
  checkDifferent,
  checkList,
  checkObject,
  checkOptions,
  judgedElsewhere,
  shown,
  type Rules,
} from "../piste/options";
import { checkKnown } from "./internal/known-at-synth";
import { checkRoleArn } from "./internal/role-grants";

/** Roles that exist, of the stack's account. */
export interface BroughtInRoles {
  /** Of the token refresher; Lambda must be allowed to assume it. */
  readonly refresher?: string;
  /** Of the connection check, which reads what the refresher may not: another one. */
  readonly connectionCheck?: string;
  /** Of all schedules; EventBridge Scheduler must be allowed to assume it. */
  readonly schedules?: string;
}

/** An authority of a company's own, as files of a Lambda layer. */
export interface CertificateAuthority {
  /** The ARN of a version of the layer, of the stack's region; every function gets it. */
  readonly layerArn: string;
  /** Where functions find it, below /opt/: certificates in PEM, trusted beside the public ones. */
  readonly file: string;
}

/**
 * The part of a network that functions run in. It must have a way to PISTE and to Secrets Manager, with technical accounts also to
 * SSM, with the connection check to SSM and to Lambda.
 */
export interface FunctionNetwork {
  /** Private subnets of one VPC, with a way to PISTE and to AWS. */
  readonly subnetIds: string[];
  /** At least one; nothing comes in, and HTTPS goes out. */
  readonly securityGroupIds: string[];
  /**
   * The proxy that leads to PISTE: http:// or https://, a host and perhaps a port. It must let functions through without a password.
   * @default - none
   */
  readonly httpsProxy?: string;
  /**
   * Whether the proxy leads to AWS's own services, too; it needs `httpsProxy`.
   * @default - `false`: endpoints of the VPC, or NAT, lead there
   */
  readonly awsThroughProxy?: boolean;
  /**
   * `{ layerArn, file }`: the authority of a network, or of a proxy, that opens TLS, as a file below `/opt/` of a Lambda layer
   * (docs/network.md#the-function). It is trusted beside the public ones.
   * @default - public authorities only
   */
  readonly certificateAuthority?: CertificateAuthority;
}

/** Passed whole to each construct and stack: every member applies to all resources of its kind. */
export interface LandingZone {
  /**
   * Comes before `piste-` in the names of all resources but secrets, descriptions and Terraform's state
   * (`acme-piste-qualif-…`): 1 to 30 lower-case letters, digits and inner hyphens. Two regions of one account need different
   * ones, since names of roles and dashboards are global.
   * @default - none
   */
  readonly namePrefix?: string;
  /**
   * The IAM path of the roles that are made.
   * @default "/"
   */
  readonly rolePath?: string;
  /**
   * The ARN of the permissions boundary of the roles that are made.
   * @default - none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * `{ refresher?, connectionCheck?, schedules? }`: the ARNs of roles that exist; each gets inline policies, and none is made
   * in its place. `lambda.amazonaws.com` must be allowed to assume the first two, `scheduler.amazonaws.com` the third.
   * @default - roles of their own
   */
  readonly roleArns?: BroughtInRoles;
  /**
   * On every resource, beside the provider's default tags, which must not have the same key in another case of letters: IAM
   * refuses `Environment` beside `environment`. In `stacks/` an environment's tags replace ours, `application` and
   * `environment`, in any case.
   * @default - none
   */
  readonly tags?: { readonly [key: string]: string };
  /**
   * The ARN of a customer-managed KMS key for secrets, topics and log groups (docs/landing-zone.md#what-a-key-must-allow).
   * Readers in another account need it.
   * @default - AWS's own keys; topics are not encrypted, since an alarm holds nothing secret
   */
  readonly encryptionKeyArn?: string;
  /**
   * Of every log group.
   * @default 90
   */
  readonly logRetentionInDays?: number;
  /**
   * `{ subnetIds, securityGroupIds, httpsProxy?, awsThroughProxy?, certificateAuthority? }` of every function. What it must
   * reach: docs/network.md#the-function.
   * @default - Lambda's own network
   */
  readonly network?: FunctionNetwork;
  /**
   * Up to five SNS topics that exist, for what someone must act on now: a pager's, a chat's. What they must allow:
   * docs/alarm-delivery.md#what-a-topic-must-allow. In qualif nothing pages, and they are not used.
   * @default - a topic of its own
   */
  readonly pageTopicArns?: string[];
  /**
   * Up to five SNS topics that exist, for what someone should know.
   * @default - a topic of its own
   */
  readonly informTopicArns?: string[];
  /**
   * The https address of a copy of this version's docs/runbooks/ that can be opened at night, for the alarms' mails:
   * `https://wiki.example.org/piste/runbooks` becomes `https://wiki.example.org/piste/runbooks/token-lapsing.md`.
   * @default - mails name the file in the cdktf-piste repository
   */
  readonly runbookBaseUrl?: string;
}

/** The periods that CloudWatch Logs knows. */
const LOG_RETENTIONS_IN_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Of an alarm, in each state: "Amazon CloudWatch alarms quotas". */
const MOST_TOPICS = 5;

const AUTHORITY_RULES: Rules<CertificateAuthority> = {
  // An ARN that is none is refused with what Terraform receives.
  layerArn: judgedElsewhere,
  file: (property, file) => {
    if (Token.isUnresolved(file) || isFileOfLayer(file)) return;
    throw new Error(
      `${property} must be a path below /opt/, where Lambda puts a layer's files, such as /opt/acme-ca.pem, got ` +
        JSON.stringify(file),
    );
  },
};

const NETWORK_RULES: Rules<FunctionNetwork> = {
  subnetIds: judgedElsewhere,
  securityGroupIds: judgedElsewhere,
  httpsProxy: (property, address) => {
    if (!Token.isUnresolved(address)) checkProxyAddress(property, address);
  },
  awsThroughProxy: known(checkBoolean),
  certificateAuthority: (property, authority) => {
    checkOptions(property, authority, AUTHORITY_RULES);
    // What runs without type-checking may lack one.
    const { layerArn, file } = authority as Partial<CertificateAuthority>;
    if (layerArn === undefined)
      throw new Error(`${property}.layerArn must be the ARN of a layer's version, got undefined`);
    if (file === undefined) AUTHORITY_RULES.file(`${property}.file`, authority.file);
  },
};

/** By the member; AWS's own rules, which are judged on what Terraform receives, are in refusals/rules.ts. */
const RULES: Rules<LandingZone> = {
  namePrefix: known(checkName),
  rolePath: judgedElsewhere,
  permissionsBoundaryArn: judgedElsewhere,
  roleArns: checkRoles,
  tags: (property, tags) => {
    if (!Token.isUnresolved(tags)) checkObject(property, tags);
  },
  encryptionKeyArn: judgedElsewhere,
  logRetentionInDays: (property, days) => {
    if (Token.isUnresolved(days) || LOG_RETENTIONS_IN_DAYS.includes(days)) return;
    throw new Error(`${property} must be one of ${LOG_RETENTIONS_IN_DAYS.join(", ")}, got ${shown(days)}`);
  },
  network: (property, network) => {
    checkOptions(property, network, NETWORK_RULES);
    // What runs without type-checking may lack one; Lambda takes neither without the other.
    for (const list of ["subnetIds", "securityGroupIds"] as const) {
      if (!Token.isUnresolved(network[list])) checkList(`${property}.${list}`, network[list]);
    }
    if (network.awsThroughProxy === true && network.httpsProxy === undefined) {
      throw new Error(`${property}.awsThroughProxy must have an httpsProxy beside it, got none`);
    }
  },
  pageTopicArns: checkTopics,
  informTopicArns: checkTopics,
  runbookBaseUrl: known(checkRunbookBaseUrl),
};

/** @throws Error naming the member, the rule and the value. */
export function checkLandingZone(zone: LandingZone = {}): LandingZone {
  checkOptions("landingZone", zone, RULES);
  return zone;
}

/** A rule of what a reference cannot be. */
function known<Value>(check: (property: string, value: Value) => void): (property: string, value: Value) => void {
  return (property, value) => {
    checkKnown(property, value);
    check(property, value);
  };
}

const isFileOfLayer = (file: unknown): boolean =>
  typeof file === "string" &&
  /^\/opt(?:\/[\w.-]+)+$/.test(file) &&
  !/\/\.{1,2}(?:\/|$)/.test(file) &&
  file.length <= 256;

function checkRoles(property: string, roles: BroughtInRoles): void {
  checkOptions(property, roles, { refresher: checkRoleArn, connectionCheck: checkRoleArn, schedules: checkRoleArn });
  const rule = `${property} must be different roles, since each has rights that the others must not have`;
  checkDifferent(
    rule,
    Object.values(roles).filter((arn: string | undefined) => arn !== undefined),
  );
}

/** The address of a pager or a chat is a secret: what is refused is not repeated. */
function checkTopics(property: string, arns: string[]): void {
  if (Token.isUnresolved(arns)) {
    throw new Error(
      `${property} must be a list whose length is known at synth, got a reference; name each, such as Fn.element(list, 0)`,
    );
  }
  checkList(property, arns);
  if (arns.length === 0 || arns.length > MOST_TOPICS) {
    throw new Error(`${property} must be 1 to ${MOST_TOPICS} topics, as many as an alarm takes, got ${arns.length}`);
  }
  arns.forEach((arn, index) => {
    if (Token.isUnresolved(arn) || /^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(arn)) return;
    throw new Error(
      `${property}[${index}] must be the ARN of an SNS topic, got something else; subscribe a pager's or a chat's address, which ` +
        "is a secret, to a topic outside of this code",
    );
  });
}
