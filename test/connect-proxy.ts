/** A proxy's reaction to CONNECT. */
import type { IncomingMessage, Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import { connect, type Socket } from "node:net";

interface Tunnels {
  /** The requested hosts and ports. */
  readonly tunnels: string[];
  /** The answer instead of a tunnel. */
  readonly answer?: string | undefined;
  /** The local port of all tunnels. */
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
