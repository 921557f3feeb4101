/** Company-wide settings for every stack of an account. */
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
  checkedElsewhere,
  shown,
  type Rules,
} from "../piste/options";
import { checkKnown } from "./internal/known-at-synth";
import { checkRoleArn } from "./internal/role-grants";

/** ARNs of existing roles of the stack's account. */
export interface BroughtInRoles {
  /** For the token refresher; Lambda must be allowed to assume it. */
  readonly refresher?: string;
  /** For the connection check; another role, since it reads secrets that the refresher may not. */
  readonly connectionCheck?: string;
  /** For all schedules; EventBridge Scheduler must be allowed to assume it. */
  readonly schedules?: string;
}

/** A company's own certificate authority, as a file of a Lambda layer. */
export interface CertificateAuthority {
  /** The ARN of a layer version in the stack's region; every function gets it. */
  readonly layerArn: string;
  /** The file's path below /opt/: PEM certificates, trusted in addition to the public ones. */
  readonly file: string;
}

/**
 * The network of the functions. It must reach PISTE and Secrets Manager; with technical accounts also SSM; with the
 * connection check also SSM and Lambda.
 */
export interface FunctionNetwork {
  /** Private subnets of one VPC. */
  readonly subnetIds: string[];
  /** At least one. They need outbound HTTPS and no inbound rule. */
  readonly securityGroupIds: string[];
  /**
   * The proxy to PISTE, without a password: `http://` or `https://`, a host and optionally a port.
   * @default - none
   */
  readonly httpsProxy?: string;
  /**
   * Whether requests to AWS use the proxy too; requires `httpsProxy`.
   * @default - `false`: they use VPC endpoints or NAT
   */
  readonly awsThroughProxy?: boolean;
  /**
   * `{ layerArn, file }`: the certificate authority of a network or proxy that decrypts TLS, as a file below `/opt/`
   * of a Lambda layer (docs/network.md#the-function). It is trusted in addition to the public authorities.
   * @default - public authorities only
   */
  readonly certificateAuthority?: CertificateAuthority;
}

/** Each member applies to every resource of its kind. */
export interface LandingZone {
  /**
   * Prefix of all resource names except secrets, descriptions and Terraform's state (`acme-piste-qualif-…`): 1 to 30
   * lower-case letters, digits and inner hyphens. Use another one in each region of an account: names of roles and
   * dashboards are global.
   * @default - none
   */
  readonly namePrefix?: string;
  /**
   * The IAM path of created roles.
   * @default "/"
   */
  readonly rolePath?: string;
  /**
   * The ARN of the permissions boundary of created roles.
   * @default - none
   */
  readonly permissionsBoundaryArn?: string;
  /**
   * `{ refresher?, connectionCheck?, schedules? }`: the ARNs of existing roles to use instead of new ones; each gets
   * inline policies. `lambda.amazonaws.com` must be allowed to assume the first two, `scheduler.amazonaws.com` the
   * third.
   * @default - roles are created
   */
  readonly roleArns?: BroughtInRoles;
  /**
   * Tags of every resource, in addition to the provider's default tags. Their keys must differ by more than case: IAM
   * refuses `Environment` beside `environment`. In `stacks/` an environment's tags replace the built-in `application`
   * and `environment`, in any case.
   * @default - none
   */
  readonly tags?: { readonly [key: string]: string };
  /**
   * The ARN of a customer-managed KMS key for secrets, topics and log groups
   * (docs/landing-zone.md#what-a-key-must-allow). Required for readers in another account.
   * @default - AWS's own keys; topics are not encrypted, since alarms contain no secret
   */
  readonly encryptionKeyArn?: string;
  /**
   * How long every log group keeps its events.
   * @default 90
   */
  readonly logRetentionInDays?: number;
  /**
   * `{ subnetIds, securityGroupIds, httpsProxy?, awsThroughProxy?, certificateAuthority? }` of every function. It
   * must reach the hosts of docs/network.md#the-function.
   * @default - Lambda's own network
   */
  readonly network?: FunctionNetwork;
  /**
   * Up to five existing SNS topics for alarms that need action now, such as a pager's. Their policies:
   * docs/alarm-delivery.md#what-a-topic-must-allow. Not used in qualif, where nothing pages.
   * @default - a topic is created
   */
  readonly pageTopicArns?: string[];
  /**
   * Up to five existing SNS topics for alarms that only inform.
   * @default - a topic is created
   */
  readonly informTopicArns?: string[];
  /**
   * The https address of a published copy of this version's docs/runbooks/, for links in alarm e-mails:
   * `https://wiki.example.org/piste/runbooks` becomes `https://wiki.example.org/piste/runbooks/token-lapsing.md`.
   * @default - e-mails name the file in the cdktf-piste repository
   */
  readonly runbookBaseUrl?: string;
}

/** The periods that CloudWatch Logs accepts. */
const LOG_RETENTIONS_IN_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Per alarm and state: "Amazon CloudWatch alarms quotas". */
const MOST_TOPICS = 5;

const AUTHORITY_RULES: Rules<CertificateAuthority> = {
  // Checked at synth, by refusals/rules.ts.
  layerArn: checkedElsewhere,
  file: (property, file) => {
    if (Token.isUnresolved(file) || isFileOfLayer(file)) return;
    throw new Error(
      `${property} must be a path below /opt/, where Lambda puts a layer's files, such as /opt/acme-ca.pem, got ` +
        JSON.stringify(file),
    );
  },
};

const NETWORK_RULES: Rules<FunctionNetwork> = {
  subnetIds: checkedElsewhere,
  securityGroupIds: checkedElsewhere,
  httpsProxy: (property, address) => {
    if (!Token.isUnresolved(address)) checkProxyAddress(property, address);
  },
  awsThroughProxy: known(checkBoolean),
  certificateAuthority: (property, authority) => {
    checkOptions(property, authority, AUTHORITY_RULES);
    // May be missing without type-checking.
    const { layerArn, file } = authority as Partial<CertificateAuthority>;
    if (layerArn === undefined)
      throw new Error(`${property}.layerArn must be the ARN of a layer's version, got undefined`);
    if (file === undefined) AUTHORITY_RULES.file(`${property}.file`, authority.file);
  },
};

/** AWS's own rules are in refusals/rules.ts. */
const RULES: Rules<LandingZone> = {
  namePrefix: known(checkName),
  rolePath: checkedElsewhere,
  permissionsBoundaryArn: checkedElsewhere,
  roleArns: checkRoles,
  tags: (property, tags) => {
    if (!Token.isUnresolved(tags)) checkObject(property, tags);
  },
  encryptionKeyArn: checkedElsewhere,
  logRetentionInDays: (property, days) => {
    if (Token.isUnresolved(days) || LOG_RETENTIONS_IN_DAYS.includes(days)) return;
    throw new Error(`${property} must be one of ${LOG_RETENTIONS_IN_DAYS.join(", ")}, got ${shown(days)}`);
  },
  network: (property, network) => {
    checkOptions(property, network, NETWORK_RULES);
    // May be missing without type-checking; Lambda requires both.
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

/** A rule for a value that must be known at synth. */
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

/** Does not repeat a refused value: the address of a pager or chat is a secret. */
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
