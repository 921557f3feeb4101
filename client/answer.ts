/** An API's answer: the usual members of the standard `Response`, without its cost at a cold start. */
import { isSuccess, type HttpAnswer } from "../piste/http";
import { parseJson } from "../piste/json";

export interface PisteAnswer {
  readonly status: number;
  /** True for a success status. Chorus Pro's own code is in the JSON: `codeRetour`. */
  readonly ok: boolean;
  readonly headers: {
    /** @returns null when there is no such header. */
    get(name: string): string | null;
  };
  text(): Promise<string>;
  /** @throws SyntaxError when the body is not JSON. */
  json(): Promise<unknown>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export function answerOf({ status, body, raw }: HttpAnswer): PisteAnswer {
  const headers = new Map(Object.entries(raw?.headers ?? {}));
  const answer: PisteAnswer = {
    status,
    ok: isSuccess(status),
    headers: { get: (name) => headers.get(name.toLowerCase()) ?? null },
    text: () => Promise.resolve(body),
    json: async () => parse(await answer.text()),
    arrayBuffer: () => Promise.resolve(new Uint8Array(raw?.body ?? Buffer.from(body)).buffer),
  };
  return answer;
}

function parse(text: string): unknown {
  const json = parseJson(text);
  if (json === undefined) throw new SyntaxError("the answer's body is not JSON");
  return json;
}
