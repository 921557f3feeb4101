/**
 * When a server answered, by its own clock, which is right where a machine's is not.
 *
 * @param response with HTTP headers in lower case, as the AWS SDK's middleware has it.
 * @returns epoch milliseconds; undefined when the answer has no date that can be read.
 */
export function answerDate(response: unknown): number | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  const milliseconds = Date.parse(headers?.["date"] ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
