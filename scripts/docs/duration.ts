/** A time as the pages write it: `39 min 20 s`. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 60), "min"],
    [seconds % 60, "s"],
  ] as const;
  return parts.flatMap(([value, unit]) => (value === 0 ? [] : [`${value} ${unit}`])).join(" ") || "0 min";
}
