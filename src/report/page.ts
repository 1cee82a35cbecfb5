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
  /** Tells which row it is: it stands again in each part of a table that is wider than the screen. */
  readonly key?: true;
  /** Begins a group of columns, which such a table keeps together where it can. */
  readonly starts?: true;
}

export type Block =
  | { readonly is: "heading"; readonly level: 1 | 2; readonly text: string }
  | { readonly is: "text"; readonly spans: readonly Span[] }
  | { readonly is: "list"; readonly items: readonly (readonly Span[])[] }
  | {
      readonly is: "table";
      readonly caption: string;
      /** The caption tells what nothing around it does (a window, a sign, a unit): formats of text print it, too. */
      readonly captionTells?: true;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly (readonly Span[])[])[];
    }
  /**
   * A series as a small line for formats of text: what it is, its values in time order, and in words where it starts
   * and ends. A chart beside it tells the same.
   */
  | {
      readonly is: "line";
      readonly label: string;
      readonly values: readonly number[];
      readonly ends: string;
    }
  | Chart;

/** For a format that draws. What stands beside it, a table or sentences, has the figures, so others may leave it out. */
export type Chart = {
  /** Stable and of its own: part of a file's name. */
  readonly name: string;
  readonly title: string;
  /** What is to be seen in it, for those who do not see it. */
  readonly about: string;
} & (
  | { readonly is: "bars"; readonly rows: readonly (Bar | Rule)[] }
  | {
      readonly is: "timeline";
      readonly count: number;
      readonly ticks: readonly Tick[];
      readonly panels: readonly Panel[];
    }
  | { readonly is: "gauge"; readonly value: number; readonly text: string; readonly bands: readonly Band[] }
);

export interface Bar {
  readonly label: string;
  /** What the bar comes to, in words. */
  readonly text: string;
  /** Bars of the same name have the same colour. */
  readonly name: string;
  readonly value: number;
  /** From where to where a model's value may lie. */
  readonly range?: readonly [number, number];
}
/** A line between two bars. */
export interface Rule {
  readonly rule: string;
}

/** A part of a scale from 0 to 100, from where the one before it ends. */
export interface Band {
  readonly upTo: number;
  readonly name: string;
}

/** A word on the time axis, at the place of a value. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** One scale of a timeline; panels stand above each other on the same time axis. */
export interface Panel {
  readonly label: string;
  readonly unit: "BTC" | "USD" | "points";
  /** Areas and columns are stacked and start at 0. */
  readonly draw: "line" | "areas" | "columns";
  /** Of a line; otherwise as far as its values go. */
  readonly domain?: readonly [number, number];
  readonly series: readonly Drawn[];
  /** The last column is not a whole one, as the label says, and looks so. */
  readonly unfinished?: true;
}
export interface Drawn {
  readonly name: string;
  /** One a place on the time axis; null: not known. */
  readonly values: readonly (number | null)[];
  /** The last value, in words; empty where it would say little. */
  readonly text: string;
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
