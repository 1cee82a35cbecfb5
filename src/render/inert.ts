/** Text from outside made harmless for the place where it is printed. */

/** C0 and C1 controls (ANSI and OSC sequences begin with them), bidi overrides and isolates, zero-width and line separators. */
// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const POISON = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export const inert = (text: string): string => text.replaceAll(POISON, "");

/**
 * Also inert inside Markdown as GitHub reads it: no markup, table cell, HTML, list, bare link or mention comes of it.
 */
export const inertMarkdown = (text: string): string =>
  inert(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]|~]/g, String.raw`\$&`)
    .replaceAll("@", "&#64;")
    .replaceAll("://", "&#58;//")
    .replaceAll(/\bwww\./gi, "www&#46;")
    .replace(/^(\s*)([#+=-]|\d+[.)])(?=\s|#|$)/, String.raw`$1\$2`);
