// What every figure shares: the frame around the picture (title, formula, sliders, presets, sentence), its theme,
// its keyboard, and a clock that paints at most once per frame. A renderer adds itself to PAINTERS:
//   PAINTERS.kind = (figure) => ({ picture, resize(width), paint(index, before), controls?, limit? })
// The files are joined in one scope; `model` is anywidget's, or `localModel` where there is no kernel.
const PAINTERS = {};
const SVG = 'http://www.w3.org/2000/svg';

function node(parent, tag, attributes = {}, text) {
  return put(parent, document.createElement(tag), attributes, text);
}

function shape(parent, tag, attributes = {}, text) {
  return put(parent, document.createElementNS(SVG, tag), attributes, text);
}

function put(parent, element, attributes, text) {
  for (const name in attributes) if (attributes[name] !== null) element.setAttribute(name, attributes[name]);
  if (text !== undefined) element.textContent = text;   // never innerHTML: labels may come from a student
  if (parent) parent.append(element);
  return element;
}

// float32, little-endian, base64: the twin of pack.encode_floats.
function floats(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

// A formula: _{i} lowers, ^{2} raises, [[1.25]] is a number that moves.
function writeFormula(parent, text) {
  parent.textContent = '';
  for (const part of text.split(/(\[\[.*?\]\]|[_^]\{.*?\})/)) {
    if (part.startsWith('[[')) node(parent, 'b', {}, part.slice(2, -2));
    else if (part.startsWith('_{')) node(parent, 'sub', {}, part.slice(2, -1));
    else if (part.startsWith('^{')) node(parent, 'sup', {}, part.slice(2, -1));
    else parent.append(part);
  }
}

const paper = window.matchMedia('print');
const stillness = window.matchMedia('(prefers-reduced-motion: reduce)');

// The page decides about dark and light, not the operating system: JupyterLab and nbconvert have themes of their own.
function isDark(element) {
  if (paper.matches) return false;
  for (let e = element; e; e = e.parentElement) {
    const [r, g, b, alpha = 1] = (getComputedStyle(e).backgroundColor.match(/[\d.]+/g) || []).map(Number);
    if (r !== undefined && alpha > 0.5) return 0.3 * r + 0.6 * g + 0.1 * b < 110;
  }
  const theme = document.body.dataset.jpThemeLight;
  return theme ? theme === 'false' : getComputedStyle(document.documentElement).colorScheme === 'dark';
}

// `repaint` is for what style sheets do not reach: the pixels of a canvas.
function followTheme(root, repaint) {
  const apply = () => {
    const theme = root.parentElement && isDark(root.parentElement) ? 'dark' : 'light';
    if (theme === root.dataset.theme) return;
    root.dataset.theme = theme;
    repaint();
  };
  const watch = new MutationObserver(apply);
  watch.observe(document.body, { attributes: true, attributeFilter: ['class', 'style', 'data-jp-theme-light'] });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
  paper.addEventListener('change', apply);
  apply();
  return () => { watch.disconnect(); paper.removeEventListener('change', apply); };
}

// Draws at most once per frame, whatever the number of events.
function makeClock(paint) {
  let asked = 0;
  return () => { asked ||= requestAnimationFrame(() => { asked = 0; paint(); }); };
}

class Figure {
  constructor(model, el) {
    this.model = model;
    this.spec = model.get('spec');
    this.sizes = this.spec.sliders.map((slider) => slider.texts.length);
    this.before = null;        // where the last gesture began: the ghost of the previous state
    this.locked = false;       // while a prediction is asked for
    this.said = null;          // a sentence of the renderer's own, while it lasts
    this.paint = makeClock(() => this.draw());
    this.build(el);
    this.painter = PAINTERS[this.spec.kind](this);
    this.picture = this.painter.picture;      // its alternative text is the sentence
    this.picture.setAttribute('role', 'img');
    this.buildControls();
    this.listen();
  }

  get at() { return [this.model.get('i'), this.model.get('j')].slice(0, this.sizes.length); }
  get index() { return this.at.reduce((index, place, k) => index * this.sizes[k] + place, 0); }

  build(el) {
    const root = this.root = node(el, 'div', {
      class: 'chainrule', role: 'group', 'aria-label': this.spec.title,
      // Else JupyterLab's command mode takes the arrow keys away from the slider.
      'data-lm-suppress-shortcuts': 'true',
    });
    node(root, 'style', {}, STYLE);
    node(root, 'p', { class: 'cr-title' }, this.spec.title);
    this.formula = node(root, 'p', { class: 'cr-formula' });
    this.stage = node(root, 'div', { class: 'cr-stage' });
    this.panel = node(root, 'div', { class: 'cr-controls' });
    this.caption = node(root, 'p', { class: 'cr-sentence' });
    for (const note of this.spec.notes || []) node(root, 'p', { class: 'cr-note' }, note);
    this.spoken = node(root, 'p', { class: 'cr-spoken', 'aria-live': 'polite' });
    // At once, for paper does not wait for the next frame.
    this.stopTheme = followTheme(root, () => { if (this.drawn !== undefined) this.draw(); });
  }

  buildControls() {
    this.inputs = this.model.get('controls') ? this.spec.sliders.map((slider, k) => this.buildSlider(slider, k)) : [];
    const presets = this.spec.presets || [];
    if (presets.length) {
      const row = node(this.panel, 'div', { class: 'cr-presets', role: 'group', 'aria-label': 'presets' });
      this.presets = presets.map((preset, k) => {
        const button = node(row, 'button', { type: 'button', title: `key ${k + 1}` }, preset.label);
        button.addEventListener('click', () => this.glide(preset.at));
        return button;
      });
    }
    this.painter.controls?.(this.panel);
  }

  buildSlider(slider, k) {
    if (slider.choice) return this.buildChoice(slider, k);
    const row = node(this.panel, 'label', { class: 'cr-slider' });
    node(row, 'span', { class: 'cr-name' }, slider.name);
    const track = node(row, 'span', { class: 'cr-track' });
    const input = node(track, 'input', {
      type: 'range', min: 0, max: this.sizes[k] - 1, step: 1, 'data-lm-suppress-shortcuts': 'true',
    });
    for (const preset of this.spec.presets || []) {
      if (preset.at[k] === null) continue;
      const share = preset.at[k] / (this.sizes[k] - 1);
      node(track, 'i', { class: 'cr-tick', style: `left:calc(9px + ${share} * (100% - 18px))` });
    }
    const value = node(row, 'span', { class: 'cr-value', 'aria-hidden': 'true' });
    input.value = this.at[k];
    input.addEventListener('input', () => this.move(k, +input.value));
    return { input, value };
  }

  // A few cases with names: radio buttons instead of a track.
  buildChoice(slider, k) {
    const row = node(this.panel, 'fieldset', { class: 'cr-choice' });
    node(row, 'legend', {}, slider.name);
    const group = `cr-${Math.random().toString(36).slice(2)}`;
    const radios = slider.texts.map((text, place) => {
      const label = node(row, 'label');
      const radio = node(label, 'input', { type: 'radio', name: group, 'data-lm-suppress-shortcuts': 'true' });
      label.append(' ', text);
      radio.addEventListener('change', () => this.move(k, place));
      return radio;
    });
    return { radios };
  }

  // How many positions a slider has now.
  limit(k) { return this.painter.limit?.(k, this.at) ?? this.sizes[k]; }

  listen() {
    const { model } = this;
    this.onModel = () => { this.noteGesture(); this.paint(); };
    model.on('change:i', this.onModel);
    model.on('change:j', this.onModel);
    this.onKey = (event) => this.pressKey(event);
    for (const touch of ['keydown', 'pointerdown']) this.root.addEventListener(touch, () => this.settle(), true);
    this.root.addEventListener('keydown', this.onKey);
    // In a lecture the number keys work without a click on the figure first.
    if (this.root.closest('.reveal')) document.addEventListener('keydown', this.onSlideKey = (event) => {
      if (!this.root.contains(event.target) && !this.root.closest('section:not(.present)')) this.pressPreset(event);
    });
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(this.stage);
    this.resize();
  }

  // The keys that a control uses stay with it: slides and notebooks would turn the page at them.
  pressKey(event) {
    const own = event.target.matches('input, [role=slider], .cr-handle') || [' ', 'Enter'].includes(event.key);
    if (own) event.stopPropagation();
    this.pressPreset(event);
  }

  pressPreset(event) {
    const preset = this.presets?.[event.key - 1];
    if (!preset || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    preset.click();
  }

  resize() {
    const width = Math.round(this.stage.clientWidth) || 680;
    if (width === this.width) return;
    this.width = width;
    this.painter.resize(width);
    this.draw();
  }

  move(k, place) {
    if (this.locked) return;
    this.said = null;
    this.model.set(k ? 'j' : 'i', Math.max(0, Math.min(this.limit(k) - 1, place)));
    this.onModel();
    this.save();
  }

  // The kernel, if there is one, hears of the last position and not of each on the way.
  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.model.save_changes(), 100);
  }

  // A gesture begins after a rest; where it began stays on the picture as a ghost.
  noteGesture() {
    const now = performance.now();
    if (now - (this.touched ?? -1e9) > 700) this.before = this.drawn;
    this.touched = now;
  }

  // Go to a preset through the positions between, unless the reader wants no motion.
  glide(target, arrived) {
    if (this.locked) return;
    this.settle();
    const from = this.at, to = target.map((place, k) => place ?? from[k]), began = performance.now();
    const length = stillness.matches ? 0 : 350;
    const go = (share) => {
      from.forEach((place, k) => this.move(k, Math.round(place + share * (to[k] - place))));
      if (share < 1) return;
      this.arrive = null;
      arrived?.();
    };
    const step = (now) => {
      const t = length ? Math.min(1, Math.max(0, now - began) / length) : 1;
      if (t < 1) this.gliding = requestAnimationFrame(step);
      go(t * t * (3 - 2 * t));
    };
    this.arrive = () => go(1);
    step(began);
  }

  // Whoever touches a figure on its way finds it where it was going, and goes on from there.
  settle() {
    if (!this.arrive) return;
    cancelAnimationFrame(this.gliding);
    this.arrive();
    this.draw();
  }

  lock(locked) {
    this.locked = locked;
    this.root.classList.toggle('cr-locked', locked);
    for (const { input, radios } of this.inputs) for (const e of radios ?? [input]) e.disabled = locked;
    for (const button of this.presets || []) button.disabled = locked;
  }

  draw() {
    const { spec, index } = this;
    this.painter.paint(index, this.before);
    this.drawn = index;
    const sentence = this.said ?? spec.sentences[index];
    this.caption.textContent = sentence;
    if (this.picture.getAttribute('role') === 'img') this.picture.setAttribute('aria-label', sentence);
    if (spec.formulas?.length && !this.locked) writeFormula(this.formula, spec.formulas[index]);
    this.at.forEach((place, k) => {
      const text = spec.sliders[k].texts[place], row = this.inputs[k];
      if (!row) return;
      if (row.radios) { row.radios[place].checked = true; return; }
      row.input.max = this.limit(k) - 1;
      if (+row.input.value !== place) row.input.value = place;
      row.input.setAttribute('aria-valuetext', sentence);
      row.value.textContent = text;
    });
    this.presets?.forEach((button, k) => {
      const here = spec.presets[k].at.every((place, axis) => place === null || place === this.at[axis]);
      button.setAttribute('aria-pressed', here);
    });
    this.speak(sentence);
    this.labelNeighbours(sentence);
  }

  // A screen reader hears the slider's own valuetext while it has the focus, so the live region is quiet then.
  speak(sentence) {
    const focused = this.inputs.some(({ input }) => input && input === document.activeElement);
    this.spoken.setAttribute('aria-live', focused ? 'off' : 'polite');
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => { this.spoken.textContent = sentence; }, 300);
  }

  // ipywidgets gives its slider handles no name; the drawing beside them knows it.
  labelNeighbours(sentence) {
    if (this.inputs.length) return;
    const box = this.root.closest('.widget-vbox, .jupyter-widgets.widget-container');
    box?.querySelectorAll('.noUi-handle').forEach((handle, k) => {
      handle.setAttribute('aria-label', this.spec.sliders[k]?.name ?? 'position');
      handle.setAttribute('aria-valuetext', sentence);
    });
  }

  remove() {
    this.model.off('change:i', this.onModel);
    this.model.off('change:j', this.onModel);
    if (this.onSlideKey) document.removeEventListener('keydown', this.onSlideKey);
    this.resizer.disconnect();
    this.stopTheme();
    this.root.remove();
  }
}

// anywidget calls this; so does `start`.
function render({ model, el }) {
  const figure = new Figure(model, el);
  return () => figure.remove();
}

// The same interface as anywidget's model, with nobody at the other end.
function localModel(state) {
  return { get: (key) => state[key], set: (key, value) => { state[key] = value; }, on() {}, off() {}, save_changes() {} };
}

// Without a kernel: the loaded filmstrip makes room for the figure, and comes back if anything fails.
function start(image, spec) {
  const home = image.parentElement, still = [...home.childNodes];
  try {
    const box = node(home, 'div');
    const [i, j = 0] = spec.start;
    render({ model: localModel({ spec, i, j, controls: true, guess: [] }), el: box });
    for (const child of still) child.remove();
  } catch (error) {
    home.replaceChildren(...still);
    image.onload = null;
    console.warn('chainrule: the figure stays a picture:', error);
  }
}
