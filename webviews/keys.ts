/** F6 goes from region to region, `/` and Ctrl+F to the filter: the same on all pages. */
export function pageKeys(regions: () => HTMLElement[], filter: () => HTMLElement | undefined): void {
  addEventListener('keydown', (event) => {
    if (event.key === 'F6') {
      const all = regions().filter((one) => one.isConnected && one.offsetParent !== null);
      const at = all.findIndex((one) => one.contains(document.activeElement));
      const next = all[(at + (event.shiftKey ? -1 : 1) + all.length) % all.length];
      focusIn(next);
      event.preventDefault();
    }
    const wantsFilter =
      (event.key === '/' && !isTyping(event)) || (event.key === 'f' && (event.ctrlKey || event.metaKey));
    if (wantsFilter && filter()) {
      filter()?.focus();
      event.preventDefault();
    }
  });
}

export function isTyping(event: Event): boolean {
  const [first] = event.composedPath();
  return (
    first instanceof HTMLInputElement ||
    first instanceof HTMLTextAreaElement ||
    first instanceof HTMLSelectElement
  );
}

function focusIn(region: HTMLElement | undefined): void {
  if (!region) return;
  if (region.tabIndex >= 0) {
    region.focus();
    return;
  }
  region
    .querySelector<HTMLElement>('[tabindex="0"], qd-button, button, qd-text-field, qd-dropdown, a')
    ?.focus();
}
