/**
 * The line on the terminal while sources answer: how many have, which are awaited, how much time is left. It is drawn
 * over itself and gone before anything else is printed. Escape sequences are two, so no library is loaded for them.
 */

/** A terminal. */
export interface Screen {
  readonly write: (text: string) => unknown;
  /** As wide as the window is now. */
  readonly columns?: number | undefined;
}
export interface Progress {
  /** A source has said all that it will say; one that was asked nothing does not count. */
  readonly answered: (id: string, asked: boolean) => void;
  /** Prints something without the line in its way. */
  readonly around: <T>(print: () => T) => T;
  /** Takes the line away for good. */
  readonly end: () => void;
}

/** To the start of the line, and what stands in it removed. */
const ERASE = "\r\u001b[K";
/** Often enough for seconds to go by one at a time, and late enough that a quick run shows nothing. */
const EVERY_MS = 200;

/** Begins to draw. `secondsLeft` is asked each time. */
export function progressOn(screen: Screen, sources: readonly string[], secondsLeft: () => number): Progress {
  const awaited = new Set(sources);
  let all = sources.length;
  let latest: string | null = null;
  let drawn = false;
  const erase = (): void => {
    if (drawn) screen.write(ERASE);
    drawn = false;
  };
  const draw = (): void => {
    if (awaited.size === 0) return erase();
    const state = { all, awaited: [...awaited], latest, secondsLeft: secondsLeft() };
    // The last column stays free: a full line would make some terminals go on to the next.
    screen.write(`${ERASE}${progressLine(state, (screen.columns || 80) - 1)}`);
    drawn = true;
  };
  const timer = setInterval(draw, EVERY_MS);
  timer.unref();
  return {
    answered: (id, asked) => {
      awaited.delete(id);
      if (asked) latest = id;
      else all -= 1;
      if (drawn) draw();
    },
    around: (print) => {
      const again = drawn;
      erase();
      const printed = print();
      if (again) draw();
      return printed;
    },
    end: () => {
      clearInterval(timer);
      erase();
    },
  };
}

interface State {
  readonly all: number;
  readonly awaited: readonly string[];
  readonly latest: string | null;
  readonly secondsLeft: number;
}

/** As much as fits: the count first, then the time, then as many names as there is room for, then who came last. */
export function progressLine({ all, awaited, latest, secondsLeft }: State, width: number): string {
  const count = `${all - awaited.length} of ${all} sources`;
  const left = `, ${Math.max(0, Math.ceil(secondsLeft))} s left`;
  const came = latest === null ? "" : `, ${latest} just now`;
  const tails = awaited.map((_, hidden) => {
    const shown = awaited.slice(0, awaited.length - hidden);
    return `, awaiting ${shown.join(" ")}${hidden === 0 ? "" : ` +${hidden}`}`;
  });
  const lines = [
    ...tails.slice(0, 1).map((tail) => `${count}${came}${left}${tail}`),
    ...tails.map((tail) => `${count}${left}${tail}`),
    `${count}${left}`,
    count,
  ];
  return lines.find((line) => line.length <= width) ?? count.slice(0, Math.max(0, width));
}
