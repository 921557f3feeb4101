/** A service that looks structures up in Chorus Pro: `GET /structures/<siret>`. */
import { createServer } from "node:http";
import { createPisteClient, PisteCallError, PisteSecretError } from "cdktf-piste/client";

/** One for the whole process: it reads the token at run time and caches it as long as that is safe. */
const piste = createPisteClient();

interface Reply {
  readonly status: number;
  readonly body: object;
}

async function find(siret: string): Promise<Reply> {
  const structure = { identifiantStructure: siret, typeIdentifiantStructure: "SIRET" };
  try {
    const answer = await piste.fetch("structures/v1/rechercher", { json: { structure } });
    return { status: 200, body: (await answer.json()) as object };
  } catch (error) {
    if (!(error instanceof PisteCallError || error instanceof PisteSecretError)) throw error;
    // The message says who must act, and contains no secret.
    console.error(error.message);
    return { status: error.retryable ? 503 : 502, body: { code: error.code, owner: error.owner } };
  }
}

async function reply(path: string): Promise<Reply> {
  if (path === "/health") return { status: 200, body: {} };
  const [, siret] = /^\/structures\/(\d{14})$/.exec(path) ?? [];
  return siret === undefined ? { status: 404, body: {} } : find(siret);
}

const server = createServer((request, response) => {
  reply(request.url ?? "")
    .catch((error: unknown): Reply => {
      console.error(error);
      return { status: 500, body: {} };
    })
    .then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
});
server.listen(Number(process.env["PORT"] ?? "8080"), () => {
  const address = server.address();
  console.log(`listening on ${typeof address === "object" ? (address?.port ?? "") : (address ?? "")}`);
});
process.once("SIGTERM", () => {
  server.close();
});
