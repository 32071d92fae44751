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

  // A figure that is too tall for its slide is shown smaller, as a whole.
  function fit() {
    const slide = Reveal.getCurrentSlide(), box = slide?.querySelector('.figure');
    if (!box) return;
    box.style.zoom = 1;
    const scale = Reveal.getScale();
    const top = (box.getBoundingClientRect().top - slide.parentElement.getBoundingClientRect().top) / scale;
    const room = STAGE.height - top - 8, needed = box.offsetHeight;
    if (needed > room) box.style.zoom = Math.max(0.5, room / needed);
  }
  const settle = () => requestAnimationFrame(() => requestAnimationFrame(fit));
  Reveal.on('ready', settle);
  Reveal.on('slidechanged', settle);
  window.addEventListener('resize', settle);

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

  Reveal.initialize({
    ...STAGE, center: false, hash: true, controlsTutorial: false, slideNumber: 'c/t', transition: 'fade',
    transitionSpeed: 'fast', backgroundTransition: 'none', pdfSeparateFragments: false, preloadIframes: false,
    help: true,
    keyboard: { 68: toggleDark, 83: toggleNotes },
  });
})();
