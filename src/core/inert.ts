/** C0 and C1 controls (ANSI and OSC sequences begin with them), bidi overrides and isolates, zero-width and line separators. */
// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const POISON = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text from outside that can do nothing to whoever prints it. */
export const inert = (text: string): string => text.replaceAll(POISON, "");

/** The same of a text of several lines, which stay lines. */
export const inertLines = (text: string): string => text.split("\n").map(inert).join("\n");

/** The same but for line breaks, of which an indented report has one a line. */
const POISON_IN_LINES = new RegExp(POISON.source.replace("\\u001f", "\\u0009\\u000b-\\u001f"), "g");

/** Data as indented JSON that holds none of them as such: escaped, they are the same text to whoever reads it. */
export const inertJson = (data: unknown): string =>
  `${JSON.stringify(data, null, 2)}\n`.replaceAll(
    POISON_IN_LINES,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
