/** A consumer's program, which does what it is sent as messages: made into a bundle as a function of Lambda's would be. */
import { createPisteClient, PisteCallError, PisteSecretError } from "../../client";

export interface Order {
  readonly what: "getToken" | "fetch";
  /** How often, all at once. */
  readonly times: number;
  readonly address?: string;
}

/** What came of each: a status, or an error's code. */
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
