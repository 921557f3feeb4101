/** Rules of AWS's that stacks share with commands. Nothing of cdktf is loaded here. */

/** Paris. */
export const DEFAULT_REGION = "eu-west-3";

/** As AWS names regions in all its partitions. */
const REGION = /^(?:[a-z]{2}(?:-gov|-iso[a-z]?)?|eusc-[a-z]{2})-(?:north|south)?(?:east|west|central|north|south)-\d$/;

/** @throws Error naming the property, the rule and the value. */
export function checkRegion(property: string, region: string): void {
  if (!REGION.test(region)) {
    throw new Error(`${property} must be an AWS region such as ${DEFAULT_REGION}, got ${JSON.stringify(region)}`);
  }
}

/** @throws Error naming the property, the rule and the value. */
export function checkAccountId(property: string, account: unknown): void {
  if (!(typeof account === "string" && /^\d{12}$/.test(account))) {
    throw new Error(`${property} must be the 12 digits of an AWS account, got ${JSON.stringify(account)}`);
  }
}

/** Of S3. @throws Error naming the property, the rule and the value. */
export function checkBucket(property: string, bucket: string): void {
  if (!/^[a-z0-9](?:[a-z0-9]|[.-](?!\.)){1,61}[a-z0-9]$/.test(bucket) || /^\d+\.\d+\.\d+\.\d+$/.test(bucket)) {
    throw new Error(
      `${property} must be 3 to 63 lower-case letters, digits, hyphens and single dots, and no IP address, got ${JSON.stringify(bucket)}`,
    );
  }
}

/** @throws Error naming the property, the rule and the value. */
export function checkEmail(property: string, email: string): void {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new Error(`${property} must be an e-mail address, got ${JSON.stringify(email)}`);
  }
}
