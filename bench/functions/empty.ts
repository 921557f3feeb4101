/** A function that does nothing: what Node itself costs. */
export const handler = (): Promise<{ readonly outcome: string }> => Promise.resolve({ outcome: "refreshed" });
