// What reveal.js does not do by itself: answers that open, figures that fit, a dark room, notes.
(() => {
  const STAGE = { width: 1100, height: 619, margin: 0.03 };

  // An answer is a <details>: a step of the slide opens it, a step back closes it, a click does either.
  for (const answer of document.querySelectorAll('.slides details')) {
    answer.classList.add('fragment', 'answer');
    answer.addEventListener('keydown', (event) => {
      if ([' ', 'Enter'].includes(event.key)) event.stopPropagation();
    });
  }
  const turn = (open) => ({ fragments }) => fragments.forEach((f) => { if (f.matches('details')) f.open = open; });
  Reveal.on('fragmentshown', turn(true));
  Reveal.on('fragmenthidden', turn(false));

  // On paper every answer is open.
  Reveal.on('ready', () => {
    if (Reveal.isPrintView()) document.querySelectorAll('.answer').forEach((answer) => { answer.open = true; });
  });

  // A figure is shown as large as its slide has room for, as a whole; once, for the stage never changes.
  // `data-fits` says "no" while it is measured and "yes" when it fits. Whoever leaves the slide meanwhile finds
  // it measured anew on the way back, for a hidden slide has no size.
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  async function fit() {
    const slide = Reveal.getCurrentSlide(), box = slide?.querySelector('.figure:not([data-fits])');
    if (!box) return;
    box.dataset.fits = 'no';
    if (await fits(box, slide)) box.dataset.fits = 'yes';
    else delete box.dataset.fits;
    if (!box.dataset.fits) fit();
  }

  async function fits(box, slide) {
    const here = () => slide === Reveal.getCurrentSlide();
    const height = () => (box.getBoundingClientRect().bottom - slide.getBoundingClientRect().top) / Reveal.getScale();
    await frames();
    if (!here()) return false;
    const top = height() - box.getBoundingClientRect().height / Reveal.getScale(), room = STAGE.height - 4 - top;
    // Larger, a figure may put its panels below each other and be too high: in small steps back, not in one.
    for (let zoom = Math.min(1.2, room / (height() - top)); ; zoom -= 0.07) {
      box.style.zoom = Math.max(0.5, zoom);
      await frames();
      if (!here()) return false;
      if (height() <= STAGE.height || zoom <= 0.5) return true;
    }
  }
  Reveal.on('ready', fit);
  Reveal.on('slidechanged', fit);

  // The mouse lets go of a slider, so that the next arrow, or the clicker, turns the page again; Tab holds it.
  document.addEventListener('pointerup', () => {
    if (document.activeElement?.matches('.chainrule input')) document.activeElement.blur();
  });
  document.addEventListener('keydown', (event) => {
    const held = document.activeElement?.closest('.chainrule');
    if (event.key !== 'Escape' || !held) return;
    event.stopPropagation();
    document.activeElement.blur();
  }, true);

  const root = document.documentElement;
  const toggleDark = () => { root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark'; };
  const toggleNotes = () => Reveal.configure({ showNotes: !Reveal.getConfig().showNotes });

  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  Reveal.initialize({
    ...STAGE, center: false, hash: true, controlsTutorial: false, slideNumber: 'c/t', transition: still ? 'none' : 'fade',
    transitionSpeed: 'fast', backgroundTransition: 'none', pdfSeparateFragments: false, preloadIframes: false,
    help: true,
    keyboard: { 68: toggleDark, 83: toggleNotes },
  });
})();
