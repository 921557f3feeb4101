/** Draws the histories of a JSON list on standard input: what draws is published as ES modules only, out of jest's reach. */
import { text } from "node:stream/consumers";
import type { History } from "../../simulation/history";
import { drawTimeline } from "../../simulation/timeline";

void text(process.stdin).then(async (input) => {
  const pictures: string[] = [];
  for (const history of JSON.parse(input) as History[]) pictures.push(await drawTimeline(history));
  process.stdout.write(JSON.stringify(pictures));
});
