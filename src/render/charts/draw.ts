/** Any chart as a drawing. */
import type { Chart } from "../../report/page.ts";
import { bars } from "./bars.ts";
import type { Drawing, Safe } from "./drawing.ts";
import { gauge } from "./gauge.ts";
import { timeline } from "./timeline.ts";

export function draw(chart: Chart, safe: Safe): Drawing {
  switch (chart.is) {
    case "bars":
      return bars(chart, safe);
    case "timeline":
      return timeline(chart, safe);
    case "gauge":
      return gauge(chart, safe);
  }
}
