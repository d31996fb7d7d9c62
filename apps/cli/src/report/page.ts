import { html, Html } from './html.ts';
import type { Figure } from './charts/svg.ts';

const STYLE = `
:root { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; }
body { max-width: 820px; margin: 2rem auto; padding: 0 1rem; }
h1 { margin: 0 0 .2rem; font-size: 1.6rem; } h2 { margin: 2.2rem 0 .6rem; border-bottom: 1px solid #d0d7de; font-size: 1.25rem; }
h3 { margin: 1.4rem 0 .4rem; font-size: 1.05rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid #eaeef2; vertical-align: top; }
th { font-weight: 600; color: #57606a; }
figure { margin: 1rem 0; break-inside: avoid; } figure svg { max-width: 100%; height: auto; }
figcaption { color: #57606a; font-size: .9rem; }
.dim { color: #57606a; } .bad { color: #a40e26; font-weight: 600; } .good { color: #116329; font-weight: 600; }
.nodes { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: .6rem; }
.node { border: 1px solid #d0d7de; border-radius: 6px; padding: .5rem .7rem; break-inside: avoid; }
.node ul { margin: .3rem 0 0; padding-left: 1.1rem; } code { font-size: .9em; overflow-wrap: anywhere; }
@media print { body { max-width: none; margin: 0; } h2 { break-after: avoid; } a { color: inherit; } }
`;

export const figureHtml = ({ caption, svg, points }: Figure): Html =>
  html`<figure role="img" aria-label="${caption}" data-points="${points}">
    ${new Html(svg)}
    <figcaption>${caption}</figcaption>
  </figure>`;

/** One page that needs nothing else: its policy forbids every request, and every script. */
export const page = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
