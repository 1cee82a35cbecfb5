/** The system's name of what went wrong (ENOENT, ECONNREFUSED); undefined where an error has none. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
