/** Reads requests to AWS: those of our functions and commands, and Terraform's. */
export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Input = Readonly<Record<string, unknown>>;

export interface AwsRequest {
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
  /** The key that signed the request. */
  readonly accessKeyId: string;
}

/** Services whose name in signatures differs from IAM's. */
const SIGNED_AS: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/** Method, path, an optional query parameter, and the operation. */
type Address = readonly [method: string, path: RegExp, operation: string, query?: string];

const FUNCTION = "/(?:2015-03-31|2019-09-25|2020-06-30)/functions/(?<FunctionName>[^/]+)";
const at = (path: string): RegExp => new RegExp(`^${path}$`);
const TAGGED = at("/(?:2017-03-31/)?tags/(?<ResourceArn>.+)");
const GROUP = at("/schedule-groups/(?<GroupName>[^/]+)");
const SCHEDULE = at("/schedules/(?<Name>[^/]+)");
const BUCKET = at("/(?<Bucket>[^/]+)/?");
const OBJECT = at("/(?<Bucket>[^/]+)/(?<Key>.+)");

const ADDRESSES: Readonly<Record<string, readonly Address[]>> = {
  lambda: [
    ["POST", at(`${FUNCTION}/invocations`), "InvokeFunction"],
    ["POST", at("/2015-03-31/functions/?"), "CreateFunction"],
    ["GET", at(FUNCTION), "GetFunction"],
    ["DELETE", at(FUNCTION), "DeleteFunction"],
    ["GET", at(`${FUNCTION}/versions`), "ListVersionsByFunction"],
    ["GET", at(`${FUNCTION}/configuration`), "GetFunctionConfiguration"],
    ["PUT", at(`${FUNCTION}/configuration`), "UpdateFunctionConfiguration"],
    ["PUT", at(`${FUNCTION}/code`), "UpdateFunctionCode"],
    ["GET", at(`${FUNCTION}/code-signing-config`), "GetFunctionCodeSigningConfig"],
    ["GET", at(`${FUNCTION}/event-invoke-config`), "GetFunctionEventInvokeConfig"],
    ["PUT", at(`${FUNCTION}/event-invoke-config`), "PutFunctionEventInvokeConfig"],
    ["DELETE", at(`${FUNCTION}/event-invoke-config`), "DeleteFunctionEventInvokeConfig"],
    ["POST", TAGGED, "TagResource"],
    ["DELETE", TAGGED, "UntagResource"],
    ["GET", TAGGED, "ListTags"],
  ],
  scheduler: [
    ["POST", GROUP, "CreateScheduleGroup"],
    ["GET", GROUP, "GetScheduleGroup"],
    ["DELETE", GROUP, "DeleteScheduleGroup"],
    ["POST", SCHEDULE, "CreateSchedule"],
    ["GET", SCHEDULE, "GetSchedule"],
    ["PUT", SCHEDULE, "UpdateSchedule"],
    ["DELETE", SCHEDULE, "DeleteSchedule"],
    ["GET", TAGGED, "ListTagsForResource"],
    ["POST", TAGGED, "TagResource"],
    ["DELETE", TAGGED, "UntagResource"],
  ],
  s3: [
    ["GET", BUCKET, "ListBucket", "list-type"],
    ["HEAD", BUCKET, "ListBucket"],
    ["GET", OBJECT, "GetObject"],
    ["HEAD", OBJECT, "GetObject"],
    ["PUT", OBJECT, "PutObject"],
    ["DELETE", OBJECT, "DeleteObject"],
  ],
};

export function understand({ method, url, headers, body }: HttpRequest): AwsRequest {
  const [, accessKeyId = "", signedAs = ""] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(String(headers["authorization"])) ?? [];
  const service = SIGNED_AS[signedAs] ?? signedAs;
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const operation = target.slice(target.lastIndexOf(".") + 1);
    return { service, operation, input: JSON.parse(body) as Input, accessKeyId };
  }
  const form = new URLSearchParams(body);
  const action = service === "s3" ? null : form.get("Action");
  if (action !== null) return { service, operation: action, input: Object.fromEntries(form), accessKeyId };
  const { pathname, searchParams } = new URL(url, "http://aws");
  const path = decodeURIComponent(pathname);
  for (const [onMethod, pattern, operation, query] of ADDRESSES[service] ?? []) {
    if (onMethod !== method || (query !== undefined && !searchParams.has(query))) continue;
    const match = pattern.exec(path);
    if (match === null) continue;
    const sent = body.startsWith("{") ? (JSON.parse(body) as Input) : {};
    return {
      service,
      operation,
      input: { ...Object.fromEntries(searchParams), ...sent, ...match.groups },
      accessKeyId,
    };
  }
  throw new Error(`unknown operation: ${service} ${method} ${url}`);
}
