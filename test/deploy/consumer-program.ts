/** A consumer's program, controlled by messages, and bundled like a Lambda function. */
import { createPisteClient, PisteCallError, PisteSecretError } from "../../client";

export interface Order {
  readonly what: "getToken" | "fetch";
  /** Number of concurrent calls. */
  readonly times: number;
  readonly address?: string;
}

/** The result of each call: a status, or an error code. */
export type Report = readonly (string | number)[];

const piste = createPisteClient();

async function carryOut({ what, address = "" }: Order): Promise<string | number> {
  try {
    if (what === "getToken") return (await piste.getToken()).length;
    const answer = await piste.fetch(address, { json: {} });
    await answer.json();
    return answer.status;
  } catch (error) {
    console.error(error);
    if (error instanceof PisteCallError || error instanceof PisteSecretError) return error.code;
    return String(error);
  }
}

process.on("message", (order: Order) => {
  void Promise.all(Array.from({ length: order.times }, () => carryOut(order))).then((report) => process.send?.(report));
});
