/** The look of the HTML page. Colours keep a contrast of 4.5 and more on their ground, in light and in dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1f24; --soft: #5a626e; --ground: #ffffff; --edge: #d9dde3; --link: #0b5cad; --good: #0a6b3d; --bad: #b3261e;
  --c0: #c4660a; --c1: #2463a8; --c2: #2a7f5f; --c3: #8a4fb0; --c4: #b3405a; --c5: #6b7280; --c6: #917218; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a2abb8; --ground: #14171c; --edge: #343a44; --link: #7cb7ff; --good: #5fd39a; --bad: #ff8a80;
  --c0: #f0953d; --c1: #6aa5ea; --c2: #5cc09a; --c3: #c18ee0; --c4: #ee8298; --c5: #9aa3b0; --c6: #d4b44a; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--edge); }
a { color: var(--link); overflow-wrap: anywhere; }
li { margin: .25rem 0; }
sup { line-height: 0; margin-left: .15em; }
.dim { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); } .strong { font-weight: 650; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }
caption, figcaption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .4rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--edge); white-space: nowrap; font-weight: inherit; }
thead th { color: var(--soft); font-size: .85rem; }
.left { text-align: left; white-space: pre; } .right { text-align: right; }
figure { margin: 1.25rem 0; }
figure svg.bars { width: 100%; } figure svg.line { width: 100%; height: 7.5rem; display: block; border-bottom: 1px solid var(--edge); }
svg text { fill: var(--ink); font-size: 13px; } svg text.end { text-anchor: end; }
svg.bars line { stroke: var(--ink); stroke-width: 2; }
svg.line path { fill: none; stroke: var(--c0); stroke-width: 2; vector-effect: non-scaling-stroke; }
.line + figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding-top: .4rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: 0 0 .5rem; font-size: .85rem; }
.legend svg, .legend rect { width: .8rem; height: .8rem; }
.c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); } .c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); }
@media print { main { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } .scroll { overflow: visible; } body { font-size: 11px; } }
`.trim();
