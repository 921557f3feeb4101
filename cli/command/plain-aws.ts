/** Plain requests to services of AWS that have no client here, with the SDK's credentials, signature and retries. */
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { partitionOf } from "../../aws/checks";
import { membersOf, parseJson } from "../../piste/json";

export interface PlainRequest {
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer>;
}

export type PlainService = "iam" | "kms" | "access-analyzer" | "tagging";

/** By the partition. IAM is global: its requests are signed for one region. */
const IAM: Readonly<Record<string, readonly [host: string, region: string]>> = {
  aws: ["iam.amazonaws.com", "us-east-1"],
  "aws-cn": ["iam.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  "aws-us-gov": ["iam.us-gov.amazonaws.com", "us-gov-west-1"],
  "aws-eusc": ["iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
};

/** "AWS service endpoints": where a service is asked, and the region that requests are signed for. */
export function plainAddress(service: PlainService, region: string): readonly [host: string, region: string] {
  const [host, iamRegion] = IAM[partitionOf(region)] ?? ["", ""];
  return service === "iam" ? [host, iamRegion] : [`${service}.${region}.${/amazonaws.*$/.exec(host)?.[0]}`, region];
}

/** What is between tags of that name in XML. */
export const wordsOf = (text: string, tag: string): string[] =>
  [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, inside = ""]) => inside);

export const iamRequest = (parameters: Readonly<Record<string, string>>): PlainRequest => ({
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({ Version: "2010-05-08", ...parameters }).toString(),
});

/** @param client of that service's address and signature, for this one request. */
export async function plainAnswer(client: STSClient, { path = "/", headers, body }: PlainRequest): Promise<string> {
  let text = "";
  client.middlewareStack.add(
    (next) => (call) => {
      const length = { "content-length": String(Buffer.byteLength(body)) };
      Object.assign(call.request as object, { path, body, headers: { ...headers, ...length } });
      return next(call);
    },
    { step: "build", name: "plainRequest" },
  );
  client.middlewareStack.addRelativeTo(
    () => async (call: { readonly request: unknown }) => {
      const handled = (await client.config.requestHandler.handle(call.request as never)) as { response: Answer };
      const { response } = handled;
      const chunks: Buffer[] = [];
      for await (const chunk of response.body) chunks.push(chunk);
      text = Buffer.concat(chunks).toString("utf8");
      if (response.statusCode >= 300) throw refusalOf(text, response);
      return { response, output: { $metadata: {} } };
    },
    { relation: "after", toMiddleware: "httpSigningMiddleware", name: "plainAnswer" },
  );
  await client.send(new GetCallerIdentityCommand({}));
  return text;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** In XML of IAM, in JSON or a header of the others; the status says to the SDK whether to try again. */
function refusalOf(text: string, { statusCode, headers }: Answer): Error {
  const json = membersOf(parseJson(text)) ?? {};
  const code = wordsOf(text, "Code")[0] ?? (textOf(json["__type"]) || (headers["x-amzn-errortype"] ?? ""));
  const message = wordsOf(text, "Message")[0] ?? (textOf(json["message"]) || textOf(json["Message"]));
  const name = code.replace(/^.*#/, "").replace(/:.*$/, "");
  return Object.assign(new Error(message), { name: name || "UnknownError", $metadata: { httpStatusCode: statusCode } });
}
