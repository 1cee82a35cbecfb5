/** The lines that a terminal's width breaks: addresses under the notes are left whole. */
export const broken = (text: string): readonly string[] =>
  text.split("\n").filter((line) => !line.startsWith("    https://"));
