/** A word of a command that is named to be pasted: whatever it is, a POSIX shell takes it for one word and nothing more. */
export function shellWord(word: string): string {
  return /^[\w.@:/+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
