// A picture on a canvas. It is painted shape by shape: nothing is loaded, so that the content policy stays as strict as it is.
import { font, type Picture } from '../../server/src/explain/shown/picture.ts';

/** Pixels; beyond it browsers give an empty canvas. */
const longestSide = 16_000;
const sharpness = 2;
/** Below it, nobody can read the words. */
const smallest = 0.5;

/** @throws {Error} a sentence for the user */
export function paint({ width, height, background, shapes }: Picture): HTMLCanvasElement {
  const scale = Math.min(sharpness, longestSide / height);
  if (scale < smallest) throw new Error('This plan is too long for a PNG picture: fold parts of it, or choose SVG.');
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The picture cannot be painted here: choose SVG.');
  context.scale(scale, scale);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  for (const shape of shapes) {
    context.fillStyle = shape.colour;
    if (shape.kind === 'rectangle') {
      context.globalAlpha = shape.opacity ?? 1;
      context.fillRect(shape.x, shape.y, shape.width, shape.height);
      context.globalAlpha = 1;
    } else {
      context.font = `${shape.bold ? 'bold ' : ''}${font.size}px ${font.family}`;
      context.textAlign = shape.end ? 'right' : 'left';
      context.fillText(shape.text, shape.x, shape.baseline);
    }
  }
  return canvas;
}
