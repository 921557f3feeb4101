/** The value of a key that comes from outside; inherited ones such as `constructor` do not count. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
