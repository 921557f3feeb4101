/** What ends a command from outside, and how it then ends. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** As shells give it for a program that Ctrl-C ends. */
export const INTERRUPTED_EXIT_CODE = 130;
