/** A local server on a free port that keeps running between calls. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export abstract class LocalServer {
  /** Errors of the server itself, which then closed the connection. */
  readonly problems: unknown[] = [];
  private readonly server = http.createServer((incoming, outgoing) => {
    this.receive(incoming, outgoing).catch((error: unknown) => {
      this.problems.push(error);
      outgoing.destroy();
    });
  });

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  protected abstract answer(request: ReceivedRequest, outgoing: http.ServerResponse): Promise<void>;

  private async receive(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = incoming;
    await this.answer({ method, url, headers, body: Buffer.concat(chunks) }, outgoing);
  }
}
