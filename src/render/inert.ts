/** Text from outside made harmless for the place where it is printed. */
import { inert } from "../core/inert.ts";

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
