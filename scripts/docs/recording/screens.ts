/** What a terminal shows, from what is written to it. */
import { Terminal, type IBufferCell, type IBufferLine } from "@xterm/headless";
import type { Chunk, Size } from "./run";

/** The looks that the picture knows, of those that terminals know. */
export type Look = "plain" | "dim" | "green" | "yellow" | "red";

/** Neighbouring cells of one look. */
export interface Run {
  readonly column: number;
  readonly look: Look;
  readonly text: string;
}

export type Row = readonly Run[];

export interface Screen {
  /** Milliseconds since the program was started. */
  readonly at: number;
  readonly rows: readonly Row[];
}

const PALETTE: Readonly<Record<number, Look>> = { 1: "red", 2: "green", 3: "yellow" };

/** @throws Error for a colour that the picture does not know, rather than to show it as another. */
function lookOf(cell: IBufferCell): Look {
  if (cell.isFgDefault()) return cell.isDim() === 0 ? "plain" : "dim";
  const look = cell.isFgPalette() ? PALETTE[cell.getFgColor()] : undefined;
  if (look === undefined) throw new Error(`the picture must know the colour ${cell.getFgColor()} of a terminal`);
  return look;
}

function rowOf(line: IBufferLine, columns: number): Row {
  const runs: Run[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line.getCell(column);
    const character = cell?.getChars() ?? "";
    const last = runs.at(-1);
    const look = cell === undefined || character.trim() === "" ? last?.look : lookOf(cell);
    if (look === undefined) continue;
    if (last?.look === look) runs[runs.length - 1] = { ...last, text: last.text + (character || " ") };
    else runs.push({ column, look, text: character });
  }
  return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text !== "");
}

/** A program's redrawing comes in pieces. */
const ONE_REDRAWING_IN_MILLISECONDS = 20;

/** The screen after each chunk, but for those that the next one follows at once. */
export async function screens(chunks: readonly Chunk[], { columns, rows }: Size): Promise<Screen[]> {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const shown: Screen[] = [];
  for (const [index, { at, text }] of chunks.entries()) {
    await new Promise<void>((resolve) => {
      terminal.write(text, resolve);
    });
    const next = chunks[index + 1];
    if (next !== undefined && next.at - at < ONE_REDRAWING_IN_MILLISECONDS) continue;
    const { active } = terminal.buffer;
    if (active.baseY > 0) throw new Error(`the terminal must have more than ${rows} rows for what is written`);
    const lines = Array.from({ length: rows }, (_, index) => active.getLine(index));
    shown.push({ at, rows: lines.map((line) => (line === undefined ? [] : rowOf(line, columns))) });
  }
  return shown;
}

/** A row as text. */
export const textOf = (row: Row): string =>
  row.reduce((line, { column, text }) => line.padEnd(column) + text, "").trimEnd();
