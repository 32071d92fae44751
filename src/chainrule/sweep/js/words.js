// The sentence below a live picture. ipywidgets gives sliders no name and images no alternative text: the sentence
// lends them both, and a live region speaks it.
export default {
  render({ model, el }) {
    const line = document.createElement('p');
    line.setAttribute('aria-live', 'polite');
    line.style.cssText = 'margin:4px 2px;line-height:1.45';
    el.append(line);
    let tries = 0;
    const tell = () => {
      const sentence = line.textContent = model.get('value'), names = model.get('names');
      const box = el.closest('.widget-vbox'), handles = box?.querySelectorAll('.noUi-handle') ?? [];
      handles.forEach((handle, k) => {
        handle.setAttribute('aria-label', names[k] ?? 'position');
        handle.setAttribute('aria-valuetext', sentence);
      });
      const image = box?.querySelector('img');
      if (image) image.alt = sentence;
      if ((!image || handles.length < names.length) && tries++ < 600) requestAnimationFrame(tell);
    };
    model.on('change:value', tell);
    tell();
    return () => model.off('change:value', tell);
  },
};
