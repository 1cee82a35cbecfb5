/** Text inside markup. */
import { escapeUTF8 } from "entities/escape";
import { inert } from "../core/inert.ts";

/** Text made inert for an element or a quoted attribute of HTML or SVG. */
export const safe = (text: string): string => escapeUTF8(inert(text));
