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
    };

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
