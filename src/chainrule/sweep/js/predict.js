// Predict, then reveal: the student drags a guess before the slider unlocks. The guess stays on the picture and is
// scored on its shape (which of two handles is higher), never on exact values, and never for a mark.
class Prediction {
  constructor(figure, panel) {
    this.figure = figure;
    this.panel = panel;
    this.ask = figure.spec.predict;
    this.mark = panel.marks[this.ask.mark];
    const [low, high] = panel.spec.ylim;
    const kept = figure.model.get('guess') || [];
    this.revealed = kept.length === this.ask.x.length;
    this.guess = this.revealed ? [...kept] : this.ask.x.map(() => panel.spec.log ? Math.sqrt(low * high) : (low + high) / 2);
  }

  controls(parent) {
    const row = this.row = node(parent, 'div', { class: 'cr-ask' });
    node(row, 'b', {}, this.ask.question);
    node(row, 'button', { type: 'button' }, 'Compare with my guess').addEventListener('click', () => this.reveal(true));
    node(row, 'button', { type: 'button' }, 'Show me').addEventListener('click', () => this.reveal(false));
    if (this.revealed) { row.remove(); return; }
    this.figure.lock(true);
    this.figure.said = 'Drag the handles, or move them with the arrow keys, before you look.';
    // A picture has no parts for a screen reader; while there are handles in it, it is a group.
    put(null, this.figure.picture, { role: 'group', 'aria-label': 'your guess' });
  }

  layout() {
    const { panel, ask } = this, svg = panel.svg;
    this.halo = shape(svg, 'path', { fill: 'none', stroke: 'var(--cr-paper)', 'stroke-width': 6, opacity: 0.8 });
    this.line = shape(svg, 'path', { fill: 'none', stroke: 'var(--cr-3)', 'stroke-width': 2.6, 'stroke-dasharray': '3 4' });
    this.handles = ask.x.map((x, k) => this.buildHandle(svg, x, k));
    this.paint();
  }

  buildHandle(svg, x, k) {
    const { panel, ask } = this;
    const handle = shape(svg, 'circle', {
      class: 'cr-handle', cx: panel.X(x), r: 9, fill: 'var(--cr-3)', stroke: 'var(--cr-paper)', 'stroke-width': 2,
      tabindex: 0, role: 'slider', 'aria-label': `your guess at ${ask.names[k] ?? +x.toPrecision(3)}`,
      'aria-valuemin': panel.spec.ylim[0], 'aria-valuemax': panel.spec.ylim[1], 'data-lm-suppress-shortcuts': 'true',
    });
    const pull = (event) => {
      const box = svg.getBoundingClientRect(), scale = panel.area.height / box.height;
      this.set(k, panel.unY((event.clientY - box.top) * scale));
    };
    handle.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      handle.addEventListener('pointermove', pull);
      handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', pull), { once: true });
    });
    handle.addEventListener('keydown', (event) => {
      const step = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 5, PageDown: -5, Home: -99, End: 99 }[event.key];
      if (!step) return;
      event.preventDefault();
      const { top, bottom } = panel.area;
      this.set(k, panel.unY(panel.Y(this.guess[k]) - step * (bottom - top) / 40));
    });
    return handle;
  }

  set(k, value) {
    const [low, high] = this.panel.spec.ylim;
    this.guess[k] = Math.max(low, Math.min(high, value));
    this.figure.paint();
  }

  paint() {
    if (!this.handles) return;
    const { panel, ask, guess, revealed } = this;
    const hidden = revealed && !this.kept;
    for (const path of [this.halo, this.line]) path.setAttribute('d', hidden ? '' : panel.path(ask.x, guess));
    this.handles.forEach((handle, k) => {
      handle.setAttribute('cy', panel.Y(guess[k]));
      handle.setAttribute('aria-valuenow', +guess[k].toPrecision(3));
      handle.style.display = revealed ? 'none' : '';
    });
    // The answer is not in the picture while it is asked for; ghosts and references stay.
    for (const part of panel.svg.querySelectorAll('.cr-before')) part.style.display = revealed ? '' : 'none';
    this.hide(!revealed);
  }

  hide(hidden) {
    for (const mark of this.panel.marks) {
      if (mark.ghost && !mark.y.by) continue;
      const nothing = new Float32Array(mark.count).fill(NaN);
      if (hidden) mark.paint(this.panel.row(mark, mark.x, this.figure.index), nothing, nothing);
      if (mark.tag) mark.tag.style.display = hidden ? 'none' : '';
    }
  }

  reveal(compare) {
    const { figure, ask } = this;
    this.revealed = true;
    this.kept = compare;
    this.row.remove();
    figure.lock(false);
    figure.picture.setAttribute('role', 'img');
    if (compare) { figure.model.set('guess', [...this.guess]); figure.save(); }
    figure.glide(ask.at, () => {
      if (compare) figure.said = this.judge();
      figure.paint();
    });
    figure.inputs[0]?.input.focus();
  }

  judge() {
    const { guess, ask: { y, x, names } } = this, range = Math.max(...y) - Math.min(...y);
    let agree = 0, pairs = 0, worst = 0;
    for (let a = 0; a < y.length; a++) {
      if (Math.abs(guess[a] - y[a]) > Math.abs(guess[worst] - y[worst])) worst = a;
      for (let b = 0; b < a; b++, pairs++) {
        const side = (values) => Math.abs(values[a] - values[b]) < 0.05 * range ? 0 : Math.sign(values[a] - values[b]);
        agree += side(guess) === side(y);
      }
    }
    const place = names[worst] ?? +x[worst].toPrecision(3), gap = +Math.abs(guess[worst] - y[worst]).toPrecision(2);
    return `Your shape agrees in ${agree} of ${pairs} comparisons; the largest gap is ${gap}, at ${place}. Your guess stays as the dotted line.`;
  }
}
