/** Quotes one word of a command that a person may paste into a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w.@:/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
