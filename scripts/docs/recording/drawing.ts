/**
 * A terminal as an SVG that moves: what was shown, faster than it was, then a slow scroll over what was printed at the
 * end. Without animation, or for whoever wants less motion, it is the picture of the end.
 */
import { escapeXml } from "../xml";
import { textOf, type Look, type Row, type Screen } from "./screens";

export interface Recording {
  readonly screens: readonly Screen[];
  readonly columns: number;
}

export interface Frame {
  /** For screen readers, and for a pointer that rests on the picture. */
  readonly title: string;
  readonly description: string;
  /** How many rows are seen at once. */
  readonly height: number;
}

const CHARACTER = { width: 8, height: 18, size: 13.3 };
const MARGIN = 16;
const BAR = 34;
const FRAMES_PER_SECOND = 5;
/** Seconds of the picture; `run` stands for the whole run, however long that took. */
const SECONDS = { run: 12, read: 6, scroll: 3, end: 6 };
const TOTAL = SECONDS.run + SECONDS.read + SECONDS.scroll + SECONDS.end;

const COLOURS: Readonly<Record<Look | "paper" | "edge", { readonly light: string; readonly dark: string }>> = {
  paper: { light: "#f6f8fa", dark: "#0d1117" },
  edge: { light: "#d0d7de", dark: "#3d444d" },
  plain: { light: "#1f2328", dark: "#e6edf3" },
  dim: { light: "#59636e", dark: "#9198a1" },
  green: { light: "#116329", dark: "#56d364" },
  yellow: { light: "#7d4e00", dark: "#e3b341" },
  red: { light: "#a40e26", dark: "#ff7b72" },
};

const percent = (seconds: number): string => `${+((seconds / TOTAL) * 100).toFixed(2)}%`;

/** The pixels from the left are those of the terminal's columns, whatever font the reader has. */
function drawRow(row: Row, index: number): string {
  const y = (index + 1) * CHARACTER.height - 5;
  return row
    .map(({ column, look, text }) => {
      const width = text.length * CHARACTER.width;
      const place = `x="${column * CHARACTER.width}" y="${y}" textLength="${width}"`;
      return `<text ${look === "plain" ? "" : `class="${look}" `}${place}>${escapeXml(text)}</text>`;
    })
    .join("");
}

/** Rows that come and go together; `end` is undefined of what stays. */
interface Layer {
  readonly start: number;
  readonly end: number | undefined;
  readonly rows: string[];
}

/** Seconds of the picture at which a screen is shown, as many as an eye needs. */
function sampled(screens: readonly Screen[]): Screen[] {
  const duration = screens.at(-1)?.at ?? 0;
  const last = SECONDS.run * FRAMES_PER_SECOND;
  return Array.from({ length: last + 1 }, (_, frame) => {
    const until = (frame / last) * duration;
    const shown = screens.filter(({ at }) => at <= until).at(-1);
    return { at: frame / FRAMES_PER_SECOND, rows: shown?.rows ?? [] };
  });
}

function layersOf(frames: readonly Screen[]): Layer[] {
  const layers = new Map<string, Layer>();
  const height = Math.max(...frames.map(({ rows }) => rows.length));
  for (let index = 0; index < height; index++) {
    const add = (row: Row, start: number, end: number | undefined): void => {
      if (row.length === 0) return;
      const key = `${start} ${end}`;
      const layer = layers.get(key) ?? { start, end, rows: [] };
      layer.rows.push(drawRow(row, index));
      layers.set(key, layer);
    };
    let since = 0;
    let row: Row = [];
    for (const { at, rows } of frames) {
      const now = rows[index] ?? [];
      if (JSON.stringify(now) === JSON.stringify(row)) continue;
      add(row, since, at);
      [row, since] = [now, at];
    }
    add(row, since, undefined);
  }
  return [...layers.values()].sort((one, other) => one.start - other.start);
}

const shows = ({ start, end }: Layer): string =>
  `0%{visibility:${start === 0 ? "visible" : "hidden"}}${start === 0 ? "" : `${percent(start)}{visibility:visible}`}` +
  (end === undefined ? "" : `${percent(end)}{visibility:hidden}`);

const palette = (side: "light" | "dark"): string =>
  Object.entries(COLOURS)
    .map(([name, colour]) => `.${name}{fill:${colour[side]}}`)
    .join("") + `.card{fill:${COLOURS.paper[side]};stroke:${COLOURS.edge[side]}}text{fill:${COLOURS.plain[side]}}`;

function style(layers: readonly Layer[], hiddenRows: number): string {
  const scroll = `translateY(${-hiddenRows * CHARACTER.height}px)`;
  const afterReading = SECONDS.run + SECONDS.read;
  return [
    // The card's text colour stands before the looks, which are more specific.
    `text{font:${CHARACTER.size}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}`,
    palette("light"),
    `@media(prefers-color-scheme:dark){${palette("dark")}}`,
    ".gone{visibility:hidden}",
    "@media(prefers-reduced-motion:no-preference){",
    `.layer{animation:${TOTAL}s step-end infinite}`,
    `.scroll{animation:scroll ${TOTAL}s ease-in-out infinite}`,
    ...layers.map((_, index) => `#l${index}{animation-name:k${index}}`),
    "}",
    ...layers.map((layer, index) => `@keyframes k${index}{${shows(layer)}}`),
    `@keyframes scroll{0%,${percent(afterReading)}{transform:none}` +
      `${percent(afterReading + SECONDS.scroll)},100%{transform:${scroll}}}`,
  ].join("\n");
}

/** Rows that were shown at the end, as text. */
export const endOf = ({ screens }: Recording): string[] => {
  const lines = (screens.at(-1)?.rows ?? []).map(textOf);
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
};

export function drawRecording(recording: Recording, { title, description, height }: Frame): string {
  const { screens, columns } = recording;
  const layers = layersOf(sampled(screens));
  const seconds = Math.round((screens.at(-1)?.at ?? 0) / 1000);
  const width = columns * CHARACTER.width + 2 * MARGIN;
  const inside = height * CHARACTER.height;
  const caption = `${seconds} s shown in ${SECONDS.run} s, ×${(seconds / SECONDS.run).toFixed(1)}`;
  const hiddenRows = Math.max(0, endOf(recording).length - height);
  const drawn = layers.map(
    ({ end, rows }, index) => `<g id="l${index}" class="layer${end === undefined ? "" : " gone"}">${rows.join("")}</g>`,
  );
  const whole = `${width} ${inside + BAR + MARGIN}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole}" width="${width}" role="img" aria-labelledby="title description" xml:space="preserve">
<title id="title">${escapeXml(title)}</title>
<desc id="description">${escapeXml(description)}</desc>
<style>
${style(layers, hiddenRows)}
</style>
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${inside + BAR + MARGIN - 1}" rx="8"/>
<text class="dim" x="${MARGIN}" y="22">npm start</text>
<text class="dim" x="${width - MARGIN}" y="22" text-anchor="end">${caption}</text>
<svg x="${MARGIN}" y="${BAR}" width="${width - 2 * MARGIN}" height="${inside}" aria-hidden="true">
<g class="scroll">
${drawn.join("\n")}
</g>
</svg>
</svg>
`;
}
