/**
 * The neutral page between the report and the formats that a person reads. It knows nothing of markets; the
 * renderers know nothing else.
 */
export interface Span {
  readonly text: string;
  /** Never the only carrier of a meaning: the words say it too. */
  readonly tone?: "good" | "bad" | "dim" | "strong";
  /** Footnotes that the text rests on. */
  readonly notes?: readonly number[];
  readonly url?: string;
}

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Columns of the highest number go first where the width does not suffice; 0 always stays. */
  readonly drop: number;
}

export type Block =
  | { readonly is: "heading"; readonly level: 1 | 2; readonly text: string }
  | { readonly is: "text"; readonly spans: readonly Span[] }
  | { readonly is: "list"; readonly items: readonly (readonly Span[])[] }
  | {
      readonly is: "table";
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly (readonly Span[])[])[];
    }
  /** A series as a small line: what it is, its values in time order, and in words where it starts and ends. */
  | {
      readonly is: "line";
      readonly label: string;
      readonly values: readonly number[];
      readonly ends: string;
    }
  /** Bars for a format that draws. A table beside it always has the same numbers, so the others leave it out. */
  | { readonly is: "bars"; readonly title: string; readonly rows: readonly Bar[] };

export interface Bar {
  readonly label: string;
  /** What the bar comes to, in words. */
  readonly text: string;
  /** Stacked from the left; parts of the same name have the same colour in every bar. */
  readonly parts: readonly { readonly name: string; readonly value: number; readonly text: string }[];
  /** From where to where a model's value may lie. */
  readonly range?: readonly [number, number];
}

export interface Note {
  readonly number: number;
  readonly text: string;
  readonly urls: readonly string[];
}

export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly notes: readonly Note[];
}
