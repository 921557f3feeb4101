/** Runs the `piste` command. */
import { endWith } from "./command/failure";
import { languageOf } from "./command/language";
import { checkNodeSwitches } from "./command/node-switches";
import { pisteProgram } from "./program";

const language = languageOf(process.argv.slice(2), process.env);
try {
  checkNodeSwitches(process);
  void pisteProgram(language).parseAsync();
} catch (error) {
  endWith(error, language);
}
