/** Runs the `piste` command. */
import { languageOf } from "./command/language";
import { pisteProgram } from "./program";

void pisteProgram(languageOf(process.argv.slice(2), process.env)).parseAsync();
