/** Prints the picture of docs/reliability.md; in a process of its own, since vega is an ES module. */
import { EXAMPLE } from "../../simulation/example";
import { drawTimeline } from "../../simulation/timeline";

void drawTimeline(EXAMPLE).then((picture) => process.stdout.write(picture));
