// Renderer `steps`: boxes and edges, one step at a time. A frame holds the whole state, so that going back is exact.
PAINTERS.steps = (figure) => {
  const { spec, stage } = figure;
  const svg = shape(stage, 'svg', { class: 'cr-scene' });
  const several = spec.scenes.length > 1;
  let shown = null, scene = null;
  const show = (k) => {
    shown = k;
    scene = new SceneView(svg, spec.scenes[k]);
    svg.setAttribute('width', '100%');
  };
  return {
    picture: svg,
    resize() {},
    // A scene may be shorter than the longest one.
    limit: (axis, at) => axis === (several ? 1 : 0) ? spec.scenes[several ? at[0] : 0].frames.length : null,
    paint() {
      const [k, step] = several ? figure.at : [0, figure.at[0]];
      if (k !== shown) show(k);
      scene.paint(spec.scenes[k].frames[Math.min(step, spec.scenes[k].frames.length - 1)]);
    },
    controls(parent) { new Player(figure, several ? 1 : 0, parent); },
  };
};

class SceneView {
  constructor(svg, spec) {
    svg.replaceChildren();
    svg.setAttribute('viewBox', `0 0 ${spec.size.join(' ')}`);
    this.boxes = new Map();
    this.edges = new Map();
    const below = shape(svg, 'g'), above = shape(svg, 'g'), notes = shape(svg, 'g');
    for (const [name, x, y, wide, high, kind, label] of spec.boxes) {
      this.boxes.set(name, this.buildBox(above, { name, x, y, wide, high, kind, label }));
    }
    for (const [name, source, target] of spec.edges) {
      this.edges.set(name, this.buildEdge(below, notes, this.boxes.get(source), this.boxes.get(target)));
    }
  }

  buildBox(parent, box) {
    const group = shape(parent, 'g', { class: `cr-box cr-${box.kind}` });
    const { wide, high } = box;
    shape(group, 'rect', { x: -wide / 2, y: -high / 2, width: wide, height: high, rx: box.kind === 'node' ? 9 : 1.5 });
    const small = wide < 60;
    if (box.label) shape(group, 'text', { class: 'cr-label', y: box.kind === 'bare' ? 5 : -high / 2 + 19 }, box.label);
    const lines = [];
    return { ...box, group, lines, small };
  }

  // Arrows run from border to border; the same arrow is walked backwards in a reverse sweep.
  buildEdge(parent, notes, a, b) {
    const reach = (from, to) => {
      const dx = to.x - from.x, dy = to.y - from.y;
      const t = Math.min(from.wide / 2 / Math.abs(dx || 1e-9), from.high / 2 / Math.abs(dy || 1e-9));
      return [from.x + t * dx, from.y + t * dy];
    };
    const start = reach(a, b), end = reach(b, a);
    const group = shape(parent, 'g', { class: 'cr-edge' });
    shape(group, 'path', { class: 'cr-shaft', d: `M${start}L${end}` });
    shape(group, 'path', { class: 'cr-head', d: arrow(start, end) });
    shape(group, 'path', { class: 'cr-tail', d: arrow(end, start) });
    const note = shape(notes, 'text', { class: 'cr-note-text cr-halo', x: (start[0] + end[0]) / 2, y: (start[1] + end[1]) / 2 - 5 });
    return { group, note };
  }

  paint({ texts = {}, roles = {}, notes = {}, moves = {} }) {
    for (const [name, box] of this.boxes) {
      const [x, y] = moves[name] ?? [box.x, box.y];
      box.group.style.transform = `translate(${x}px,${y}px)`;
      box.group.dataset.role = roles[name] ?? '';
      this.writeLines(box, texts[name] ?? []);
    }
    for (const [name, edge] of this.edges) {
      edge.group.dataset.role = roles[name] ?? '';
      edge.note.dataset.role = roles[name] ?? '';
      edge.note.textContent = notes[name] ?? '';
    }
  }

  writeLines(box, lines) {
    while (box.lines.length < lines.length) box.lines.push(shape(box.group, 'text', {}));
    const first = box.label && box.kind !== 'bare' ? -box.high / 2 + 38 : 5 - 8.5 * (lines.length - 1);
    box.lines.forEach((text, k) => {
      const [kind, words] = lines[k] ?? ['', ''];
      text.textContent = words;
      text.setAttribute('class', kind ? `cr-${kind}` : 'cr-words');
      text.setAttribute('y', first + 17 * k);
    });
  }
}

function arrow([x0, y0], [x1, y1]) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1, ux = (x1 - x0) / length, uy = (y1 - y0) / length;
  const at = (along, across) => `${(x1 - along * ux - across * uy).toFixed(1)} ${(y1 - along * uy + across * ux).toFixed(1)}`;
  return `M${at(10, 5)}L${at(0, 0)}L${at(10, -5)}Z`;
}

// Back, next, play. Playing is asked for and slow enough to read, so it respects reduced motion as it is.
class Player {
  constructor(figure, axis, parent) {
    Object.assign(this, { figure, axis, timer: 0 });
    const row = node(parent, 'div', { class: 'cr-steps' });
    const button = (text, action) => {
      const element = node(row, 'button', { type: 'button' }, text);
      element.addEventListener('click', action);
      return element;
    };
    button('Back', () => { this.stop(); this.go(-1); });
    button('Next', () => { this.stop(); this.go(1); });
    this.play = button('Play', () => (this.timer ? this.stop() : this.run()));
  }

  get last() { return this.figure.limit(this.axis) - 1; }

  go(by) { this.figure.move(this.axis, this.figure.at[this.axis] + by); }

  run() {
    if (this.figure.at[this.axis] >= this.last) this.figure.move(this.axis, 0);
    this.play.textContent = 'Pause';
    this.timer = setInterval(() => {
      if (this.figure.at[this.axis] >= this.last || !this.figure.root.isConnected) this.stop();
      else this.go(1);
    }, 1600);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.play.textContent = 'Play';
  }
}
