// Renderer `sweep`: panels of lines, bars, points and bands. Everything was computed in Python; this only draws.
PAINTERS.sweep = (figure) => {
  const { spec, stage } = figure;
  const arrays = spec.arrays.map(floats);
  const panels = spec.panels.map((panel) => new Panel(panel, stage, figure.sizes, arrays));
  const guess = spec.predict && new Prediction(figure, panels[spec.predict.panel]);
  return {
    picture: stage,
    resize(width) {
      const least = Math.max(...panels.map((panel) => panel.least));
      const columns = Math.max(1, Math.min(panels.length, Math.floor((width + 18) / (least + 18))));
      for (const panel of panels) panel.layout(Math.floor((width - 18 * (columns - 1)) / columns), columns);
      guess?.layout();
    },
    paint(index, before) {
      for (const panel of panels) panel.paint(index, figure.locked ? null : before);
      guess?.paint();
    },
    controls(parent) { guess?.controls(parent); },
  };
};

const DASHES = ['', '9 4', '2 4', '11 4 2 4', '5 3'];

// Points of different colours differ in form too: disc, square, triangle, diamond, triangle upside down.
const FORMS = [
  (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  (r) => ring(r * 1.25, 4, 45), (r) => ring(r * 1.35, 3, -90), (r) => ring(r * 1.3, 4, 0), (r) => ring(r * 1.35, 3, 90),
];

function ring(r, corners, turn) {
  const at = (k) => (turn + 360 * k / corners) * Math.PI / 180;
  return `M${Array.from({ length: corners }, (_, k) => `${(r * Math.cos(at(k))).toFixed(2)} ${(r * Math.sin(at(k))).toFixed(2)}`).join('L')}Z`;
}

const formOf = (mark, r) => FORMS[mark.ghost ? 0 : mark.colour % 5](r);
const dashesOf = (mark) => mark.thin || mark.dots ? '' : mark.ghost ? '6 5' : DASHES[mark.colour % 5];

class Panel {
  constructor(spec, stage, sizes, arrays) {
    this.spec = spec;
    this.inner = sizes[1] ?? 1;      // positions of the second slider
    this.box = node(stage, 'div', { class: 'cr-panel' });
    const unpack = ({ by, array }) => ({ by, data: arrays[array] });
    if (spec.title) node(this.box, 'p', { class: 'cr-subtitle' }, spec.title);
    this.marks = spec.marks.map((mark) => ({
      ...mark, x: unpack(mark.x), y: unpack(mark.y), low: mark.low && unpack(mark.low),
      // In the margin beside its right end, or in a legend when it has no such end.
      aside: Boolean(mark.label) && /line|band/.test(mark.kind) && mark.x.by === '',
      ink: mark.ghost ? 'var(--cr-soft)' : `var(--cr-${mark.colour % 5})`,
    }));
    this.buildLegend();
    this.svg = shape(this.box, 'svg', {});
  }

  buildLegend() {
    const bars = this.marks.filter((mark) => mark.kind === 'bars');
    const entries = this.marks.filter((mark) => mark.label && !mark.aside && mark.kind !== 'text' && (mark.kind !== 'bars' || bars.length > 1));
    if (!entries.length) return;
    const legend = node(this.box, 'div', { class: 'cr-legend' });
    for (const mark of entries) {
      const entry = node(legend, 'span', { style: `color:${mark.ink}` });
      this.drawSample(shape(entry, 'svg', { width: 24, height: 12, 'aria-hidden': 'true' }), mark, bars.filter((b) => !b.ghost).indexOf(mark));
      entry.append(mark.label);
    }
  }

  // The mark in small: its dashes, form or filling, so that its colour is never all that names it.
  drawSample(svg, mark, series) {
    const { ink, ghost, kind } = mark;
    if (kind === 'line') shape(svg, 'path', { d: 'M0 6H24', fill: 'none', stroke: ink, 'stroke-width': ghost ? 1.8 : 2.8, 'stroke-dasharray': dashesOf(mark) });
    if (kind === 'points' || mark.dots) shape(svg, 'path', { d: formOf(mark, 4.2), transform: 'translate(12,6)', fill: ghost ? 'none' : ink, stroke: ink });
    if (kind === 'bars' || kind === 'band') {
      shape(svg, 'rect', { x: 2, y: 1, width: 20, height: 10, fill: ghost && kind === 'bars' ? 'none' : series > 0 ? hatch(svg, ink) : ink,
        opacity: kind === 'band' ? 0.3 : 1, stroke: ghost ? ink : 'none', 'stroke-dasharray': ghost ? '4 3' : null });
    }
  }

  // Numbers of one mark at one position; what a slider does not move is stored once.
  row(mark, { by, data }, index) {
    const place = { '': 0, i: Math.floor(index / this.inner), j: index % this.inner, ij: index }[by];
    return data.subarray(place * mark.count, (place + 1) * mark.count);
  }

  // Room for the names beside the lines, in characters.
  get aside() { return Math.max(0, ...this.marks.filter((m) => m.aside).map((m) => m.label.length)); }

  // The least width at which the picture between its labels can still be read.
  get least() { return Math.max(this.spec.equal ? 300 : 260, 210 + 7.6 * this.aside); }

  layout(width, columns) {
    const { spec, svg, aside } = this;
    const digits = Math.max(...spec.yticks.map(([, text]) => text.length), 1);
    const left = spec.bare ? 8 : 14 + 8 * digits + (spec.y ? 6 : 0), right = Math.max(12, Math.min(width * 0.36, 14 + 7.6 * aside));
    const top = spec.y ? 26 : 10, bottom = spec.x ? 44 : 26;
    let height = Math.round(Math.min(columns > 1 ? 300 : 330, Math.max(210, width * 0.62)));
    const [x0, x1] = spec.xlim, [y0, y1] = spec.ylim;
    if (spec.equal) height = Math.round(Math.min(460, (width - left - right) * (y1 - y0) / (x1 - x0) + top + bottom));
    let [a, b] = [left, width - right];
    if (spec.equal) b = Math.min(b, a + (height - top - bottom) * (x1 - x0) / (y1 - y0));
    const up = spec.log ? (y) => Math.log10(Math.max(y, 1e-300)) : (y) => y, low = up(y0), high = up(y1);
    this.area = { left: a, right: b, top, bottom: height - bottom, width, height };
    this.X = (x) => a + (x - x0) / (x1 - x0) * (b - a);
    this.Y = (y) => Math.max(-2e4, Math.min(2e4, height - bottom - (up(y) - low) / (high - low) * (height - bottom - top)));
    this.unX = (px) => x0 + (px - a) / (b - a) * (x1 - x0);
    this.unY = (py) => { const v = low + (height - bottom - py) / (height - bottom - top) * (high - low); return spec.log ? 10 ** v : v; };
    svg.replaceChildren();
    put(null, svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    this.drawAxes();
    this.drawMarks();
  }

  drawAxes() {
    const { spec, svg, X, Y, area } = this;
    if (spec.bare) return;
    for (const [y, text] of spec.yticks) {
      shape(svg, 'path', { class: 'cr-grid', d: `M${area.left} ${Y(y)}H${area.right}` });
      shape(svg, 'text', { class: 'cr-small', x: area.left - 7, y: Y(y) + 4.5, 'text-anchor': 'end' }, text);
    }
    shape(svg, 'path', { class: 'cr-axis', d: `M${area.left} ${area.bottom}H${area.right}` });
    // Long names of categories would run into each other: every other one is left out.
    const room = (area.right - area.left) / Math.max(1, spec.xticks.length);
    const every = Math.ceil(Math.max(...spec.xticks.map(([, text]) => text.length)) * 7.5 / room);
    spec.xticks.forEach(([x, text], k) => {
      if (k % every) return;
      shape(svg, 'path', { class: 'cr-axis', d: `M${X(x)} ${area.bottom}v5` });
      shape(svg, 'text', { class: 'cr-small', x: X(x), y: area.bottom + 19, 'text-anchor': 'middle' }, text);
    });
    if (spec.x) shape(svg, 'text', { x: (area.left + area.right) / 2, y: area.height - 5, 'text-anchor': 'middle' }, spec.x);
    if (spec.y) shape(svg, 'text', { x: 4, y: 13 }, spec.y);
  }

  drawMarks() {
    const { svg, area, marks } = this;
    // Lines end at the border of the picture; a point on the border is drawn whole.
    const inside = this.clip(0, 6, 0), around = this.clip(7, 7, 7);
    const bars = marks.filter((mark) => mark.kind === 'bars' && !mark.ghost);
    // The first mark of a panel lies in front.
    for (const mark of [...marks].reverse()) {
      mark.trace = mark.ghost ? null : shape(inside(), 'path', { fill: 'none', stroke: mark.ink, 'stroke-width': 2, opacity: 0.3, class: 'cr-before' });
      mark.slot = mark.kind === 'bars' ? { index: Math.max(0, bars.indexOf(mark)), of: mark.ghost ? 1 : bars.length } : null;
      mark.paint = BRUSHES[mark.kind](this, mark, mark.kind === 'points' ? around() : inside(), around);
      mark.tag = mark.aside ? shape(svg, 'text', { x: area.right + 8, style: `fill:${mark.ink}` }, mark.label) : null;
    }
  }

  // Makes groups that are cut off at the picture's border, with some margin.
  clip(aside, above, below) {
    const { svg, area } = this, id = unique();
    shape(shape(shape(svg, 'defs'), 'clipPath', { id }), 'rect', {
      x: area.left - aside, y: area.top - above, width: area.right - area.left + 2 * aside, height: area.bottom - area.top + above + below });
    return () => shape(svg, 'g', { 'clip-path': `url(#${id})` });
  }

  paint(index, before) {
    for (const mark of this.marks) {
      const x = this.row(mark, mark.x, index), y = this.row(mark, mark.y, index);
      mark.paint(x, y, mark.low && this.row(mark, mark.low, index));
      mark.trace?.setAttribute('d', before === null || before === undefined || before === index ? '' : this.trace(mark, before));
    }
    this.placeTags(index);
  }

  // The ghost of the previous state.
  trace(mark, index) {
    const x = this.row(mark, mark.x, index), y = this.row(mark, mark.y, index);
    if (mark.kind === 'line') return this.path(x, y);
    if (mark.kind !== 'bars') return '';
    const { at, wide } = this.barPlace(mark);
    return [...y].map((value, k) => `M${at(k)} ${this.Y(value)}h${wide}`).join('');
  }

  path(x, y) {
    let d = '', pen = 'M';
    for (let k = 0; k < x.length; k++) {
      if (Number.isNaN(y[k]) || Number.isNaN(x[k])) { pen = 'M'; continue; }
      d += `${pen}${this.X(x[k]).toFixed(1)} ${this.Y(y[k]).toFixed(1)}`;
      pen = 'L';
    }
    return d;
  }

  barPlace({ slot }) {
    const room = 0.76 * (this.X(1) - this.X(0)), wide = room / slot.of;
    return { at: (k) => this.X(k) - room / 2 + slot.index * wide, wide };
  }

  // Labels stand at the right end of their lines and push each other apart.
  placeTags(index) {
    const { area } = this;
    const tags = this.marks.filter((mark) => mark.tag).map((mark) => {
      const y = this.row(mark, mark.y, index);
      let last = y.length - 1;
      while (last > 0 && Number.isNaN(y[last])) last--;
      return { mark, y: Math.max(area.top + 4, Math.min(area.bottom - 4, this.Y(y[last]))) || area.bottom };
    }).sort((a, b) => a.y - b.y);
    for (let k = 1; k < tags.length; k++) tags[k].y = Math.max(tags[k].y, tags[k - 1].y + 17);
    for (let k = tags.length - 1, floor = area.bottom; k >= 0; k--, floor -= 17) tags[k].y = Math.min(tags[k].y, floor);
    for (const { mark, y } of tags) mark.tag.setAttribute('y', (y + 5).toFixed(1));
  }
}

const unique = () => `cr-${Math.random().toString(36).slice(2)}`;

// Stripes: the filling of the second series of bars.
function hatch(svg, ink) {
  const id = unique();
  const tile = shape(shape(svg, 'defs'), 'pattern', { id, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
  shape(tile, 'rect', { width: 7, height: 7, fill: ink });
  shape(tile, 'path', { d: 'M0 0V7', stroke: 'var(--cr-paper)', 'stroke-width': 2.4 });
  return `url(#${id})`;
}

// One brush per kind of mark: (panel, mark, parent) => paint(x, y, low).
const BRUSHES = {
  line(panel, mark, parent, around) {
    const line = shape(parent, 'path', {
      fill: 'none', stroke: mark.ink, 'stroke-width': mark.thin ? 1.2 : mark.ghost ? 1.8 : 2.8, 'stroke-linejoin': 'round',
      'stroke-dasharray': dashesOf(mark),
    });
    const dots = mark.dots ? BRUSHES.points(panel, mark, around()) : null;
    return (x, y) => { line.setAttribute('d', panel.path(x, y)); dots?.(x, y); };
  },

  points(panel, mark, parent) {
    // Where many stand in a row they are smaller, so that they stay apart.
    const r = Math.max(2.2, Math.min(mark.dots ? 4 : 5.5, 0.6 * (panel.area.right - panel.area.left) / mark.count));
    const style = { d: formOf(mark, r), fill: mark.ghost ? 'none' : mark.ink, stroke: mark.ghost ? mark.ink : 'var(--cr-paper)', 'stroke-width': r < 3 ? 0.7 : 1.5 };
    const dots = Array.from({ length: mark.count }, () => shape(parent, 'path', style));
    return (x, y) => dots.forEach((dot, k) => {
      const py = panel.Y(y[k]), hidden = !(py > panel.area.top - 7 && py < panel.area.bottom + 1) || Number.isNaN(x[k]);
      dot.setAttribute('visibility', hidden ? 'hidden' : 'inherit');
      if (!hidden) dot.setAttribute('transform', `translate(${panel.X(x[k]).toFixed(1)},${py.toFixed(1)})`);
    });
  },

  bars(panel, mark, parent) {
    const { at, wide } = panel.barPlace(mark), zero = panel.Y(Math.max(0, panel.spec.ylim[0]));
    const gap = Math.min(3, wide * 0.08), filling = mark.slot.index && !mark.ghost ? hatch(panel.svg, mark.ink) : mark.ink;
    const bars = Array.from({ length: mark.count }, (_, k) => shape(parent, 'rect', {
      x: at(k) + gap, width: wide - 2 * gap, fill: mark.ghost ? 'none' : filling,
      stroke: mark.ghost ? mark.ink : 'none', 'stroke-width': 1.8, 'stroke-dasharray': mark.ghost ? '5 4' : null,
    }));
    const texts = wide < 34 || mark.ghost ? [] : bars.map((_, k) =>
      shape(panel.svg, 'text', { class: 'cr-small cr-halo', x: at(k) + wide / 2, 'text-anchor': 'middle' }));
    return (x, y) => bars.forEach((bar, k) => {
      const there = !Number.isNaN(y[k]), edge = there ? panel.Y(y[k]) : zero;
      bar.setAttribute('y', Math.min(edge, zero).toFixed(1));
      bar.setAttribute('height', Math.abs(zero - edge).toFixed(1));
      if (!texts[k]) return;
      texts[k].textContent = there ? y[k].toFixed(2).replace('-', '−') : '?';
      texts[k].setAttribute('y', (y[k] < 0 ? Math.max(edge, zero) + 15 : Math.min(edge, zero) - 5).toFixed(1));
    });
  },

  text(panel, mark, parent) {
    const words = shape(panel.svg, 'text', { class: 'cr-halo', 'text-anchor': 'middle', style: `fill:${mark.ink}` }, mark.label);
    return (x, y) => {
      words.setAttribute('visibility', Number.isNaN(y[0]) ? 'hidden' : 'inherit');
      if (!Number.isNaN(y[0])) { words.setAttribute('x', panel.X(x[0]).toFixed(1)); words.setAttribute('y', (panel.Y(y[0]) + 5).toFixed(1)); }
    };
  },

  band(panel, mark, parent) {
    const area = shape(parent, 'path', { fill: mark.ink, opacity: mark.ghost ? 0.14 : 0.22, stroke: 'none' });
    return (x, y, low) => {
      let d = '', over = [], under = [];
      for (let k = 0; k <= x.length; k++) {
        if (k < x.length && !Number.isNaN(y[k]) && !Number.isNaN(low[k])) {
          over.push(`${panel.X(x[k]).toFixed(1)} ${panel.Y(y[k]).toFixed(1)}`);
          under.push(`${panel.X(x[k]).toFixed(1)} ${panel.Y(low[k]).toFixed(1)}`);
        } else if (over.length) {
          d += `M${over.join('L')}L${under.reverse().join('L')}Z`;
          [over, under] = [[], []];
        }
      }
      area.setAttribute('d', d);
    };
  },
};
