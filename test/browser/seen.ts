/** What a browser makes of a page. Each function runs inside of it and stands alone. */

/** Where a text is, in pixels. */
export interface Box {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
/** The words of a drawing and the room that they have. */
export interface Drawing {
  readonly name: string;
  readonly room: Box;
  readonly words: readonly Box[];
}

/** Every drawing of a page: its figure is its room; of a file, the whole of it. */
export function drawings(): readonly Drawing[] {
  const box = (element: Element, text: string): Box => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { text, left, top, right, bottom };
  };
  return [...document.querySelectorAll('svg[role="img"]')].map((svg) => {
    const name = svg.querySelector("title")?.textContent ?? "";
    return {
      name,
      room: box(svg.closest("figure") ?? svg, name),
      words: [...svg.querySelectorAll("text")]
        .filter((text) => text.textContent.trim() !== "")
        .map((text) => box(text, text.textContent)),
    };
  });
}

/** Names that an assistive tool has for the drawings; empty where it has none. */
export function namesOfDrawings(): readonly string[] {
  const shown = [...document.querySelectorAll("svg")].filter(
    (svg) => svg.parentElement?.closest("svg") === null && svg.getAttribute("aria-hidden") !== "true",
  );
  return shown.map((svg) => {
    const ids = (svg.getAttribute("aria-labelledby") ?? "").split(" ");
    const words = ids.map((id) => document.getElementById(id)?.textContent.trim() ?? "");
    return svg.getAttribute("role") === "img" && words.every((text) => text !== "") ? words.join(" ") : "";
  });
}

export interface Contrast {
  readonly text: string;
  readonly ratio: number;
}

/** Contrast of every text with its ground, as WCAG 2 computes it. */
export function contrasts(): readonly Contrast[] {
  type Colour = readonly [number, number, number, number];
  const read = (css: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, css === "transparent" || css === "none" ? 0 : a];
  };
  const over = ([r, g, b, a]: Colour, [x, y, z]: Colour): Colour => [
    r * a + x * (1 - a),
    g * a + y * (1 - a),
    b * a + z * (1 - a),
    1,
  ];
  const light = ([r, g, b]: Colour): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element: Element): Colour => {
    const own = read(getComputedStyle(element).backgroundColor);
    if (own[3] === 1) return own;
    return over(own, element.parentElement === null ? [255, 255, 255, 1] : ground(element.parentElement));
  };
  /** A mark stands on the shape of its own colour, all other words of a drawing on the figure. */
  const under = (text: Element): Colour => {
    const mark = /\bn(\d)\b/.exec(text.getAttribute("class") ?? "")?.[1];
    const shape = mark === undefined ? null : text.closest("figure")?.querySelector(`rect.c${mark}, path.c${mark}`);
    return shape === null || shape === undefined ? ground(text) : read(getComputedStyle(shape).fill);
  };
  return [...document.body.querySelectorAll("*")].flatMap((element) => {
    const words = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent ?? "")
      .join("")
      .trim();
    if (words === "" || ["title", "desc"].includes(element.localName)) return [];
    const style = getComputedStyle(element);
    const text = element.closest("text");
    const back = text === null ? ground(element) : under(text);
    const [a, b] = [light(over(read(text === null ? style.color : style.fill), back)), light(back)];
    return [{ text: words.slice(0, 60), ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) }];
  });
}
