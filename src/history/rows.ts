/**
 * What is kept of a dataset: rows of plain numbers with their units, and the dataset made from them again, without
 * loss. Quantities keep the unit of the venue, so that a wrong conversion can never be baked into the past.
 */
import type {
  Candle,
  Dataset,
  Datasets,
  Funding,
  Liquidations,
  LongShort,
  Market,
  Markets,
  Of,
  PastOpenInterest,
  Traded,
} from "../core/market.ts";
import { series, type Point, type Series } from "../core/series.ts";
import { shift, type Instant } from "../core/time.ts";
import { btc, ofBtc, ofContracts, ofUsd, ratio, usd, usdPerBtc, type Quantity } from "../core/units.ts";

/** Datasets of the first hand. What vendors report of others serves as a check of one moment and is not kept. */
export type Kept = Exclude<Dataset, "reportedOpenInterest" | "reportedLiquidations" | "reportedMap">;

/** A value at an instant or of a bar, [at, until); an instant is a bar without length. */
export interface Row {
  readonly market: Market | null;
  /** What else tells this series from others: the feed of liquidations, whose positions are counted. */
  readonly detail: string;
  readonly at: Instant;
  readonly until: Instant;
  readonly fields: Readonly<Record<string, Field>>;
}
export interface Field {
  readonly unit: string;
  readonly value: number | string;
}

export interface Codec<D extends Dataset> {
  readonly rows: (value: Datasets[D]) => readonly Row[];
  /** Null where the rows hold nothing of it. Throws a RangeError on a row that this program has not written. */
  readonly value: (rows: readonly Row[]) => Datasets[D] | null;
}

const CONTRACTS = "contracts of ";

/** A quantity's number and its unit: "BTC", "USD" or "contracts of 0.01 BTC". */
function ofQuantity(q: Quantity): Field {
  if (q.in !== "contracts") return { unit: q.in, value: q.value };
  const each = ofQuantity(q.each);
  return { unit: `${CONTRACTS}${each.value} ${each.unit}`, value: q.count };
}

function quantity(field: Field | undefined): Quantity {
  const n = number(field);
  const unit = field?.unit ?? "";
  if (unit === "BTC") return ofBtc(n);
  if (unit === "USD") return ofUsd(n);
  const [count, ...rest] = unit.startsWith(CONTRACTS) ? unit.slice(CONTRACTS.length).split(" ") : [];
  if (count === undefined || rest.length === 0) throw new RangeError(`not a unit of a quantity: ${unit}`);
  return ofContracts(n, quantity({ unit: rest.join(" "), value: Number(count) }));
}

function number(field: Field | undefined): number {
  if (typeof field?.value !== "number") throw new RangeError(`not a number: ${field?.value ?? "nothing"}`);
  return field.value;
}
function text(field: Field | undefined): string {
  if (typeof field?.value !== "string") throw new RangeError(`not a text: ${field?.value ?? "nothing"}`);
  return field.value;
}
const inUnit = (unit: string, value: number): Field => ({ unit, value });
const some = (name: string, unit: string, value: number | null | undefined): Record<string, Field> =>
  value === null || value === undefined ? {} : { [name]: inUnit(unit, value) };
const orNull = <T>(field: Field | undefined, made: (n: number) => T): T | null =>
  field === undefined ? null : made(number(field));

const sample = (market: Market | null, at: Instant, fields: Row["fields"], detail = ""): Row => ({
  market,
  detail,
  at,
  until: at,
  fields,
});

/** One row for each point of every market. */
const everyPoint = <T>(of: readonly Of<Series<T>>[], row: (market: Market, point: Point<T>) => Row): readonly Row[] =>
  of.flatMap(({ market, value }) => value.map((point) => row(market, point)));

/** Rows by market, in the order in which the markets come. */
function byMarket(rows: readonly Row[]): readonly { readonly market: Market; readonly rows: readonly Row[] }[] {
  const found = new Map<string, { market: Market; rows: Row[] }>();
  for (const row of rows) {
    if (row.market === null) throw new RangeError("a row without a market");
    const { symbol, kind, margin, quote, expires } = row.market;
    const key = JSON.stringify([symbol, kind, margin, quote, expires]);
    const own = found.get(key);
    if (own === undefined) found.set(key, { market: row.market, rows: [row] });
    else own.rows.push(row);
  }
  return [...found.values()];
}

const points = <T>(rows: readonly Row[], value: (row: Row) => T): Series<T> =>
  series(rows.map((row) => ({ at: row.at, value: value(row) })));

function histories<T>(rows: readonly Row[], value: (row: Row) => T): Markets<Series<T>> | null {
  const of = byMarket(rows).map((one) => ({ market: one.market, value: points(one.rows, value) }));
  return of.length === 0 ? null : { of, lacking: [] };
}

/** The newest row of every market: what a venue told last. */
function newest<T>(rows: readonly Row[], value: (row: Row) => T): Markets<T> | null {
  const of = byMarket(rows).flatMap((one) => {
    const last = points(one.rows, (row) => row).at(-1);
    return last === undefined ? [] : [{ market: one.market, value: value(last.value) }];
  });
  return of.length === 0 ? null : { of, lacking: [] };
}

/** The one market of a dataset that has one: the one with the newest row. */
function mainOf<T>(rows: readonly Row[], value: (row: Row) => T): Of<Series<T>> | null {
  const all = byMarket(rows).map((one) => ({ market: one.market, value: points(one.rows, value) }));
  return all.toSorted((a, b) => (b.value.at(-1)?.at ?? 0) - (a.value.at(-1)?.at ?? 0))[0] ?? null;
}

function lastOf(rows: readonly Row[]): Row | null {
  return rows.reduce<Row | null>((last, row) => (last === null || row.at >= last.at ? row : last), null);
}

const DOLLARS = "USD/BTC";

const candleRow = (market: Market | null, { at, value }: Point<Candle>): Row => ({
  market,
  detail: "",
  at,
  until: value.until,
  fields: {
    open: inUnit(DOLLARS, value.open),
    high: inUnit(DOLLARS, value.high),
    low: inUnit(DOLLARS, value.low),
    close: inUnit(DOLLARS, value.close),
    ...some("btc", "BTC", value.btc),
    ...some("usd", "USD", value.usd),
  },
});
const candle = ({ until, fields }: Row): Candle => ({
  until,
  open: usdPerBtc(number(fields["open"])),
  high: usdPerBtc(number(fields["high"])),
  low: usdPerBtc(number(fields["low"])),
  close: usdPerBtc(number(fields["close"])),
  btc: orNull(fields["btc"], btc),
  usd: orNull(fields["usd"], usd),
});

const pastRow = (market: Market, { at, value }: Point<PastOpenInterest>): Row =>
  sample(market, at, { size: ofQuantity(value.size), ...some("price", DOLLARS, value.price) });
const pastOpenInterest = ({ fields }: Row): PastOpenInterest => ({
  size: quantity(fields["size"]),
  ...(fields["price"] === undefined ? {} : { price: usdPerBtc(number(fields["price"])) }),
});

const traded = ({ until, fields }: Row): Traded => ({
  until,
  btc: orNull(fields["btc"], btc),
  usd: orNull(fields["usd"], usd),
  typical: orNull(fields["typical"], usdPerBtc),
});

const HOURS = /^ratio per (\S+) hours$/;
const one = <T extends string>(names: readonly T[], found: string): T => {
  const name = names.find((known) => known === found);
  if (name === undefined) throw new RangeError(`none of ${names.join(", ")}: ${found}`);
  return name;
};
const FUNDING_KINDS: readonly Funding["kind"][] = ["predicted", "settled", "trailing"];
const COUNTS: readonly LongShort["counts"][] = ["accounts", "top accounts", "positions", "top positions"];
const FEEDS: readonly Liquidations["feed"][] = ["complete", "throttled", "partial"];

const liquidations: Codec<"liquidations"> & Codec<"liquidationDays"> = {
  rows: ({ feed, of }) =>
    everyPoint(of, (market, { at, value }) => ({
      market,
      detail: feed,
      at,
      until: value.until,
      fields: {
        ...some("longs", "USD", value.longs),
        ...some("shorts", "USD", value.shorts),
        both: inUnit("USD", value.both),
      },
    })),
  value: (rows) => {
    const last = lastOf(rows);
    if (last === null) return null;
    // A feed that changed its nature is another feed: one of them is told.
    const own = rows.filter(({ detail }) => detail === last.detail);
    const told = histories(own, ({ until, fields }) => ({
      until,
      longs: orNull(fields["longs"], usd),
      shorts: orNull(fields["shorts"], usd),
      both: usd(number(fields["both"])),
    }));
    return told === null ? null : { feed: one(FEEDS, last.detail), ...told };
  },
};

const barsOfMain: Codec<"hourlyCandles"> & Codec<"dailyCandles"> & Codec<"fineCandles"> = {
  rows: ({ market, value }) => value.map((point) => candleRow(market, point)),
  value: (rows) => mainOf(rows, candle),
};

const heldOfMain: Codec<"hourlyOpenInterest"> & Codec<"fineOpenInterest"> = {
  rows: ({ market, value }) => value.map((point) => pastRow(market, point)),
  value: (rows) => mainOf(rows, pastOpenInterest),
};

export const codecs: { readonly [D in Kept]: Codec<D> } = {
  fearGreed: {
    rows: (value) =>
      value.map(({ at, value: { value: n, label } }) =>
        sample(null, at, { value: inUnit("points", n), label: { unit: "text", value: label } }),
      ),
    value: (rows) =>
      rows.length === 0
        ? null
        : points(rows, ({ fields }) => ({ value: number(fields["value"]), label: text(fields["label"]) })),
  },
  price: {
    rows: ({ at, price, quote }) => [sample(null, at, { price: inUnit(`${quote}/BTC`, price) })],
    value: (rows) => {
      const row = lastOf(rows);
      if (row === null) return null;
      const field = row.fields["price"];
      const quote = field?.unit === "USDT/BTC" ? "USDT" : "USD";
      return { at: row.at, price: usdPerBtc(number(field)), quote };
    },
  },
  candles: {
    rows: (value) => value.map((point) => candleRow(null, point)),
    value: (rows) => (rows.length === 0 ? null : points(rows, candle)),
  },
  openInterest: {
    rows: ({ of }) =>
      of.map(({ market, value }) =>
        sample(market, value.at, {
          size: ofQuantity(value.size),
          price: inUnit(DOLLARS, value.price),
          ...some("index", DOLLARS, value.index),
          ...(value.traded24h === undefined ? {} : { traded24h: ofQuantity(value.traded24h) }),
        }),
      ),
    value: (rows) =>
      newest(rows, ({ at, fields }) => ({
        at,
        size: quantity(fields["size"]),
        price: usdPerBtc(number(fields["price"])),
        ...(fields["index"] === undefined ? {} : { index: usdPerBtc(number(fields["index"])) }),
        ...(fields["traded24h"] === undefined ? {} : { traded24h: quantity(fields["traded24h"]) }),
      })),
  },
  openInterestHistory: {
    rows: ({ of }) => everyPoint(of, pastRow),
    value: (rows) => histories(rows, pastOpenInterest),
  },
  volume: {
    rows: ({ of }) =>
      everyPoint(of, (market, { at, value }) => ({
        market,
        detail: "",
        at,
        until: value.until,
        fields: {
          ...some("btc", "BTC", value.btc),
          ...some("usd", "USD", value.usd),
          ...some("typical", DOLLARS, value.typical),
        },
      })),
    value: (rows) => histories(rows, traded),
  },
  funding: {
    rows: ({ of }) =>
      of.map(({ market, value: { at, rate, everyHours, kind } }) =>
        sample(market, at, { rate: inUnit(`ratio per ${everyHours} hours`, rate) }, kind),
      ),
    value: (rows) =>
      newest(rows, ({ at, detail, fields }) => ({
        at,
        rate: ratio(number(fields["rate"])),
        everyHours: Number(HOURS.exec(fields["rate"]?.unit ?? "")?.[1]),
        kind: one(FUNDING_KINDS, detail),
      })),
  },
  longShort: {
    rows: ({ of }) =>
      of.map(({ market, value }) => sample(market, value.at, { ratio: inUnit("ratio", value.ratio) }, value.counts)),
    value: (rows) =>
      newest(rows, ({ at, detail, fields }) => ({ at, ratio: number(fields["ratio"]), counts: one(COUNTS, detail) })),
  },
  taker: {
    rows: ({ of }) =>
      of.map(({ market, value }) => ({
        market,
        detail: "",
        at: value.from,
        until: value.until,
        fields: { buy: ofQuantity(value.buy), sell: ofQuantity(value.sell) },
      })),
    value: (rows) =>
      newest(rows, ({ at, until, fields }) => ({
        from: at,
        until,
        buy: quantity(fields["buy"]),
        sell: quantity(fields["sell"]),
      })),
  },
  liquidations,
  liquidationDays: liquidations,
  hourlyCandles: barsOfMain,
  dailyCandles: barsOfMain,
  fineCandles: barsOfMain,
  hourlyOpenInterest: heldOfMain,
  fineOpenInterest: heldOfMain,
  traderClasses: {
    rows: (value) =>
      value.map(({ at, value: { leveragedNet, assetManagersNet } }) =>
        sample(null, at, {
          leveragedNet: inUnit("BTC", leveragedNet),
          assetManagersNet: inUnit("BTC", assetManagersNet),
        }),
      ),
    value: (rows) =>
      rows.length === 0
        ? null
        : points(rows, ({ fields }) => ({
            leveragedNet: btc(number(fields["leveragedNet"])),
            assetManagersNet: btc(number(fields["assetManagersNet"])),
          })),
  },
  supply: {
    rows: ({ at, btc: coins }) => [sample(null, at, { btc: inUnit("BTC", coins) })],
    value: (rows) => {
      const row = lastOf(rows);
      return row === null ? null : { at: row.at, btc: btc(number(row.fields["btc"])) };
    },
  },
};

/** What was current once, as a history. */
export const historyOfHeld = (rows: readonly Row[]): Datasets["openInterestHistory"] | null =>
  histories(
    rows.filter(({ fields }) => fields["size"] !== undefined),
    pastOpenInterest,
  );

/** Only what is over: a bar that is still forming would be wrong a minute later. */
export const isOver = (row: Row, now: Instant): boolean => row.until <= now && row.at <= shift(now, 60_000);
