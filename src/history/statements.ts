/** The statements of a database, each prepared once. */
import type Database from "libsql";

export class Statements {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #insertions = new Map<number, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** A question gives its rows as arrays. */
  of(sql: string): Database.Statement {
    let known = this.#statements.get(sql);
    if (known === undefined) {
      known = this.#db.prepare(sql);
      if (known.reader) known.raw();
      this.#statements.set(sql, known);
    }
    return known;
  }

  /** Inserts so many observations. What all of them share is bound once: binding is half of what an insertion takes. */
  inserting(count: number): Database.Statement {
    let known = this.#insertions.get(count);
    if (known === undefined) {
      const row = (i: number): string => `(?1, ?${3 * i + 3}, ?${3 * i + 4}, ?2, ?${3 * i + 5})`;
      const rows = Array.from({ length: count }, (_, i) => row(i)).join();
      known = this.#db.prepare(`INSERT INTO observation (series, at, until, seen, value) VALUES ${rows}`);
      this.#insertions.set(count, known);
    }
    return known;
  }
}
