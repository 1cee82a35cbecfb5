/**
 * The look of the HTML page and of the charts. Text keeps a contrast of 4.5 and more on its ground, shapes 3 and more,
 * in light and in dark. Neighbouring colours of the charts differ in lightness too, so that they stay apart for every eye.
 */
const COLOURS = `
:root { color-scheme: light dark; --ink: #1b1f26; --soft: #565f6c; --ground: #ffffff; --card: #f6f7f9; --edge: #d8dce2; --grid: #dfe3e8; --link: #0b5cad; --good: #0a6b3d; --bad: #b3261e; --mark: #b45309; --odd: #1b1f26;
  --c0: #1f5fa8; --c1: #d97706; --c2: #0b5c4a; --c3: #cc79a7; --c4: #6e5a00; --c5: #3f95d4; --c6: #5b3f8c; --c7: #868e99;
  --b0: #a63d00; --b1: #d97706; --b2: #7b8490; --b3: #3f95d4; --b4: #1f5fa8; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e9ecf0; --soft: #a5aeba; --ground: #12151a; --card: #1a1f26; --edge: #343b46; --grid: #2c333d; --link: #7cb7ff; --good: #5fd39a; --bad: #ff8a80; --mark: #f0953d; --odd: #12151a;
  --c0: #7cb7ff; --c1: #d07f1e; --c2: #6fd6b4; --c3: #c8689f; --c4: #e3cf6a; --c5: #4a90cc; --c6: #c9aef5; --c7: #86909c;
  --b0: #ff9d5c; --b1: #d07f1e; --b2: #86909c; --b3: #4a90cc; --b4: #7cb7ff; } }
`.trim();

const CHARTS = `
svg text { fill: var(--ink); font-size: 13px; }
svg text.small { font-size: 12px; fill: var(--soft); } svg text.large { font-size: 42px; font-weight: 700; } svg text.strong { font-weight: 650; }
svg text.end { text-anchor: end; } svg text.middle { text-anchor: middle; }
svg text.halo { paint-order: stroke; stroke: var(--card); stroke-width: 8px; stroke-linejoin: round; }
.card { fill: var(--card); stroke: var(--edge); } .grid { stroke: var(--grid); } .tick { stroke: var(--soft); } .track { fill: var(--grid); opacity: .55; }
.reach { stroke: var(--ink); stroke-width: 1.5; } .reach.halo { stroke: var(--card); stroke-width: 3.5; } .now { stroke: var(--soft); stroke-dasharray: 5 4; }
path.line { fill: none; stroke: var(--mark); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
circle.end { fill: var(--mark); stroke: var(--card); stroke-width: 1.5; }
.part { stroke: var(--card); stroke-width: 1; vector-effect: non-scaling-stroke; } .soft { fill-opacity: .6; stroke: var(--ink); stroke-dasharray: 3 2; }
.c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); } .c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .c7 { fill: var(--c7); }
svg text.n0, svg text.n2, svg text.n4, svg text.n6 { fill: var(--ground); } svg text.n1, svg text.n3, svg text.n5, svg text.n7 { fill: var(--odd); }
.b0 { fill: var(--b0); } .b1 { fill: var(--b1); } .b2 { fill: var(--b2); } .b3 { fill: var(--b3); } .b4 { fill: var(--b4); }
.hand { stroke: var(--ink); stroke-width: 5; stroke-linecap: round; } .hand.halo { stroke: var(--card); stroke-width: 10; }
svg text.own { fill: var(--ink); font-weight: 650; }
`.trim();

const PAGE = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; -webkit-text-size-adjust: 100%; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.1rem 4rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; letter-spacing: -.02em; margin: 0 0 .4rem; padding-top: 1rem; border-top: 4px solid var(--mark); }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -.01em; margin: 3rem 0 .75rem; padding-top: .9rem; border-top: 1px solid var(--edge); }
p { margin: .5rem 0; max-width: 46rem; }
ul { margin: .75rem 0; padding-left: 1.2rem; max-width: 46rem; } li { margin: .3rem 0; } li::marker { color: var(--soft); }
a { color: var(--link); overflow-wrap: anywhere; text-underline-offset: .15em; }
sup { line-height: 0; margin-left: .15em; font-size: .7em; } sup a { text-decoration: none; }
.dim { color: var(--soft); } .good { color: var(--good); white-space: nowrap; } .bad { color: var(--bad); white-space: nowrap; } .strong { font-weight: 650; }
p > .strong:first-child { font-size: 1.35rem; letter-spacing: -.01em; }
.scroll { overflow-x: auto; margin: 1.25rem 0; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; line-height: 1.4; }
caption, figcaption { text-align: left; color: var(--soft); font-size: .85rem; line-height: 1.4; padding-bottom: .5rem; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--edge); white-space: nowrap; font-weight: inherit; }
thead th { color: var(--soft); font-size: .8rem; border-bottom-color: var(--soft); vertical-align: bottom; }
th:first-child { padding-left: 0; position: sticky; left: 0; background: var(--ground); } tr > :last-child { padding-right: 0; }
tbody tr:hover > * { background: var(--card); }
.left { text-align: left; } th.left, td.left { white-space: pre; } .right { text-align: right; }
figure { margin: 1.25rem 0; padding: .9rem 1rem 1rem; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; break-inside: avoid; }
figcaption { color: var(--ink); font-weight: 650; }
svg.chart { display: block; width: 100%; overflow: visible; } svg.axes { width: calc(100% - 52px); margin: 0 6px 0 46px; }
svg.whole { width: 100%; max-width: 400px; height: auto; margin: 0 auto; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: 0 0 .5rem; max-width: none; font-size: .82rem; }
.legend li { margin: 0; white-space: nowrap; } .key { width: 16px; height: 16px; vertical-align: -3px; } .key rect { width: 16px; height: 16px; }
ol { padding-left: 2rem; font-size: .82rem; color: var(--soft); } ol li { overflow-wrap: anywhere; } li:target { background: var(--card); color: var(--ink); }
@media (min-width: 52rem) { .pair { display: grid; grid-template-columns: 5fr 7fr; gap: 1.25rem; } .pair figure { margin: 1.25rem 0 .5rem; } .pair .gauge { display: flex; flex-direction: column; } .pair .gauge svg { margin: auto; } }
@media print { @page { margin: 15mm; } body { font-size: 11px; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } .scroll { overflow: visible; } figure { background: none; } table { font-size: 9.5px; } th, td { padding: .15rem .25rem; } }
`.trim();

/** Of the page. */
export const STYLE = [COLOURS, PAGE, CHARTS].join("\n");
/** Of a chart in a file of its own. */
export const CHART_STYLE = [COLOURS, CHARTS].join("\n");
