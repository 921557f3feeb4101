/** Between whoever asks AWS and the emulated AWS: passes everything on, and shows what was asked. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface RelayedRequest {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export class AwsRelay {
  private readonly server: http.Server;

  private constructor(aws: URL, show: (request: RelayedRequest) => void) {
    this.server = http.createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.once("end", () => {
        const body = Buffer.concat(chunks);
        const { method = "", url = "", headers } = incoming;
        show({ method, url, headers, body });
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

  static async start(aws: string, show: (request: RelayedRequest) => void): Promise<AwsRelay> {
    const relay = new AwsRelay(new URL(aws), show);
    await new Promise<void>((resolve) => relay.server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
