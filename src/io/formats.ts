/** In which formats a report comes. Apart from the settings, so that the help needs no parser. */
export const FORMATS = ["terminal", "markdown", "json", "html"] as const;
export type Format = (typeof FORMATS)[number];
