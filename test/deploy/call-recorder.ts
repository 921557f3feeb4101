/** Records the IAM requests behind Terraform's calls of the emulated AWS. */
import { understand } from "../iam/aws-requests";
import { alsoAsked, callsOf, requestTags } from "../iam/calls";
import { textOf, type Call } from "../iam/simulator";
import { AwsRelay } from "./aws-relay";

/** A call without its principal. */
const wordsOf = (call: Call): string => textOf({ principal: "", call }).trim();

export class CallRecorder {
  /** Each action with resource and condition keys, once. */
  readonly calls = new Set<string>();
  /** Requests that are not understood. */
  readonly problems: string[] = [];
  private relay?: AwsRelay;

  static async start(aws: string): Promise<CallRecorder> {
    const recorder = new CallRecorder();
    recorder.relay = await AwsRelay.start(aws, ({ body, ...request }) => {
      recorder.note({ ...request, body: body.toString("utf8") });
    });
    return recorder;
  }

  get endpoint(): string {
    return this.relay?.endpoint ?? "";
  }

  async stop(): Promise<void> {
    await this.relay?.stop();
  }

  private note(request: Parameters<typeof understand>[0]): void {
    try {
      const understood = understand(request);
      const tags = understood.operation === "CreateKey" ? requestTags(understood) : {};
      for (const call of callsOf(understood))
        this.calls.add(wordsOf({ ...call, context: { ...call.context, ...tags } }));
      for (const call of alsoAsked(understood)) this.calls.add(wordsOf(call));
    } catch (error) {
      this.problems.push(error instanceof Error ? error.message : String(error));
    }
  }
}
