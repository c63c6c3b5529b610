// A picture as SVG: shapes and words, with nothing that is loaded or run.
import { font, type Picture, type Shape } from './picture.ts';

export function printSvg({ width, height, title, background, shapes }: Picture): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const style = `font-family="${escapeXml(font.family)}" font-size="${font.size}"`;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style} role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${escapeXml(background)}"/>`,
    ...shapes.map(printShape),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function printShape(shape: Shape): string {
  const fill = `fill="${escapeXml(shape.colour)}"`;
  if (shape.kind === 'rectangle') {
    const box = `x="${round(shape.x)}" y="${round(shape.y)}" width="${round(shape.width)}" height="${round(shape.height)}"`;
    const opacity = shape.opacity === undefined ? '' : ` fill-opacity="${shape.opacity}"`;
    const start = `<rect ${box} ${fill}${opacity}`;
    return shape.title === undefined ? `${start}/>` : `${start}><title>${escapeXml(shape.title)}</title></rect>`;
  }
  const anchor = shape.end ? ' text-anchor="end"' : '';
  const weight = shape.bold ? ' font-weight="bold"' : '';
  return `<text x="${round(shape.x)}" y="${round(shape.baseline)}" ${fill}${anchor}${weight}>${escapeXml(shape.text)}</text>`;
}

const round = (value: number): string => String(Math.round(value * 100) / 100);

/** Characters that XML cannot hold become the sign for an unknown one. */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
