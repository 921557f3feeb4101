/** A function that looks a structure up in Chorus Pro. */
import { createPisteClient } from "cdktf-piste/client";

const piste = createPisteClient();

export async function handler({ siret }: { siret: string }): Promise<{ returnCode: number }> {
  const structure = { identifiantStructure: siret, typeIdentifiantStructure: "SIRET" };
  const answer = await piste.fetch("structures/v1/rechercher", { json: { structure } });
  const { codeRetour } = (await answer.json()) as { codeRetour: number };
  return { returnCode: codeRetour };
}
