/** C0 and C1 controls (ANSI and OSC sequences begin with them), bidi overrides and isolates, zero-width and line separators. */
// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const POISON = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text from outside that can do nothing to whoever prints it. */
export const inert = (text: string): string => text.replaceAll(POISON, "");
