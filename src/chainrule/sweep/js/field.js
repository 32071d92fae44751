// Renderer `field`: a small network evaluated here, over a rectangle, at every frame. Each hidden unit of the first
// layer has its own small picture, and its line can be dragged.
PAINTERS.field = (figure) => {
  const view = new FieldView(figure);
  return {
    picture: view.canvas,
    resize: (width) => view.layout(width),
    paint: (index) => view.paint(index),
    controls: (parent) => view.controls(parent),
  };
};

const ACTIVATIONS = {
  heaviside: (a) => a > 0 ? 1 : a < 0 ? 0 : 0.5,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  tanh: Math.tanh,
  relu: (a) => Math.max(0, a),
  identity: (a) => a,
};
const SYMBOLS = { heaviside: 'H', sigmoid: 'σ', tanh: 'tanh', relu: 'ReLU', identity: '' };
// A unit's value as a shade between 0 and 1.
const SHADES = { heaviside: (h) => h, sigmoid: (h) => h, tanh: (h) => (h + 1) / 2, relu: (h) => 0.5 + h / 2, identity: (h) => 0.5 + h / 2 };
const number = (value) => value.toFixed(2).replace('-', '−');
const lowered = (k) => String(k).replace(/\d/g, (d) => '₀₁₂₃₄₅₆₇₈₉'[d]);

class FieldView {
  constructor(figure) {
    this.figure = figure;
    this.spec = figure.spec;
    this.moved = null;          // the first layer as the reader has dragged it
    const n = this.spec.grid, { stage } = figure;
    this.box = node(stage, 'div', { class: 'cr-field' });
    this.canvas = node(this.box, 'canvas', { width: n, height: n, class: 'cr-canvas' });
    this.svg = shape(this.box, 'svg', { class: 'cr-over' });
    this.image = this.canvas.getContext('2d').createImageData(n, n);
    this.units = this.spec.networks[0][0].b.map((_, k) => k);
    this.buildThumbs(stage, n);
    this.wanted = this.spec.target && this.evaluate(this.spec.target).output;
  }

  buildThumbs(stage, n) {
    const list = node(stage, 'div', { class: 'cr-thumbs', role: 'group', 'aria-label': 'hidden units' });
    this.thumbs = this.units.map((k) => {
      const tag = this.spec.draggable ? 'button' : 'div';
      const box = node(list, tag, { class: 'cr-thumb', ...(tag === 'button' ? { type: 'button', title: 'flip its side' } : {}) });
      const canvas = node(box, 'canvas', { width: n, height: n, style: `border-color:var(--cr-${k % 5})` });
      const text = node(box, 'span', {});
      if (tag === 'button') box.addEventListener('click', () => this.flip(k));
      return { canvas, text, context: canvas.getContext('2d'), image: canvas.getContext('2d').createImageData(n, n) };
    });
    if (this.units.length > 4) list.classList.add('cr-many');
  }

  controls(parent) {
    if (!this.spec.draggable) return;
    const row = node(parent, 'div', { class: 'cr-steps' });
    node(row, 'span', {}, 'Drag a line by its dots, click a unit to flip its side.');
    this.undo = node(row, 'button', { type: 'button' }, 'Undo my changes');
    this.undo.disabled = true;
    this.undo.addEventListener('click', () => { this.moved = null; this.figure.said = null; this.figure.paint(); });
  }

  layout(width) {
    const [x0, x1] = this.spec.xlim, [y0, y1] = this.spec.ylim;
    const room = width < 560 ? width : width - 262, left = 34, bottom = 26;
    const inner = Math.min(room - left - 8, 430 * (x1 - x0) / (y1 - y0)), high = inner * (y1 - y0) / (x1 - x0);
    Object.assign(this, { left, inner, high });
    this.X = (x) => left + (x - x0) / (x1 - x0) * inner;
    this.Y = (y) => 6 + (y1 - y) / (y1 - y0) * high;
    this.box.style.cssText = `width:${left + inner + 8}px;height:${high + 6 + bottom}px`;
    this.canvas.style.cssText = `left:${left}px;top:6px;width:${inner}px;height:${high}px`;
    this.svg.replaceChildren();
    put(null, this.svg, { width: left + inner + 8, height: high + 6 + bottom });
    this.drawAxes();
    this.drawTarget();
    this.drawPoints();
    this.lines = this.spec.draggable ? this.units.map((k) => this.buildLine(k)) : [];
  }

  drawAxes() {
    const { svg, spec: { xticks, yticks }, left, inner, high } = this;
    shape(svg, 'rect', { x: left, y: 6, width: inner, height: high, fill: 'none', class: 'cr-axis' });
    for (const [x, text] of xticks) shape(svg, 'text', { class: 'cr-small', x: this.X(x), y: high + 22, 'text-anchor': 'middle' }, text);
    for (const [y, text] of yticks) shape(svg, 'text', { class: 'cr-small', x: left - 6, y: this.Y(y) + 5, 'text-anchor': 'end' }, text);
    shape(svg, 'text', { class: 'cr-halo', x: left + inner - 6, y: high, 'text-anchor': 'end' }, 'x₁');
    shape(svg, 'text', { class: 'cr-halo', x: left + 6, y: 22 }, 'x₂');
  }

  // The wanted region, as a ghost under everything else.
  drawTarget() {
    const { outline } = this.spec;
    if (!outline) return;
    const points = outline.map(([x, y]) => `${this.X(x).toFixed(1)},${this.Y(y).toFixed(1)}`).join(' ');
    shape(this.svg, 'polygon', { points, fill: 'none', stroke: 'var(--cr-ink)', 'stroke-width': 2, 'stroke-dasharray': '2 5' });
  }

  // Classes differ in form as well as in colour.
  drawPoints() {
    for (const [x, y, c] of this.spec.points || []) {
      const style = { fill: `var(--cr-${c ? 0 : 1})`, stroke: 'var(--cr-paper)', 'stroke-width': 1 };
      if (c) shape(this.svg, 'circle', { cx: this.X(x), cy: this.Y(y), r: 4.2, ...style });
      else shape(this.svg, 'rect', { x: this.X(x) - 3.8, y: this.Y(y) - 3.8, width: 7.6, height: 7.6, ...style });
    }
  }

  buildLine(k) {
    const group = shape(this.svg, 'g', { style: `--cr-tone:var(--cr-${k % 5})` });
    const path = shape(group, 'path', { stroke: 'var(--cr-tone)', 'stroke-width': 2.6, fill: 'none' });
    const tag = shape(group, 'text', { class: 'cr-halo', style: 'fill:var(--cr-tone);font-weight:600' }, `h${lowered(k + 1)}`);
    const dots = [0, 1].map((end) => this.buildDot(group, k, end));
    return { path, tag, dots };
  }

  buildDot(parent, k, end) {
    const dot = shape(parent, 'circle', {
      r: 8, fill: 'var(--cr-tone)', stroke: 'var(--cr-paper)', 'stroke-width': 2, class: 'cr-handle', tabindex: 0,
      role: 'button', 'aria-label': `line of unit ${k + 1}, ${end ? 'second' : 'first'} dot: move it with the arrow keys`,
      'data-lm-suppress-shortcuts': 'true',
    });
    const { spec: { xlim, ylim } } = this;
    const pull = (event) => {
      const box = this.svg.getBoundingClientRect(), zoom = box.width / this.svg.width.baseVal.value;
      this.drag(k, end, [
        xlim[0] + ((event.clientX - box.left) / zoom - this.left) / this.inner * (xlim[1] - xlim[0]),
        ylim[1] - ((event.clientY - box.top) / zoom - 6) / this.high * (ylim[1] - ylim[0])]);
    };
    dot.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      dot.focus();
      dot.setPointerCapture(event.pointerId);
      dot.addEventListener('pointermove', pull);
      dot.addEventListener('pointerup', () => dot.removeEventListener('pointermove', pull), { once: true });
    });
    dot.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, y] = this.ends[k][end];
      this.drag(k, end, [x + step[0] * (xlim[1] - xlim[0]) / 40, y + step[1] * (ylim[1] - ylim[0]) / 40]);
    });
    return dot;
  }

  // The line turns about its other dot; the length of the weights and the side stay.
  drag(k, end, to) {
    const { xlim, ylim } = this.spec;
    const p = [Math.max(xlim[0], Math.min(xlim[1], to[0])), Math.max(ylim[0], Math.min(ylim[1], to[1]))];
    const q = this.ends[k][1 - end], [dx, dy] = [q[0] - p[0], q[1] - p[1]], far = Math.hypot(dx, dy);
    if (far < 1e-3 * (xlim[1] - xlim[0])) return;
    const layer = this.touch(), old = layer.W[k], size = Math.hypot(...old) / far;
    const side = -dy * old[0] + dx * old[1] < 0 ? -1 : 1;
    const w = [-dy * size * side, dx * size * side];
    layer.W[k] = w;
    layer.b[k] = -(w[0] * p[0] + w[1] * p[1]);
    this.ends[k][end] = p;
    this.figure.paint();
  }

  flip(k) {
    const layer = this.touch();
    layer.W[k] = layer.W[k].map((w) => -w);
    layer.b[k] = -layer.b[k];
    this.figure.paint();
  }

  // From now on the first layer is the reader's.
  touch() {
    this.moved ??= structuredClone(this.layersAt(this.figure.index)[0]);
    return this.moved;
  }

  layersAt(index) {
    const layers = this.spec.networks[index];
    return this.moved ? [this.moved, ...layers.slice(1)] : layers;
  }

  // The output and the first layer's units at the centres of all cells, row by row from the top.
  evaluate(layers) {
    const n = this.spec.grid, { xlim, ylim } = this.spec, output = new Float32Array(n * n);
    const units = layers[0].b.map(() => new Float32Array(n * n));
    for (let r = 0, cell = 0; r < n; r++) for (let c = 0; c < n; c++, cell++) {
      let h = [xlim[0] + (c + 0.5) / n * (xlim[1] - xlim[0]), ylim[1] - (r + 0.5) / n * (ylim[1] - ylim[0])];
      layers.forEach(({ W, b, f }, depth) => {
        const g = ACTIVATIONS[f];
        h = b.map((bias, k) => { let a = bias; for (let i = 0; i < h.length; i++) a += W[k][i] * h[i]; return g(a); });
        if (!depth) h.forEach((value, k) => { units[k][cell] = value; });
      });
      output[cell] = h[0];
    }
    return { output, units };
  }

  paint(index) {
    const layers = this.layersAt(index), { output, units } = this.evaluate(layers), first = layers[0];
    const inks = this.readInks();
    this.shade(this.canvas.getContext('2d'), this.image, output, (v) => v, inks);
    this.thumbs.forEach(({ context, image, text }, k) => {
      this.shade(context, image, units[k], SHADES[first.f], inks);
      text.textContent = writeUnit(first, k);
    });
    if (this.undo) this.undo.disabled = !this.moved;
    if (this.moved) this.figure.said = this.tell(output);
    if (!this.moved) this.ends = null;
    this.lines?.forEach((line, k) => this.paintLine(line, first.W[k], first.b[k], k));
  }

  paintLine({ path, tag, dots }, w, b, k) {
    const cut = crossings(w, b, this.spec);
    this.ends ??= [];
    const ends = this.ends[k] ??= cut && [0.15, 0.65].map((t) => [0, 1].map((axis) => cut[0][axis] + t * (cut[1][axis] - cut[0][axis])));
    path.setAttribute('d', cut ? `M${this.X(cut[0][0])} ${this.Y(cut[0][1])}L${this.X(cut[1][0])} ${this.Y(cut[1][1])}` : '');
    dots.forEach((dot, end) => {
      dot.style.display = ends ? '' : 'none';
      if (ends) { dot.setAttribute('cx', this.X(ends[end][0])); dot.setAttribute('cy', this.Y(ends[end][1])); }
    });
    tag.style.display = ends ? '' : 'none';
    if (!ends) return;
    // The name stands on the side where the unit fires.
    const length = Math.hypot(...w) || 1, [x, y] = ends[0];
    tag.setAttribute('x', this.X(x) + 22 * w[0] / length - 8);
    tag.setAttribute('y', this.Y(y) - 22 * w[1] / length + 5);
  }

  tell(output) {
    const share = (test) => `${(100 * output.reduce((sum, v, k) => sum + test(v, k), 0) / output.length).toFixed(1)}\u00a0%`;
    const ones = `With your lines the output is 1 on ${share((v) => v > 0.5)} of the square`;
    if (!this.wanted) return `${ones}.`;
    return `${ones} and agrees with the target on ${share((v, k) => Math.sign(v - 0.5) === Math.sign(this.wanted[k] - 0.5))} of it.`;
  }

  // Class 0, undecided, class 1: two hues that every eye tells apart, with paper between them.
  readInks() {
    const style = getComputedStyle(this.figure.root);
    const read = (name, fallback) => {
      const hex = style.getPropertyValue(name).trim();
      return /^#[\da-f]{6}$/i.test(hex) ? [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)) : fallback;
    };
    return { zero: read('--cr-1', [184, 74, 0]), one: read('--cr-0', [0, 104, 168]), paper: read('--cr-paper', [255, 255, 255]) };
  }

  shade(context, image, values, tone, { zero, one, paper }) {
    const { data } = image;
    for (let k = 0; k < values.length; k++) {
      const t = Math.max(0, Math.min(1, tone(values[k]))) * 2 - 1, ink = t > 0 ? one : zero, share = Math.abs(t) * (t > 0 ? 0.5 : 0.3);
      for (let c = 0; c < 3; c++) data[4 * k + c] = paper[c] + share * (ink[c] - paper[c]);
      data[4 * k + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }
}

function writeUnit({ W, b, f }, k) {
  const signed = (v) => `${v < 0 ? '−' : '+'} ${number(Math.abs(v))}`;
  return `h${lowered(k + 1)} = ${SYMBOLS[f]}(${number(W[k][0])} x₁ ${signed(W[k][1])} x₂ ${signed(b[k])})`;
}

// Where the line w·x + b = 0 enters and leaves the rectangle; null when it misses it.
function crossings([u, v], b, { xlim, ylim }) {
  const points = [];
  for (const x of xlim) if (v) { const y = -(b + u * x) / v; if (y >= ylim[0] && y <= ylim[1]) points.push([x, y]); }
  for (const y of ylim) if (u) { const x = -(b + v * y) / u; if (x > xlim[0] && x < xlim[1]) points.push([x, y]); }
  points.sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  return points.length > 1 ? [points[0], points[points.length - 1]] : null;
}
