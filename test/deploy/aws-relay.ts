/** A relay in front of the emulated AWS, which records all requests. */
import * as http from "node:http";
import { LocalServer, type ReceivedRequest } from "../local-server";

export class AwsRelay extends LocalServer {
  private constructor(
    private readonly aws: URL,
    private readonly show: (request: ReceivedRequest) => void,
  ) {
    super();
  }

  static start(aws: string, show: (request: ReceivedRequest) => void): Promise<AwsRelay> {
    return new AwsRelay(new URL(aws), show).listen();
  }

  protected answer(request: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    this.show(request);
    const { method, url, headers, body } = request;
    return new Promise((resolve, reject) => {
      const to = { host: this.aws.hostname, port: this.aws.port, method, path: url, headers };
      const forwarded = http.request(to, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing).once("finish", resolve);
      });
      forwarded.once("error", reject).end(body);
    });
  }
}
