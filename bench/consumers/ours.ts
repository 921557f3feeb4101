/** With our client. */
import { createPisteClient } from "../../client";

const piste = createPisteClient();

export const handler = (): Promise<string> => piste.getToken();
