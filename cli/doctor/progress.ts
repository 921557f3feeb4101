/** Shows the layers on a terminal while they are examined. Writes nothing to standard output. */
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { Language } from "../../piste/language";
import { LAYERS, type DoctorReport, type Layer, type LayerReport } from "./report";
import { layerLine, LAYER_LABELS } from "./labels";

type Seen = LayerReport | undefined;

/** The report of a layer that is not examined yet; it resolves to undefined when none will come. */
class Awaited {
  resolve: (seen: Seen) => void = () => undefined;
  readonly report = new Promise<Seen>((resolve) => (this.resolve = resolve));

  constructor(readonly layer: Layer) {}
}

/** @throws what `run` throws. */
export async function withProgress(
  language: Language,
  run: (onLayer: (layer: LayerReport) => void) => Promise<DoctorReport>,
): Promise<DoctorReport> {
  const awaited = LAYERS.map((layer) => new Awaited(layer));
  const report = run((seen) => awaited.find(({ layer }) => layer === seen.layer)?.resolve(seen));
  const ended = report
    .catch(() => undefined)
    .then(() => {
      for (const { resolve } of awaited) resolve(undefined);
    });
  await new Listr(
    awaited.map(({ layer, report: coming }) => ({
      title: LAYER_LABELS[layer][language],
      task: async (_: unknown, task: { title?: string; skip(message?: string): void }): Promise<void> => {
        const seen = await coming;
        const title = LAYER_LABELS[layer][language];
        if (seen === undefined || seen.status === "not-reached") task.skip(title);
        // The steps show failures.
        else if (seen.status === "failed") throw new Error(title);
        else task.title = layerLine(seen, language);
      },
    })),
    {
      exitOnError: false,
      rendererOptions: {
        // The report follows in these lines and repeats what matters.
        clearOutput: true,
        collapseErrors: false,
        collapseSkips: false,
        showErrorMessage: false,
        showSkipMessage: false,
        logger: new ListrLogger({ useIcons: false, processOutput: new ProcessOutput(process.stderr, process.stderr) }),
      },
      registerSignalListeners: false,
    },
  ).run();
  await ended;
  return report;
}
