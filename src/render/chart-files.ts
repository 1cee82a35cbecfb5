/** The charts of a page as files. Their names stay the same from day to day. */
import type { Chart, Page } from "../report/page.ts";
import { svg } from "./svg.ts";

export const chartFile = ({ name }: Chart): string => `${name}.svg`;

export const chartFiles = ({ blocks }: Page): readonly { readonly name: string; readonly text: string }[] =>
  blocks.flatMap((block) =>
    block.is === "bars" || block.is === "timeline" || block.is === "gauge"
      ? [{ name: chartFile(block), text: svg(block) }]
      : [],
  );
