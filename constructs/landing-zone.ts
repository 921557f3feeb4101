/** What a company prescribes to every stack in an account. */
import { Token } from "cdktf";
import { checkRunbookBaseUrl } from "../aws/checks";
import { checkProxyAddress } from "../lambda/token-refresh/contract";
import { checkBoolean, checkDifferent, checkList, checkProperties, type KnownProperties } from "../piste/application";
import { checkName } from "../piste/names";
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

/** The part of a network that functions run in; it must have a way to PISTE and to Secrets Manager, the connection check's also
 * to SSM and to Lambda. */
export interface FunctionNetwork {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  /**
   * The proxy that leads to PISTE: http:// or https://, its host and port. It must let functions through without a password.
   * @default - none
   */
  readonly httpsProxy?: string;
  /**
   * Whether the proxy leads to AWS's own services, too.
   * @default false - endpoints of the VPC, or NAT, lead there
   */
  readonly awsThroughProxy?: boolean;
  /**
   * The authority of a network, or of a proxy, that opens TLS.
   * @default - public authorities only
   */
  readonly certificateAuthority?: CertificateAuthority;
}

/** Passed whole to each construct and stack: every member applies to all resources of its kind. */
export interface LandingZone {
  /**
   * Begins the names of all resources but secrets, parameters and Terraform's state: 1 to 30 lower-case letters, digits and
   * inner hyphens. Two regions of one account need different ones, since names of roles and dashboards are global.
   * @default - names begin with "piste-"
   */
  readonly namePrefix?: string;
  /** @default "/" */
  readonly rolePath?: string;
  /** @default - no permissions boundary */
  readonly permissionsBoundaryArn?: string;
  /**
   * Roles that are brought in, by their ARNs; each is given inline policies, and none is made in its place.
   * @default - roles of their own
   */
  readonly roleArns?: BroughtInRoles;
  /** @default - the provider's default tags only */
  readonly tags?: { readonly [key: string]: string };
  /**
   * The ARN of a customer-managed KMS key for secrets, topics and log groups. Readers in another account need it.
   * @default - AWS's own keys; topics are not encrypted, since an alarm holds nothing secret
   */
  readonly encryptionKeyArn?: string;
  /** @default 90 */
  readonly logRetentionInDays?: number;
  /** @default - Lambda's own network */
  readonly network?: FunctionNetwork;
  /**
   * SNS topics that exist, for what someone must act on now; in qualif nothing pages, and they are not used.
   * @default - a topic of its own
   */
  readonly pageTopicArns?: string[];
  /**
   * SNS topics that exist, for what someone should know.
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

const NETWORK: KnownProperties<FunctionNetwork> = {
  subnetIds: true,
  securityGroupIds: true,
  httpsProxy: true,
  awsThroughProxy: true,
  certificateAuthority: true,
};

/** By the member; AWS's own rules, which are judged on what Terraform receives, are in refusals/rules.ts. */
const CHECKS: {
  readonly [Member in keyof LandingZone]-?: (property: string, value: NonNullable<LandingZone[Member]>) => void;
} = {
  namePrefix: checkName,
  rolePath: () => undefined,
  permissionsBoundaryArn: () => undefined,
  roleArns: checkRoles,
  tags: () => undefined,
  encryptionKeyArn: () => undefined,
  logRetentionInDays: (property, days) => {
    if (Token.isUnresolved(days) || LOG_RETENTIONS_IN_DAYS.includes(days)) return;
    throw new Error(`${property} must be one of ${LOG_RETENTIONS_IN_DAYS.join(", ")}, got ${String(days)}`);
  },
  network: (property, network) => {
    checkProperties(property, network, NETWORK);
    // What runs without type-checking may lack one; Lambda takes neither without the other.
    for (const list of ["subnetIds", "securityGroupIds"] as const) {
      if (!Token.isUnresolved(network[list])) checkList(`${property}.${list}`, network[list]);
    }
    checkWayOut(property, network);
  },
  pageTopicArns: checkTopics,
  informTopicArns: checkTopics,
  runbookBaseUrl: checkRunbookBaseUrl,
};

/** @throws Error naming the member, the rule and the value. */
export function checkLandingZone(zone: LandingZone = {}): LandingZone {
  checkProperties("landingZone", zone, CHECKS);
  for (const [member, value] of Object.entries(zone) as [keyof LandingZone, never][]) {
    // What runs without type-checking may have anything there.
    if ((value as unknown) !== undefined) CHECKS[member](`landingZone.${member}`, value);
  }
  return zone;
}

function checkWayOut(property: string, { httpsProxy, awsThroughProxy, certificateAuthority }: FunctionNetwork): void {
  if (httpsProxy !== undefined && !Token.isUnresolved(httpsProxy)) {
    checkProxyAddress(`${property}.httpsProxy`, httpsProxy);
  }
  if (awsThroughProxy !== undefined) checkBoolean(`${property}.awsThroughProxy`, awsThroughProxy);
  if (awsThroughProxy === true && httpsProxy === undefined) {
    throw new Error(`${property}.awsThroughProxy must have an httpsProxy beside it, got none`);
  }
  if (certificateAuthority === undefined) return;
  const ofAuthority = `${property}.certificateAuthority`;
  checkProperties(ofAuthority, certificateAuthority, { layerArn: true, file: true });
  const { file, layerArn } = certificateAuthority;
  if (typeof layerArn !== "string") throw new Error(`${ofAuthority}.layerArn must be a text, got ${String(layerArn)}`);
  if (Token.isUnresolved(file) || isFileOfLayer(file)) return;
  throw new Error(
    `${ofAuthority}.file must be a path below /opt/, where Lambda puts a layer's files, such as /opt/acme-ca.pem, got ` +
      JSON.stringify(file),
  );
}

const isFileOfLayer = (file: unknown): boolean =>
  typeof file === "string" &&
  /^\/opt(?:\/[\w.-]+)+$/.test(file) &&
  !/\/\.{1,2}(?:\/|$)/.test(file) &&
  file.length <= 256;

function checkRoles(property: string, roles: BroughtInRoles): void {
  checkProperties(property, roles, { refresher: true, connectionCheck: true, schedules: true });
  const arns = Object.entries(roles).flatMap(([role, arn]: [string, string | undefined]) => {
    if (arn === undefined) return [];
    checkRoleArn(`${property}.${role}`, arn);
    return [arn];
  });
  checkDifferent(`${property} must be different roles, since each has rights that the others must not have`, arns);
}

/** The address of a pager or a chat is a secret: what is refused is not repeated. */
function checkTopics(property: string, arns: string[]): void {
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
