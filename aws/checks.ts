/** AWS's rules, for stacks and commands. Loads nothing of cdktf. */

/** Paris. */
export const DEFAULT_REGION = "eu-west-3";

const REGION = /^(?:[a-z]{2}(?:-gov|-iso[a-z]?)?|eusc-[a-z]{2})-(?:north|south)?(?:east|west|central|north|south)-\d$/;

export function checkRegion(property: string, region: string): void {
  if (!REGION.test(region)) {
    throw new Error(`${property} must be an AWS region such as ${DEFAULT_REGION}, got ${JSON.stringify(region)}`);
  }
}

/** By the prefix of the region; all others are in `aws`. */
const PARTITIONS = [
  ["us-gov-", "aws-us-gov"],
  ["cn-", "aws-cn"],
  ["eusc-", "aws-eusc"],
] as const;

export function partitionOf(region: string): string {
  return PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? "aws";
}

/** AWS's console shows an account as 1234-5678-9012. */
export const plainAccountId = (account: string): string => account.replace(/^(\d{4})[- ](\d{4})[- ](\d{4})$/, "$1$2$3");

export function checkAccountId(property: string, account: unknown): void {
  if (!(typeof account === "string" && /^\d{12}$/.test(account))) {
    throw new Error(`${property} must be the 12 digits of an AWS account, got ${JSON.stringify(account)}`);
  }
}

/** S3's "General purpose bucket naming rules". */
const RESERVED_BUCKET = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/;

export function checkBucket(property: string, bucket: string): void {
  if (RESERVED_BUCKET.test(bucket)) {
    throw new Error(
      `${property} must not begin with xn--, sthree- or amzn-s3-demo-, nor end with -s3alias, --ol-s3, .mrap, --x-s3, ` +
        `--table-s3 or -an, which S3 reserves, got ${JSON.stringify(bucket)}`,
    );
  }
  if (!/^[a-z0-9](?:[a-z0-9]|[.-](?!\.)){1,61}[a-z0-9]$/.test(bucket) || /^\d+\.\d+\.\d+\.\d+$/.test(bucket)) {
    throw new Error(
      `${property} must be 3 to 63 lower-case letters, digits, hyphens and single dots, and no IP address, got ${JSON.stringify(bucket)}`,
    );
  }
}

export function checkEmail(property: string, email: string): void {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new Error(`${property} must be an e-mail address, got ${JSON.stringify(email)}`);
  }
}

/** Not an alias: IAM ignores rights on an alias. */
export const isKeyArn = (arn: string): boolean => /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(arn);

export const isPolicyArn = (arn: string): boolean => /^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]+$/.test(arn);

export function isLayerVersionArn(arn: string): boolean {
  const region = /^arn:[a-z-]+:lambda:([a-z0-9-]+):\d{12}:layer:[\w-]{1,140}:\d+$/.exec(arn)?.[1];
  return region !== undefined && REGION.test(region);
}

export const LONGEST_ROLE_PATH = 512;
export const isRolePath = (path: string): boolean =>
  path.length <= LONGEST_ROLE_PATH && /^\/(?:[\w+=,.@-]+\/)*$/.test(path);

/** An alarm's description has at most 1,024 characters, and its text needs most of them. */
const LONGEST_RUNBOOK_BASE = 200;

export function checkRunbookBaseUrl(property: string, url: string): void {
  const rule = `${property} must be an https address of at most ${LONGEST_RUNBOOK_BASE} characters without query, fragment or user`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const plain = parsed?.protocol === "https:" && parsed.username === "" && !/[?#\s"]/.test(url);
  if (!plain || url.length > LONGEST_RUNBOOK_BASE) throw new Error(`${rule}, got ${JSON.stringify(url)}`);
}
