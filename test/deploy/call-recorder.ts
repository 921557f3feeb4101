/** Between Terraform and the emulated AWS: passes everything on, and notes what IAM would have been asked. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { understand } from "../iam/aws-requests";
import { alsoAsked, callsOf, requestTags } from "../iam/calls";
import { textOf, type Call } from "../iam/simulator";

/** A call without whose it is. */
const wordsOf = (call: Call): string => textOf({ principal: "", call }).trim();

export class CallRecorder {
  /** What was asked, once each: the action, the resource, the condition keys. */
  readonly calls = new Set<string>();
  /** What nothing is known of. */
  readonly problems: string[] = [];
  private readonly server: http.Server;

  private constructor(aws: URL) {
    this.server = http.createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("end", () => {
        const body = Buffer.concat(chunks);
        const { method = "", url = "", headers } = incoming;
        this.note({ method, url, headers, body: body.toString("utf8") });
        const to = { host: aws.hostname, port: aws.port, method, path: url, headers };
        const forwarded = http.request(to, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        });
        forwarded.once("error", () => outgoing.destroy());
        forwarded.end(body);
      });
    });
  }

  static async start(aws: string): Promise<CallRecorder> {
    const recorder = new CallRecorder(new URL(aws));
    await new Promise<void>((resolve) => recorder.server.listen(0, "127.0.0.1", resolve));
    return recorder;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
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
