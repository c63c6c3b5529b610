import assert from 'node:assert/strict';
import { foldAlike, isAlikeRow } from '../../server/src/explain/shown/alike.ts';
import { measures, wholeOf } from '../../server/src/explain/shown/measures.ts';
import { iciclePicture, type Palette, type Picture, treePicture } from '../../server/src/explain/shown/picture.ts';
import { planMarkdown } from '../../server/src/explain/shown/planMarkdown.ts';
import { buildTree } from '../../server/src/explain/shown/planTree.ts';
import { printSvg } from '../../server/src/explain/shown/svg.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import { appendReport, deepReport, node, shopReport } from '../panel/reports.ts';

const palette: Palette = {
  background: '#fff',
  foreground: '#000',
  muted: '#666',
  track: '#ddd',
  hot: '#f00',
  warm: '#fa0',
  cool: '#00f',
  onBar: '#fff',
};
const [time] = measures as readonly [(typeof measures)[number]];
const icicleOf = (report: PlanReport): Picture => iciclePicture(report, buildTree(report), time, palette);
const treeOf = (report: PlanReport): Picture => {
  const tree = buildTree(report);
  return treePicture(report, foldAlike(tree), time, wholeOf(tree, time), palette);
};
const nasty = `</text><script>alert("1")</script> \`\`\` | @someone & [x](http://evil) \u0000\ud800`;
const nastyReport: PlanReport = {
  ...shopReport,
  sql: `${nasty}\n\`\`\`\n# heading`,
  target: { name: nasty, version: nasty },
  nodes: [
    node(0, null, nasty, { relation: nasty, alias: nasty, index: nasty, subplan: nasty, details: [[nasty, nasty]] }),
  ],
  findings: [{ code: nasty, node: 0, message: nasty, help: nasty, severity: 'warning', proof: 'none' }],
  notes: [nasty],
};

describe('a plan as Markdown', () => {
  it('has what it took, a table of its nodes, the findings and the statement', () => {
    const lines = planMarkdown(shopReport, buildTree(shopReport)).split('\n');
    assert.equal(lines[0], '**Execution 1.87 s · planning 1.21 ms · PostgreSQL 17.5**');
    assert.equal(lines[2], '| Node | Time | Share | Rows | Planned | Loops | Pages | Cost |');
    assert.ok(
      lines.includes(
        `| ${'&nbsp;'.repeat(12)}\`Seq Scan on orders o\` | 979 ms | 52 % | ×423 71,989 | 170 | 1 | 33,081 | 45,900 |`,
      ),
      lines.join('\n'),
    );
    assert.ok(lines.some((line) => /^- \*\*warning\*\*: Seq Scan reads 5,000,000 rows/.test(line)));
    assert.deepEqual(lines.slice(-4), ['ORDER BY spent DESC', 'LIMIT 20', '```', '']);
  });

  it('has those of a large plan that took most, in their order', () => {
    const text = planMarkdown(appendReport(5_000), buildTree(appendReport(5_000)));
    assert.equal(text.split('\n').filter((line) => line.startsWith('| ')).length, 62);
    assert.match(text, /^4,940 more nodes took less\.$/m);
    assert.ok(text.length < 65_536);
  });

  it('has no markup of a plan’s own', () => {
    const text = planMarkdown(nastyReport, buildTree(nastyReport));
    const outside = text.replace(/(`+)(?:(?!\1)[\s\S])*?\1(?!`)/g, '');
    assert.doesNotMatch(outside, /<script|@someone|\[x\]\(|http:/);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    assert.equal(rows.length, 3);
    for (const row of rows) assert.equal(row.replaceAll('\\|', '').split('|').length, 10, row);
    assert.match(text, /````sql\n/);
  });
});

describe('a plan as a picture', () => {
  it('draws each node as wide as what it took', () => {
    const { shapes } = icicleOf(shopReport);
    const bar = (name: string) => {
      const found = shapes.find((shape) => shape.kind === 'rectangle' && shape.title?.startsWith(name));
      assert.ok(found?.kind === 'rectangle', name);
      return found;
    };
    const whole = wholeOf(buildTree(shopReport), time);
    assert.ok(Math.abs(bar('Seq Scan on orders').width / bar('Limit').width - 978.6 / whole) < 0.01);
    assert.equal(bar('Seq Scan on orders').colour, palette.hot);
    assert.equal(bar('Nested Loop').opacity, 0.35);
  });

  it('draws the tree’s rows with their figures', () => {
    const picture = treeOf(shopReport);
    const words = picture.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
    for (const text of ['Seq Scan on orders o', '979 ms', '×423 71,989', 'Planned', '170'])
      assert.ok(words.includes(text), `${text} in ${words.join(' | ')}`);
    for (const shape of picture.shapes) assert.ok(shape.x >= 0 && shape.x <= picture.width, JSON.stringify(shape));
  });

  it('takes a plan of any size', () => {
    for (const report of [appendReport(5_000), deepReport(5_000)]) {
      assert.ok(icicleOf(report).shapes.length < 4_000);
      assert.ok(treeOf(report).height > 0);
    }
  });

  it('is SVG in which a plan’s own text is text', () => {
    for (const picture of [icicleOf(nastyReport), treeOf(nastyReport)]) {
      const svg = printSvg(picture);
      assert.deepEqual([...new Set([...svg.matchAll(/<\/?(\w+)/g)].map(([, name]) => name))].sort(), [
        'rect',
        'svg',
        'text',
        'title',
      ]);
      assert.doesNotMatch(svg, /[\u0000-\u0008\ud800-\udfff]/);
      assert.match(svg, /&lt;\/text&gt;&lt;script&gt;/);
    }
  });
});

describe('children that are alike', () => {
  const rows = (report: PlanReport) => foldAlike(buildTree(report));
  const names = (report: PlanReport) =>
    rows(report).map(({ node: { type, alias } }) => `${type} ${alias ?? ''}`.trim());

  it('have one row for all of them, and sums', () => {
    const report = appendReport(21);
    const folded = rows(report);
    const [scans, indexScans] = folded.filter(isAlikeRow);
    assert.equal(scans?.node.type, '10 alike: Seq Scan');
    assert.equal(scans?.node.alias, 'orders_p0001 … orders_p0019');
    assert.equal(indexScans?.members.length, 10);
    assert.equal(folded.length, 23);
    const sum = (part: readonly { node: { exclusive: { ms: number | null } } }[]) =>
      part.reduce((total, { node: { exclusive } }) => total + (exclusive.ms ?? 0), 0);
    assert.ok(Math.abs(sum(scans?.members ?? []) - (scans?.node.exclusive.ms ?? 0)) < 1e-9);
    assert.equal(scans?.level, 2);
    assert.deepEqual(
      scans?.children.map(({ level, parent, place, siblings }) => [level, parent === scans, place, siblings])[9],
      [3, true, 10, 10],
    );
    assert.equal(scans?.node.details.find(([label]) => label === 'Rows of one')?.[1], '0 to 18');
  });

  it('are left alone where they are few, where one has a finding, and where one took much', () => {
    assert.deepEqual(rows(appendReport(4)).filter(isAlikeRow), []);
    const report = appendReport(21);
    const finding = { code: 'x', node: 3, message: '', help: '', severity: 'hint', proof: 'none' } as const;
    assert.ok(names({ ...report, findings: [finding] }).includes('9 alike: Seq Scan orders_p0001 … orders_p0019'));
    const nodes = report.nodes.map((each) =>
      each.id === 5 ? { ...each, exclusive: { ...each.exclusive, ms: 50 } } : each,
    );
    const slow = rows({ ...report, nodes });
    assert.equal(slow.find(({ node: { id } }) => id === 5)?.level, 2);
  });

  it('are alike by the nodes below them, and by whether they ran', () => {
    const scans = Array.from({ length: 5 }, (_, i) => node(1 + 2 * i, 0, 'Sort'));
    const below = scans.map(({ id }, i) =>
      node(id + 1, id, i === 2 ? 'Index Scan' : 'Seq Scan', { relation: `p${i}` }),
    );
    const nodes = [node(0, null, 'Append'), ...scans, ...below].sort((a, b) => a.id - b.id);
    const report = { ...shopReport, nodes, findings: [] };
    assert.ok(names(report).includes('4 alike: Sort'));
    const unrun = nodes.map((each) => (each.id === 1 ? { ...each, loops: 0 } : each));
    assert.deepEqual(rows({ ...report, nodes: unrun }).filter(isAlikeRow), []);
  });

  it('are folded in any plan: what took a step for each pair of nodes would not come to an end', () => {
    for (const report of [appendReport(100_000), deepReport(5_000)])
      assert.ok(foldAlike(buildTree(report)) !== undefined);
  });
});
