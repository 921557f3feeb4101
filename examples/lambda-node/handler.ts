/** A function that looks a structure up in Chorus Pro. */
import { createPisteClient, PisteCallError, PisteSecretError } from "cdktf-piste/client";

export interface Question {
  readonly siret: string;
}

export interface Finding {
  /** Chorus Pro's own code: 0 found, 20000 an empty search. */
  readonly returnCode?: number;
  /** If PISTE refused: the cause, and who must act. */
  readonly refused?: { readonly code: string; readonly owner: string };
}

/** One for all invocations: it caches the token as long as that is safe. */
const piste = createPisteClient();

export async function handler({ siret }: Question): Promise<Finding> {
  const structure = { identifiantStructure: siret, typeIdentifiantStructure: "SIRET" };
  try {
    const answer = await piste.fetch("structures/v1/rechercher", { json: { structure } });
    const { codeRetour } = (await answer.json()) as { codeRetour: number };
    return { returnCode: codeRetour };
  } catch (error) {
    // A temporary error is thrown, for Lambda's retries; a refused account is not tried again.
    if ((error instanceof PisteCallError || error instanceof PisteSecretError) && !error.retryable) {
      return { refused: { code: error.code, owner: error.owner } };
    }
    throw error;
  }
}
