/** What a proxy does when it is asked for a tunnel. */
import type { IncomingMessage, Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import { connect, type Socket } from "node:net";

interface Tunnels {
  /** What was asked for: hosts and ports. */
  readonly tunnels: string[];
  /** In place of a tunnel. */
  readonly answer?: string | undefined;
  /** Where all tunnels lead to, on this machine. */
  readonly port: number;
}

export function answerConnect(proxy: Server | TlsServer, { tunnels, answer, port }: Tunnels): void {
  proxy.on("connect", ({ url = "" }: IncomingMessage, socket: Socket) => {
    tunnels.push(url);
    socket.on("error", () => undefined);
    if (answer !== undefined) {
      socket.end(answer);
      return;
    }
    const through = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    through.on("error", () => socket.destroy());
  });
}
