/**
 * Schemas of descriptions. They are strict, since names become parts of commands and addresses. `believed-description.ts`
 * makes further checks.
 */
import * as v from "valibot";
import { areAllowed, LONGEST_PASSWORD_LIFETIME_IN_DAYS, SCOPE_PATTERN } from "./application";
import type { DescribedAccount, Description } from "./description";
import { ENVIRONMENTS } from "./environments";
import { NAME_PATTERN } from "./names";

/** Each page is a parameter; AWS allows this many per account and region. */
const MOST_PAGES = 10_000;

const name = v.pipe(v.string(), v.regex(NAME_PATTERN));
/** A name of AWS, without characters that are special in a shell. */
const awsName = v.pipe(v.string(), v.regex(/^[\w/+=.@:-]{1,512}$/));
/** Without a colon in a name: Lambda reads one as another account's. */
export const SECRET_NAME_PATTERN = /^(?:arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:)?[\w/+=.@-]{1,512}$/;
const secretName = v.pipe(v.string(), v.regex(SECRET_NAME_PATTERN));
const functionName = v.pipe(v.string(), v.regex(/^(?:arn:[\w-]+:lambda:[\w-]+:\d{12}:function:)?[\w-]{1,64}$/));
const alarmName = v.pipe(awsName, v.regex(/^(?:(?!arn:)|arn:[\w-]+:cloudwatch:[\w-]+:\d{12}:alarm:)./));
const scheduleName = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/));

const ownApi = v.strictObject({
  name: v.string(),
  basePath: v.string(),
  scope: v.optional(v.string()),
  ping: v.optional(v.string()),
});

const accountSchema = v.object({
  name,
  secret: awsName,
  structure: v.object({ identifier: v.string(), identifierType: v.string() }),
  usageType: v.optional(v.string()),
  technicalContact: v.optional(v.string()),
  passwordLifetimeInDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_PASSWORD_LIFETIME_IN_DAYS)),
});
export const accountPageSchema: v.GenericSchema<unknown, DescribedAccount[]> = v.array(accountSchema);

export const descriptionSchema: v.GenericSchema<unknown, Description> = v.object({
  environment: v.picklist(ENVIRONMENTS),
  application: name,
  pisteApplicationName: v.optional(v.string()),
  scope: v.pipe(v.string(), v.regex(SCOPE_PATTERN)),
  apis: v.pipe(
    v.array(v.union([v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/)), ownApi])),
    v.check((apis) => areAllowed(apis)),
  ),
  clientSecret: secretName,
  tokenSecret: awsName,
  function: functionName,
  schedule: v.object({ group: scheduleName, name: scheduleName }),
  alarms: v.array(alarmName),
  accountPages: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_PAGES)),
});
