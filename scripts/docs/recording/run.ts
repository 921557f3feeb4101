/** A program on a terminal, and what it wrote when. */
import { spawn } from "@lydell/node-pty";
import { ROOT } from "../../local/folders";

export interface Chunk {
  /** Milliseconds since the program was started. */
  readonly at: number;
  readonly text: string;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * @param words a program and its arguments, run in the repository's folder.
 * @throws Error when it fails.
 */
export function record(words: readonly [string, ...string[]], { columns, rows }: Size): Promise<Chunk[]> {
  const [file, ...rest] = words;
  const chunks: Chunk[] = [];
  const startedAt = Date.now();
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: "C.UTF-8", NODE_NO_WARNINGS: "1" };
    const program = spawn(file, rest, { name: "xterm-256color", cols: columns, rows, cwd: ROOT, env });
    program.onData((text) => {
      chunks.push({ at: Date.now() - startedAt, text });
    });
    program.onExit(({ exitCode }) => {
      if (exitCode === 0) resolve(chunks);
      else reject(new Error(`${words.join(" ")} must end with 0, got ${exitCode}`));
    });
  });
}
