/**
 * The tables of `history.db`. A published step is never edited: a change is another step, and files of older versions
 * walk through the steps they lack.
 */

/** In the file's header, so that no other SQLite file is taken for ours: "btcr". */
export const APPLICATION = 0x62746372;

export const steps: readonly string[] = [
  `
  -- What a number is of. '' where a part does not apply, 0 for no expiry.
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    dataset TEXT NOT NULL,
    symbol TEXT NOT NULL,
    kind TEXT NOT NULL,
    margin TEXT NOT NULL,
    quote TEXT NOT NULL,
    expires INTEGER NOT NULL,
    field TEXT NOT NULL,
    detail TEXT NOT NULL,
    unit TEXT NOT NULL,
    class TEXT NOT NULL,
    UNIQUE (source, dataset, symbol, kind, margin, quote, expires, field, detail, unit, class)
  ) STRICT;
  -- Milliseconds since 1970. A sample has until = at; a bar is [at, until). The row seen last is the value, those
  -- before it are what it was before a revision.
  CREATE TABLE observation (
    series INTEGER NOT NULL REFERENCES series,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    value ANY NOT NULL,
    PRIMARY KEY (series, at, until, seen)
  ) STRICT, WITHOUT ROWID;
  -- A checksum of what was appended last of a series in a stretch of 32 days: the same again needs no comparing.
  CREATE TABLE digest (
    series INTEGER NOT NULL REFERENCES series,
    stretch INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (series, stretch)
  ) STRICT, WITHOUT ROWID;
  -- What a backfill has asked and stored, so that it is not asked again.
  CREATE TABLE fetched (
    source TEXT NOT NULL,
    dataset TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    lacking TEXT NOT NULL,
    PRIMARY KEY (source, dataset, since, until)
  ) STRICT, WITHOUT ROWID;
  `,
];
